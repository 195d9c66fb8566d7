"""A Gateway listens without TLS.

Why: what is served over a plain listener crosses the network in clear text, where anyone on the way can read and change
    it.
Instead: `protocol: HTTPS` with a certificate; keep a plain listener only for routes that redirect to it.
Breaks: clients that speak plain HTTP and follow no redirect.
Check: kubectl get gateways -A -o 'custom-columns=NAME:.metadata.name,PROTOCOLS:.spec.listeners[*].protocol'
Source: Gateway API v1, Listener, protocol; Istio, Gateway, ServerTLSSettings.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Path, Unknown, dig, items
from seawall.inventory import Tree
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Object
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(thing: Object) -> Iterator[Evidence]:
    resource = thing.resource
    if resource.kind != "Gateway":
        return
    if resource.group == "gateway.networking.k8s.io":
        yield from _each(thing.tree, "listeners", "protocol")
    elif resource.group == "networking.istio.io":
        yield from _each(thing.tree, "servers", "port", "protocol")


def _each(tree: Tree, field: str, *keys: str) -> Iterator[Evidence]:
    listed = _find(tree, "spec", field)
    if isinstance(listed, Unknown):
        yield unsure(listed, "spec", field)
    for index, entry in items(listed):
        if dig(entry, "tls", "httpsRedirect") is not True:
            yield from _judge(_find(entry, *keys), ("spec", field, index, *keys))


def _find(tree: object, *keys: str) -> object:
    """The value at `keys`, an `Unknown` where it or the way to it is filled in later: nobody settles these kinds."""
    for key in keys:
        if not isinstance(tree, str):
            tree = dig(tree, key)
    return Unknown(tree) if isinstance(tree, str) and has_placeholder(tree) else tree


def _judge(protocol: object, at: Path) -> Iterator[Evidence]:
    if isinstance(protocol, Unknown):
        yield unsure(protocol, *at)
    elif isinstance(protocol, str) and protocol.upper() in ("HTTP", "HTTP2", "GRPC"):
        yield fail(f"listens with protocol {protocol}, in clear text; use HTTPS", *at, value=protocol)


def _gateway(protocol: str) -> str:
    return (
        "{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: shop}, "
        f"spec: {{gatewayClassName: shop, listeners: [{{name: web, port: 443, protocol: {protocol}}}]}}}}"
    )


def _istio(server: str) -> str:
    return (
        "{apiVersion: networking.istio.io/v1, kind: Gateway, metadata: {name: shop}, "
        f"spec: {{servers: [{server}]}}}}"
    )


RULE = Rule(
    id="gateway-no-tls",
    on=Object,
    check=check,
    severity=LOW,
    profile=STRICT,
    concept="ingress-no-tls",
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_gateway("HTTPS")),
        passes(manifest=_istio("{port: {number: 80, protocol: HTTP}, tls: {httpsRedirect: true}}")),
        fails(
            manifest="""
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: shop, namespace: shop}
                spec:
                  gatewayClassName: shop
                  listeners:
                  - {name: web, port: 80, protocol: HTTP}
            """,
            at="spec.listeners[0].protocol",
            instead="""
                apiVersion: gateway.networking.k8s.io/v1
                kind: Gateway
                metadata: {name: shop, namespace: shop}
                spec:
                  gatewayClassName: shop
                  listeners:
                  - {name: web, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: shop-tls}]}}
            """,
        ),
        fails(manifest=_istio("{port: {number: 80, protocol: HTTP}}"), at="spec.servers[0].port.protocol"),
        unknown(manifest=_gateway("'${PROTOCOL}'")),
        unknown(manifest=_istio("'${SERVER}'")),
        unknown(manifest="{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, spec: '${SPEC}'}"),
    ),
)
