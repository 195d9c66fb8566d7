"""An Ingress takes the traffic of every host.

Why: a rule without a host, or with a wildcard, answers for names that belong to others, or to nobody: whoever gets a
    name pointed at the cluster gets the workload under it, and another team's new host is served here first.
Instead: name each host that the workload serves.
Breaks: clients that use the address or another name.
Check: kubectl get ingress -A -o 'custom-columns=NAME:.metadata.name,HOSTS:.spec.rules[*].host'
Source: Kubernetes API reference, IngressRule v1 networking.k8s.io, host.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.model import Ingress
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(ingress: Ingress) -> Iterator[Evidence]:
    spec = spec_of(ingress.tree)
    rules = spec.get("rules")
    if isinstance(rules, Unknown):
        yield unsure(rules, "spec", "rules")
    for index, rule in items(rules):
        host = dig(rule, "host")
        at = ("spec", "rules", index, "host")
        if isinstance(host, Unknown):
            yield unsure(host, *at)
        elif not host:
            message = "has a rule without a host, which takes every host's traffic; name the host"
            yield fail(message, *at, value=host)
        elif isinstance(host, str) and host.startswith("*"):
            yield fail(f'takes the traffic of "{host}"; name each host', *at, value=host)


def _ingress(rules: str) -> str:
    return f"{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {{name: cart}}, spec: {{rules: {rules}}}}}"


RULE = Rule(
    id="ingress-wildcard-host",
    on=Ingress,
    check=check,
    severity=LOW,
    profile=STRICT,
    concept="public-service-exposure",
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_ingress("[{host: shop.example}]")),
        fails(
            manifest="""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: cart}
                spec:
                  rules:
                  - http:
                      paths:
                      - {path: /, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}
            """,
            at="spec.rules[0].host",
            instead="""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: cart}
                spec:
                  rules:
                  - host: shop.example
                    http:
                      paths:
                      - {path: /, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}
            """,
        ),
        fails(manifest=_ingress("[{host: ''}]"), at="spec.rules[0].host"),
        fails(manifest=_ingress("[{host: shop.example}, {host: '*.example'}]"), at="spec.rules[1].host"),
        unknown(manifest=_ingress("[{host: '${HOST}'}]")),
        unknown(manifest=_ingress("['${RULE}']")),
    ),
)
