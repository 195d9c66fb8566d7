"""A Service sends to a named port that no container of its pods has.

Why: the port leads nowhere: pods without a port of that name, and protocol, are left out of its endpoints. A
    NetworkPolicy that names the port opens nothing either.
Instead: the `name` of a container port of the selected pods, or its number.
Breaks: nothing; nobody answers it as it is.
Check: kubectl get endpointslices -n NAMESPACE -l kubernetes.io/service-name=SERVICE
Source: Kubernetes API reference, ServicePort v1 core, targetPort; Kubernetes, pkg/api/v1/pod, FindPort.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, LeftOut, Unknown, dig, items
from seawall.model import Service, View
from seawall.model.exposure.backends import Backends
from seawall.model.permissions import Answer
from seawall.rules.network._backends import KINDS, backends
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(service: Service, view: View) -> Iterator[Evidence]:
    ports = spec_of(service.tree).get("ports")
    if isinstance(ports, Unknown):
        yield unsure(ports, "spec", "ports")
    for index, entry in items(ports):
        target = dig(entry, "targetPort")
        if isinstance(target, Unknown):
            yield unsure(target, "spec", "ports", index, "targetPort")
        elif isinstance(target, str) and target:
            yield from _judge(service, index, target, view.once(backends))


def _judge(service: Service, index: int, target: str, known: Backends) -> Iterator[Evidence]:
    found = [(pod, known.port_of(service.resource, index, pod)) for pod, _ in known.selected(service.resource)]
    at = ("spec", "ports", index, "targetPort")
    if not found or any(port.answer is Answer.YES for _, port in found):
        return
    doubts = [(pod, port) for pod, port in found if port.answer is Answer.UNKNOWN]
    written = [port for pod, port in doubts if not pod.partial]
    if doubts:
        unknown_port = Unknown(target, written[0].why) if written else LeftOut(doubts[0][1].why, target)
        yield unsure(unknown_port, *at)
        return
    resource = found[0][0].resource
    more = f" and {len(found) - 1} more" if len(found) > 1 else ""
    what = f'sends to port "{target}", which no container of {resource.kind} "{resource.name}"{more} has'
    yield fail(f"{what}; take the name of one of their ports, or its number", *at, value=target)


def _estate(target: str, ports: str = "[{name: http, containerPort: 8080}]") -> str:
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: cart, namespace: shop}}
spec:
  selector: {{app: cart}}
  ports: [{{port: 80, targetPort: {target}}}]
---
apiVersion: v1
kind: Pod
metadata: {{name: cart, namespace: shop, labels: {{app: cart}}}}
spec:
  containers:
  - {{name: cart, image: registry.example/cart:1.0, ports: {ports}}}
"""


RULE = Rule(
    id="service-target-port-missing",
    on=Service,
    check=check,
    uses=KINDS,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_estate("http")),
        passes(manifest=_estate("8080")),
        passes(manifest=_estate("9090")),
        passes(manifest=_estate("web").replace("{app: cart}\n", "{app: basket}\n")),
        passes(manifest="{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {ports: [{targetPort: web}]}}"),
        fails(manifest=_estate("web"), at="spec.ports[0].targetPort", instead=_estate("http")),
        fails(manifest=_estate("http", "[{name: http, containerPort: 8080, protocol: UDP}]")),
        fails(manifest=_estate("http", "[]"), at="spec.ports[0].targetPort"),
        unknown(manifest=_estate("'${PORT}'")),
        unknown(manifest=_estate("web", "'${PORTS}'")),
        unknown(manifest=_estate("web", "[{name: '${NAME}', containerPort: 8080}]")),
    ),
)
