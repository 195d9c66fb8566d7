"""A route asks a Gateway that does not take it.

Why: nothing answers for the route's hosts. What looks published is not, and is by surprise once somebody makes a
    Gateway of that name or lets more routes in.
Instead: name a Gateway and a listener that take it: the protocol, the hosts, the namespace and the section have to fit.
Breaks: nothing; nobody answers it as it is.
Check: kubectl get httproutes -A -o 'custom-columns=NAME:.metadata.name,PARENTS:.status.parents[*].conditions[*].reason'
Source: Gateway API v1, ParentReference, AllowedRoutes; HTTPRoute, hostnames.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.inventory import Resource
from seawall.model import Object, View
from seawall.model.exposure.gateways import GROUP, ROUTES, Gateways, Parent
from seawall.model.exposure.values import named
from seawall.model.permissions import Answer
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(thing: Object, view: View) -> Iterator[Evidence]:
    route = thing.resource
    if route.kind not in ROUTES or route.group != GROUP:
        return
    gateways = view.once(_gateways)
    for parent in gateways.parents(route):
        judged = parent.judged
        if judged.answer is Answer.UNKNOWN:
            yield unsure(Unknown("", judged.why), *parent.at)
        elif judged.answer is Answer.NO:
            yield fail(f"is taken by no Gateway: {judged.why}; name one that there is", *parent.at)
        else:
            yield from _listeners(route, parent, gateways)


def _gateways(view: View) -> Gateways:
    return Gateways(view)


def _listeners(route: Resource, parent: Parent, gateways: Gateways) -> Iterator[Evidence]:
    judged = [each.judged for gateway in parent.gateways for each in gateways.attachments(route, parent.tree, gateway)]
    best = max((each.answer for each in judged), default=Answer.NO)
    if best is Answer.UNKNOWN:
        why = next(each.why for each in judged if each.answer is best)
        yield unsure(Unknown("", why), *parent.at)
    elif best is Answer.NO:
        why = "; ".join(dict.fromkeys(each.why for each in judged)) or "it has no listener"
        yield fail(f"is taken by no listener of {named(parent.gateways[0])}: {why}; name one that takes it", *parent.at)


def _estate(parent: str, listener: str = "{name: web, port: 443, protocol: HTTPS}", host: str = "shop.example") -> str:
    return f"""
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {{name: cart, namespace: shop}}
spec: {{parentRefs: [{parent}], hostnames: [{host}], rules: []}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: edge, namespace: shop}}
spec: {{gatewayClassName: edge, listeners: [{listener}]}}
"""


RULE = Rule(
    id="route-taken-by-no-gateway",
    on=Object,
    check=check,
    needs=("Gateway", "Namespace"),
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_estate("{name: edge}"), estate=True),
        passes(manifest=_estate("{name: edge, sectionName: web}"), estate=True),
        passes(manifest=_estate("{name: cart, kind: Service, group: ''}"), estate=True),
        fails(
            manifest=_estate("{name: front}"),
            at="spec.parentRefs[0]",
            estate=True,
            instead=_estate("{name: edge}"),
        ),
        fails(manifest=_estate("{name: edge, sectionName: admin}"), at="spec.parentRefs[0]", estate=True),
        fails(manifest=_estate("{name: edge}", "{name: db, port: 5432, protocol: TCP}"), estate=True),
        fails(
            manifest=_estate("{name: edge}", "{name: web, port: 443, protocol: HTTPS, hostname: '*.other.example'}"),
            estate=True,
        ),
        # What a protocol of a controller's own takes only that controller knows.
        unknown(manifest=_estate("{name: edge}", "{name: x, port: 1, protocol: shop.example/x}"), estate=True),
        unknown(manifest=_estate("{name: '${GATEWAY}'}"), estate=True),
        unknown(manifest=_estate("{name: edge}", "'${LISTENER}'"), estate=True),
        unknown(manifest=_estate("{name: edge}", "{name: web, port: 443, protocol: '${PROTOCOL}'}"), estate=True),
        unknown(manifest=_estate("{name: front}")),
    ),
)
