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
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Object
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(thing: Object) -> Iterator[Evidence]:
    resource = thing.resource
    if resource.kind != "Gateway":
        return
    spec = spec_of(thing.tree)
    if resource.group == "gateway.networking.k8s.io":
        for index, listener in items(spec.get("listeners")):
            yield from _judge(dig(listener, "protocol"), ("spec", "listeners", index, "protocol"))
    elif resource.group == "networking.istio.io":
        for index, server in items(spec.get("servers")):
            if dig(server, "tls", "httpsRedirect") is not True:
                yield from _judge(dig(server, "port", "protocol"), ("spec", "servers", index, "port", "protocol"))


def _judge(protocol: object, at: Path) -> Iterator[Evidence]:
    if isinstance(protocol, str) and has_placeholder(protocol):
        yield unsure(Unknown(protocol), *at)
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
        fails(manifest=_gateway("HTTP"), at="spec.listeners[0].protocol"),
        fails(manifest=_istio("{port: {number: 80, protocol: HTTP}}"), at="spec.servers[0].port.protocol"),
        unknown(manifest=_gateway("'${PROTOCOL}'")),
    ),
)
