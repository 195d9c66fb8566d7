"""A route sends to a Service of another namespace that has not granted it.

Why: Gateways refuse to send there and answer with an error. What looks published is not, until somebody of the other
    namespace writes a wider grant than is needed to mend it.
Instead: a ReferenceGrant in the Service's namespace that names the route's kind and namespace, and the Service.
Breaks: nothing; nobody answers it as it is.
Check: kubectl get referencegrants -A
Source: Gateway API v1, BackendObjectReference, namespace; ReferenceGrant v1beta1.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Object, View
from seawall.model.exposure.gateways import GROUP, ROUTES, Gateways
from seawall.model.exposure.routes import Reference, references
from seawall.model.exposure.values import namespace_of, text_of
from seawall.model.permissions import Answer
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(thing: Object, view: View) -> Iterator[Evidence]:
    route = thing.resource
    if route.kind not in ROUTES or route.group != GROUP:
        return
    for each in references(route):
        if isinstance(each, Unknown):
            yield unsure(each, "spec", "rules")
        elif isinstance(each.namespace, Unknown):
            yield unsure(each.namespace, *each.at, "namespace")
        elif each.namespace is not None and not isinstance(each.kind, Unknown):
            yield from _judge(thing, each, view.once(_gateways))


def _gateways(view: View) -> Gateways:
    return Gateways(view)


def _judge(thing: Object, each: Reference, gateways: Gateways) -> Iterator[Evidence]:
    namespace, kind = text_of(each.namespace), text_of(each.kind, "Service")
    judged = gateways.granted(thing.resource, namespace, kind, each.name)
    at = (*each.at, "namespace")
    if judged.answer is Answer.UNKNOWN:
        yield unsure(Unknown(namespace, judged.why), *at)
    elif judged.answer is Answer.NO:
        what = f'sends to {kind} "{text_of(each.name)}" of namespace {namespace}, which grants it to no'
        message = f"{what} {thing.resource.kind} of {namespace_of(thing.resource)}; write a ReferenceGrant there"
        yield fail(message, *at, value=namespace)


def _estate(namespace: str, source: str = "shop", to: str = '{group: "", kind: Service, name: cart}') -> str:
    return f"""
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: cart, namespace: shop}}
spec:
  rules:
  - backendRefs: [{{name: cart, namespace: {namespace}, port: 80}}]
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {{name: cart, namespace: data}}
spec:
  from: [{{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: {source}}}]
  to: [{to}]
"""


RULE = Rule(
    id="route-backend-not-granted",
    on=Object,
    check=check,
    needs=("ReferenceGrant",),
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_estate("data"), estate=True),
        passes(manifest=_estate("shop", "other"), estate=True),
        passes(manifest=_estate("data", to='{group: "", kind: Service}'), estate=True),
        passes(manifest=_estate("null", "other"), estate=True),
        fails(
            manifest=_estate("data", "store"),
            at="spec.rules[0].backendRefs[0].namespace",
            estate=True,
            instead=_estate("data"),
        ),
        fails(manifest=_estate("data", to='{group: "", kind: Secret}'), estate=True),
        fails(manifest=_estate("data", to='{group: "", kind: Service, name: basket}'), estate=True),
        unknown(manifest=_estate("'${NAMESPACE}'"), estate=True),
        unknown(manifest=_estate("data", "'${SOURCE}'"), estate=True),
        unknown(manifest=_estate("data", "store")),
    ),
)
