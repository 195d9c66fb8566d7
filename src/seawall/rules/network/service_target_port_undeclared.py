"""A Service sends to a port number that is none of those its pods declare.

Why: Kubernetes sends the traffic all the same: where nothing listens, callers get errors; where something does, a port
    that nobody wrote down as one of the container's is published.
Instead: one of the declared container ports, best by its name, or declare the port that the program listens on.
Breaks: callers, if the program does listen on the undeclared port.
Check: kubectl get pods -n NAMESPACE -l KEY=VALUE -o jsonpath='{.items[*].spec.containers[*].ports}'
Source: Kubernetes API reference, Container v1 core, ports (a port that is not listed can be reached all the same).
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, LeftOut, Unknown, dig, items
from seawall.model import PodTemplate, Service, View
from seawall.model.exposure.backends import Backends
from seawall.rules.network._backends import KINDS, backends
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(service: Service, view: View) -> Iterator[Evidence]:
    ports = spec_of(service.tree).get("ports")
    if isinstance(ports, Unknown):
        yield unsure(ports, "spec", "ports")
    for index, entry in items(ports):
        target, port = dig(entry, "targetPort"), dig(entry, "port")
        # What is left out is the port itself to an API server, which writes it there.
        is_default = target is None or (isinstance(target, int) and isinstance(port, int) and target == port)
        key = "port" if is_default else "targetPort"
        number = port if target is None else target
        if isinstance(number, Unknown):
            yield unsure(number, "spec", "ports", index, key)
        elif isinstance(number, int) and number:
            yield from _judge(service, (index, key), number, view.once(backends))


def _judge(service: Service, where: tuple[int, str], number: int, known: Backends) -> Iterator[Evidence]:
    at = ("spec", "ports", *where)
    pods = [pod for pod, sure in known.selected(service.resource) if sure]
    declared = [list(_declared(pod)) for pod in pods]
    if not pods or not all(declared):
        return
    known_ports = [port for ports in declared for port in ports]
    if number in [port for port in known_ports if isinstance(port, int)]:
        return
    later = next((port for port in known_ports if isinstance(port, Unknown)), None)
    if later is not None:
        yield unsure(later, *at)
        return
    listed = ", ".join(sorted({str(port) for port in known_ports}))
    name = f'{pods[0].resource.kind} "{pods[0].resource.name}"'
    what = f"sends to port {number}; the containers of {name} declare {listed}"
    yield fail(f"{what}: take one of these, or declare it", *at, value=number)


def _declared(pod: PodTemplate) -> Iterator[object]:
    """The numbers of a pod's container ports, an `Unknown` for each that is filled in later."""
    if pod.partial:
        yield LeftOut("its operator may add ports", pod.resource.kind)
    for container in pod.containers:
        ports = container.spec.get("ports")
        if isinstance(ports, Unknown):
            yield ports
        for _, port in items(ports):
            yield dig(port, "containerPort")


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
    id="service-target-port-undeclared",
    on=Service,
    check=check,
    uses=KINDS,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_estate("8080")),
        passes(manifest=_estate("http")),
        passes(manifest=_estate("9090", "[]")),
        passes(manifest=_estate("0", "[{containerPort: 80}]")),
        fails(manifest=_estate("8081"), at="spec.ports[0].targetPort", instead=_estate("8080")),
        fails(manifest=_estate("null"), at="spec.ports[0].port"),
        unknown(manifest=_estate("'${PORT}'")),
        unknown(manifest=_estate("8081", "[{containerPort: '${PORT}'}]")),
        unknown(manifest=_estate("8081", "'${PORTS}'")),
        unknown(manifest="{apiVersion: v1, kind: Service, metadata: {name: cart}, spec: {ports: '${PORTS}'}}"),
    ),
)
