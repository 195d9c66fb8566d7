"""A Gateway takes routes of every namespace.

Why: whoever may write routes in any namespace publishes under the Gateway's address, and takes traffic of hosts and
    paths that are another team's: of two routes for one host the longer path wins, then the older route.
Instead: `from: Selector` with the namespaces that may publish here, and a `hostname` on each listener.
Breaks: routes of namespaces that are not selected.
Check: kubectl get gateways -A -o 'custom-columns=NAME:.metadata.name,FROM:.spec.listeners[*].allowedRoutes.namespaces'
Source: Gateway API v1, RouteNamespaces, from; Gateway API, "Security Model", limiting namespaces.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, items
from seawall.model import Object
from seawall.model.exposure.gateways import GROUP
from seawall.model.exposure.values import read, text_of
from seawall.rules.spec import ARCHITECT_OWNS, LOW, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(thing: Object) -> Iterator[Evidence]:
    if thing.resource.kind != "Gateway" or thing.resource.group != GROUP:
        return
    listeners = read(thing.tree, "spec", "listeners")
    if isinstance(listeners, Unknown):
        yield unsure(listeners, "spec", "listeners")
    for index, _ in items(listeners):
        yield from _listener(read(listeners, index), index)


def _listener(listener: object, index: int) -> Iterator[Evidence]:
    at = ("spec", "listeners", index, "allowedRoutes", "namespaces", "from")
    which, host = read(listener, *at[3:]), read(listener, "hostname")
    if isinstance(which, Unknown):
        yield unsure(which, *at)
    elif which == "All" or (which == "Selector" and _is_everything(read(listener, *at[3:-1], "selector"))):
        name = f'listener "{text_of(read(listener, "name"))}"'
        wide = not isinstance(host, Unknown) and not host
        hosts = "any host" if wide else f"hosts of {text_of(host)}"
        message = f"takes routes of every namespace for {hosts} ({name}); select the namespaces that may publish here"
        yield fail(message, *at, value=which, severity=MEDIUM if wide else None)


def _is_everything(selector: object) -> bool:
    """Whether a label selector that is written selects every namespace: it asks for nothing."""
    fields = [read(selector, field) for field in ("matchLabels", "matchExpressions")]
    return isinstance(selector, dict) and not any(isinstance(field, Unknown) or field for field in fields)


def _gateway(namespaces: str, host: str = "") -> str:
    named = f"hostname: {host}\n    " if host else ""
    return f"""
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {{name: edge, namespace: edge}}
spec:
  gatewayClassName: edge
  listeners:
  - name: web
    port: 443
    protocol: HTTPS
    {named}tls: {{certificateRefs: [{{name: edge}}]}}
    allowedRoutes: {{namespaces: {namespaces}}}
"""


RULE = Rule(
    id="gateway-open-to-all-namespaces",
    on=Object,
    check=check,
    severity=LOW,
    otherwise={MEDIUM: "the listener names no host"},
    concept="public-service-exposure",
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(manifest=_gateway("{from: Same}")),
        passes(manifest=_gateway("{}")),
        passes(manifest=_gateway("{from: Selector, selector: {matchLabels: {publish: web}}}")),
        fails(
            manifest=_gateway("{from: All}"),
            at="spec.listeners[0].allowedRoutes.namespaces.from",
            instead=_gateway("{from: Selector, selector: {matchLabels: {publish: web}}}"),
        ),
        fails(manifest=_gateway("{from: All}", "'*.shop.example'")),
        fails(manifest=_gateway("{from: Selector, selector: {}}")),
        passes(manifest=_gateway("{from: Selector}")),
        unknown(manifest=_gateway("{from: '${FROM}'}")),
        unknown(manifest=_gateway("'${NAMESPACES}'")),
        unknown(manifest="{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, spec: {listeners: ['${ALL}']}}"),
        unknown(manifest="{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, spec: '${SPEC}'}"),
    ),
)
