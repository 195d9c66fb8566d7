"""An Ingress or a route sends to a port that its Service does not have.

Why: the host answers with an error, most often because the port was renamed on the Service only. What looks published
    is not, and a port that comes back later is published by surprise.
Instead: a port, or the name of one, that stands in the Service's `ports`.
Breaks: nothing; nobody answers it as it is.
Check: kubectl get service SERVICE -n NAMESPACE -o jsonpath='{.spec.ports}'
Source: Kubernetes API reference, ServiceBackendPort v1 networking.k8s.io; Gateway API v1, BackendObjectReference.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Object, View
from seawall.model.exposure.backends import entry_of, is_external, ports_of
from seawall.rules.network._backends import KINDS, Hole, Sent, backends, sent
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(thing: Object, view: View) -> Iterator[Evidence]:
    for each in sent(thing.resource):
        if isinstance(each, Hole):
            yield unsure(each.value, *each.at)
        elif isinstance(each.name, Unknown):
            yield unsure(each.name, *each.at)
        elif isinstance(each.name, str) and each.port is not None:
            yield from _judge(each, each.name, view)


def _judge(each: Sent, name: str, view: View) -> Iterator[Evidence]:
    services = [service for service in view.once(backends).services(each.namespace, name) if not is_external(service)]
    if not services:
        return
    if isinstance(each.port, Unknown):
        yield unsure(each.port, *each.port_at)
        return
    found = [entry_of(service, each.port) for service in services]
    later = next((entry for entry in found if isinstance(entry, Unknown)), None)
    if any(entry is None for entry in found):
        known = next(service for service, entry in zip(services, found, strict=True) if entry is None)
        port = f'"{each.port}"' if isinstance(each.port, str) else each.port
        what = f'sends to port {port} of Service "{name}", whose ports are {ports_of(known)}'
        yield fail(f"{what}; name one of them", *each.port_at, value=each.port)
    elif later is not None:
        yield unsure(later, *each.port_at)


def _ingress(backend: str, ports: str = "[{name: web, port: 80}]") -> str:
    return f"""
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: cart, namespace: shop}}
spec:
  tls: [{{hosts: [shop.example], secretName: shop}}]
  rules:
  - host: shop.example
    http:
      paths:
      - {{path: /, pathType: Prefix, backend: {backend}}}
---
apiVersion: v1
kind: Service
metadata: {{name: cart, namespace: shop}}
spec: {{selector: {{app: cart}}, ports: {ports}}}
"""


def _to(port: str) -> str:
    return f"{{service: {{name: cart, port: {{{port}}}}}}}"


def _route(port: str) -> str:
    return f"""
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: cart, namespace: shop}}
spec: {{rules: [{{backendRefs: [{{name: cart, port: {port}}}]}}]}}
---
apiVersion: v1
kind: Service
metadata: {{name: cart, namespace: shop}}
spec: {{ports: [{{port: 80}}]}}
"""


RULE = Rule(
    id="backend-port-missing",
    on=Object,
    check=check,
    uses=KINDS,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_ingress(_to("number: 80"))),
        passes(manifest=_ingress(_to("name: web"))),
        passes(manifest=_ingress("{service: {name: basket, port: {number: 8080}}}")),
        passes(manifest=_ingress("{serviceName: cart, servicePort: web}").replace("k8s.io/v1", "k8s.io/v1beta1")),
        passes(manifest=_route("80")),
        fails(
            manifest=_ingress(_to("number: 8080")),
            at="spec.rules[0].http.paths[0].backend.service.port",
            instead=_ingress(_to("number: 80")),
        ),
        fails(manifest=_ingress(_to("name: http"))),
        fails(manifest=_route("8080"), at="spec.rules[0].backendRefs[0].port"),
        unknown(manifest=_ingress(_to("number: '${PORT}'"))),
        unknown(manifest=_ingress(_to("number: 8080"), "'${PORTS}'")),
        unknown(manifest=_ingress(_to("number: 8080"), "[{port: '${PORT}'}]")),
        unknown(manifest=_ingress("'${BACKEND}'")),
        unknown(manifest=_route("'${PORT}'")),
    ),
)
