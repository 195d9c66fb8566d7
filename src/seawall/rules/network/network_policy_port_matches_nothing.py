"""A NetworkPolicy allows a port that none of its pods has.

Why: policies see a connection where it arrives, at the pod: a name that no container port has, or the Service's own
    port in place of the port behind it, allows nothing. What somebody meant to allow is refused, and the policy is
    taken off in a hurry.
Instead: the `name` of a container port, or the number that the container listens on.
Breaks: connections that nobody can make today are allowed.
Check: kubectl get pods -n NAMESPACE -l KEY=VALUE -o jsonpath='{.items[*].spec.containers[*].ports}'
Source: Kubernetes API reference, NetworkPolicyPort v1 networking.k8s.io, port; Kubernetes, "Virtual IPs and Service
    Proxies".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from seawall.core import Layer, LeftOut, Unknown, dig, items
from seawall.inventory import Resource
from seawall.model import NetworkPolicy, PodTemplate, View
from seawall.model.network.named_ports import NamedPorts
from seawall.model.network.policies import NamedPort
from seawall.model.selectors import labelled
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


class Behind(NamedTuple):
    """A port of a Service that sends to another number."""

    service: Resource
    target: object


def check(policy: NetworkPolicy, view: View) -> Iterator[Evidence]:
    spec = spec_of(policy.tree)
    selector, rules = spec.get("podSelector"), spec.get("ingress")
    if isinstance(selector, Unknown):
        yield unsure(selector, "spec", "podSelector")
        return
    pods = labelled(view, policy.resource.namespace)
    selected = sorted(pods.selected(selector).may)
    # What selects no pod at all network-policy-selects-nothing tells of.
    for index, rule in items(rules) if selected else ():
        for at, port in items(dig(rule, "ports")):
            where = ("spec", "ingress", index, "ports", at, "port")
            number = dig(port, "port")
            if isinstance(number, Unknown):
                yield unsure(number, *where)
            elif isinstance(number, str) and number:
                yield from _by_name(port, where, [pods.pods[each] for each in selected])
            elif isinstance(number, int) and dig(port, "endPort") is None:
                protocol = dig(port, "protocol")
                if isinstance(protocol, Unknown):
                    yield unsure(protocol, *where[:-1], "protocol")
                else:
                    yield from _by_number((number, str(protocol or "TCP")), where, policy.resource, view)


Where = tuple[str | int, ...]


def _by_name(port: object, where: Where, chosen: list[PodTemplate]) -> Iterator[Evidence]:
    protocol, name = dig(port, "protocol"), str(dig(port, "port"))
    if isinstance(protocol, Unknown):
        yield unsure(protocol, *where[:-1], "protocol")
        return
    asked = NamedPort(name, str(protocol or "TCP"))
    found = [NamedPorts([pod]).named(asked, 0) for pod in chosen]
    if any(sure for sure, _ in found):
        return
    doubtful = next((pod for pod, (_, may) in zip(chosen, found, strict=True) if may), None)
    if doubtful is not None:
        why = "a port of its pods may have this name"
        yield unsure(LeftOut(why, name) if doubtful.partial else Unknown(name, why), *where)
        return
    more = f" and {len(chosen) - 1} more" if len(chosen) > 1 else ""
    yield fail(
        f'allows port "{name}", which no container of {chosen[0].resource.kind} "{chosen[0].resource.name}"{more} has; '
        "take the name of one of their ports",
        *where,
        value=name,
    )


def _by_number(port: tuple[int, str], where: Where, policy: Resource, view: View) -> Iterator[Evidence]:
    """A number is told only where it is a Service's own port: a container may listen on ports that it does not say."""
    number, _ = port
    candidates = view.once(_translated).get((policy.namespace or "default", port), ())
    if not candidates:
        return
    pods = labelled(view, policy.namespace)
    selected = pods.selected(spec_of(policy.tree).get("podSelector")).must
    if not selected or any(number in _declared(pods.pods[each]) for each in selected):
        return
    for behind in candidates:
        chosen = pods.selected({"matchLabels": dig(behind.service.tree, "spec", "selector")})
        if selected <= chosen.must:
            yield fail(
                f'allows port {number}, which is that of Service "{behind.service.name}"; its pods are reached at '
                f"{behind.target}: allow that",
                *where,
                value=number,
            )
            return


def _declared(pod: PodTemplate) -> set[object]:
    """The numbers of the ports of its containers."""
    ports = (dig(port, "containerPort") for each in pod.containers for _, port in items(each.spec.get("ports")))
    return {port for port in ports if isinstance(port, int)}


def _translated(view: View) -> dict[tuple[str, tuple[int, str]], list[Behind]]:
    """(namespace, (port, protocol)) -> the Services with pods whose port of that number sends to another one."""
    found: dict[tuple[str, tuple[int, str]], list[Behind]] = {}
    for service in view.of("Service"):
        spec = spec_of(service.tree)
        selector = spec.get("selector")
        for _, entry in items(spec.get("ports")) if isinstance(selector, dict) and selector else ():
            port, target, protocol = (dig(entry, field) for field in ("port", "targetPort", "protocol"))
            if not isinstance(port, int) or not isinstance(target, int | str) or isinstance(protocol, Unknown):
                continue
            if target and target != port:
                key = (service.namespace or "default", (port, str(protocol or "TCP")))
                found.setdefault(key, []).append(Behind(service, target))
    return found


def _estate(port: str, target: str = "8080") -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {{name: cart, namespace: shop}}
spec:
  podSelector: {{matchLabels: {{app: cart}}}}
  ingress: [{{ports: [{{port: {port}}}]}}]
---
apiVersion: v1
kind: Service
metadata: {{name: cart, namespace: shop}}
spec: {{selector: {{app: cart}}, ports: [{{port: 80, targetPort: {target}}}]}}
---
{_POD}"""


_POD = """\
apiVersion: v1
kind: Pod
metadata: {name: cart, namespace: shop, labels: {app: cart}}
spec:
  containers: [{name: cart, image: registry.example/cart:1.0, ports: [{name: http, containerPort: 8080}]}]"""

RULE = Rule(
    id="network-policy-port-matches-nothing",
    on=NetworkPolicy,
    check=check,
    needs=("Namespace", "Pod"),
    uses=("Service",),
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_estate("http"), estate=True),
        passes(manifest=_estate("8080"), estate=True),
        passes(manifest=_estate("9090"), estate=True),
        passes(manifest=_estate("80", "80"), estate=True),
        passes(manifest=_estate("web").replace("{matchLabels: {app: cart}}", "{matchLabels: {app: db}}"), estate=True),
        fails(manifest=_estate("80"), at="spec.ingress[0].ports[0].port", estate=True, instead=_estate("8080")),
        fails(manifest=_estate("web"), at="spec.ingress[0].ports[0].port", estate=True),
        fails(manifest=_estate("http, protocol: UDP"), estate=True),
        unknown(manifest=_estate("'${PORT}'"), estate=True),
        unknown(manifest=_estate("web").replace("name: http", "name: '${NAME}'"), estate=True),
        unknown(manifest=_estate("web")),
    ),
)
