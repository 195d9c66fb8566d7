"""An Ingress or a route sends to a Service that is not there.

Why: the host answers with an error. Whoever may create a Service of that name in its namespace gets the host's traffic,
    its cookies and passwords with it.
Instead: name the Service that there is, or remove the path.
Breaks: nothing; nobody answers it as it is.
Check: kubectl get services -n NAMESPACE
Source: Kubernetes API reference, IngressServiceBackend v1 networking.k8s.io; Gateway API v1, BackendObjectReference.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Object, View
from seawall.rules.network._backends import KINDS, Hole, backends, sent
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure

_BY_ANNOTATION = "use-annotation"
"""The port by which the controller for AWS load balancers takes the name for that of an action in an annotation."""


def check(thing: Object, view: View) -> Iterator[Evidence]:
    for each in sent(thing.resource):
        if isinstance(each, Hole):
            yield unsure(each.value, *each.at)
            continue
        known, name = view.once(backends), each.name
        if isinstance(name, Unknown):
            yield unsure(name, *each.at)
        elif isinstance(name, str) and each.port != _BY_ANNOTATION and not known.services(each.namespace, name):
            maker = known.maker(each.namespace)
            if maker is not None:
                why = f'the operator of {maker.kind} "{maker.name}" may make a Service of that name'
                yield unsure(Unknown(name, why), *each.at)
                continue
            what = f'sends to Service "{name}", which namespace {each.namespace} does not have'
            yield fail(f"{what}; name one that it has, or remove the path", *each.at, value=name)


_SERVICE = """
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {ports: [{port: 80}]}
"""


def _ingress(name: str) -> str:
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
      - {{path: /, pathType: Prefix, backend: {{service: {{name: {name}, port: {{number: 80}}}}}}}}
{_SERVICE.strip()}"""


def _route(rule: str) -> str:
    return f"""
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: cart, namespace: shop}}
spec:
  parentRefs: [{{name: edge}}]
  rules: [{rule}]
{_SERVICE}"""


_KAFKA = """
---
apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: {name: events, namespace: shop}
spec: {kafka: {template: {pod: {}}}}
"""

RULE = Rule(
    id="backend-service-missing",
    on=Object,
    check=check,
    needs=KINDS,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_ingress("cart"), estate=True),
        passes(manifest=_route("{backendRefs: [{name: cart, port: 80}]}"), estate=True),
        passes(manifest=_route("{filters: [{type: RequestRedirect}]}"), estate=True),
        passes(manifest=_route("{backendRefs: [{group: x.example, kind: Bucket, name: b}]}"), estate=True),
        fails(
            manifest=_ingress("basket"),
            at="spec.rules[0].http.paths[0].backend.service.name",
            estate=True,
            instead=_ingress("cart"),
        ),
        fails(
            manifest="""
                apiVersion: extensions/v1beta1
                kind: Ingress
                metadata: {name: cart, namespace: shop}
                spec: {backend: {serviceName: basket, servicePort: 80}}
            """,
            at="spec.backend.serviceName",
            estate=True,
        ),
        fails(
            manifest=_route("{backendRefs: [{name: basket, port: 80}]}"),
            at="spec.rules[0].backendRefs[0].name",
            estate=True,
        ),
        fails(manifest=_route("{backendRefs: [{name: cart, namespace: other, port: 80}]}"), estate=True),
        fails(
            manifest="""
                apiVersion: route.openshift.io/v1
                kind: Route
                metadata: {name: cart, namespace: shop}
                spec: {host: shop.example, to: {kind: Service, name: basket}}
            """,
            at="spec.to.name",
            estate=True,
        ),
        passes(manifest=_ingress("ssl-redirect").replace("number: 80", "name: use-annotation"), estate=True),
        unknown(manifest=_ingress("'${NAME}'"), estate=True),
        unknown(manifest=_ingress("basket") + _KAFKA, estate=True),
        unknown(manifest=_route("'${RULE}'"), estate=True),
        unknown(manifest=_ingress("basket")),
    ),
)
