"""An Ingress serves a host without TLS.

Why: passwords, sessions and pages cross the network in clear text, where anyone on the way can read and change them.
Instead: a `tls` entry that names the host and a Secret with its certificate; cert-manager keeps that filled.
Breaks: clients that speak plain HTTP and follow no redirect.
Check: kubectl get ingress -A -o 'custom-columns=NAME:.metadata.name,HOSTS:.spec.rules[*].host,TLS:.spec.tls[*].hosts'
Source: Kubernetes docs, "Ingress", TLS; NSA and CISA Kubernetes Hardening Guide v1.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Ingress
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_ENDS_TLS_ELSEWHERE = frozenset(
    {
        "alb.ingress.kubernetes.io/certificate-arn",
        "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
        "ingress.gcp.kubernetes.io/pre-shared-cert",
        "networking.gke.io/managed-certificates",
        "traefik.ingress.kubernetes.io/router.tls",
    }
)
"""Annotations that give the controller a certificate which the Ingress does not name."""


def check(ingress: Ingress) -> Iterator[Evidence]:
    if any(key in _ENDS_TLS_ELSEWHERE or "HTTPS" in value for key, value in _listening(ingress)):
        return
    spec = spec_of(ingress.tree)
    tls = spec.get("tls")
    if isinstance(tls, Unknown):
        yield unsure(tls, "spec", "tls")
    elif not isinstance(tls, list) or not tls:
        yield fail("has no tls section, so that its hosts are served in clear text; add one", "spec", "tls")
    else:
        yield from _uncovered(spec.get("rules"), [host for _, entry in items(tls) for host in _hosts(entry)])


def _listening(ingress: Ingress) -> Iterator[tuple[str, str]]:
    """The annotations that matter: known keys, and the ports that an AWS load balancer listens on."""
    for key, value in ingress.resource.annotations.items():
        if key in _ENDS_TLS_ELSEWHERE:
            yield key, ""
        elif key == "alb.ingress.kubernetes.io/listen-ports" and isinstance(value, str):
            yield key, value


def _hosts(entry: object) -> list[object]:
    """The hosts of an entry of `tls`; one that names none stands for all."""
    hosts = dig(entry, "hosts")
    return hosts if isinstance(hosts, list) and hosts else ["*"] if not isinstance(hosts, Unknown) else [hosts]


def _uncovered(rules: object, covered: list[object]) -> Iterator[Evidence]:
    if isinstance(rules, Unknown):
        yield unsure(rules, "spec", "rules")
    for index, rule in items(rules):
        host = dig(rule, "host")
        if isinstance(host, Unknown):
            if not any(isinstance(c, Unknown) and c.text == host.text for c in covered) and "*" not in _texts(covered):
                yield unsure(host, "spec", "rules", index, "host")
        elif isinstance(host, str) and not any(_covers(c, host) for c in _texts(covered)):
            later = next((c for c in covered if isinstance(c, Unknown)), None)
            if later is not None:
                yield unsure(later, "spec", "tls")
            else:
                message = f'serves host "{host}", which no tls entry names; add it to one'
                yield fail(message, "spec", "rules", index, "host", value=host)


def _texts(covered: list[object]) -> list[str]:
    return [host for host in covered if isinstance(host, str) and not has_placeholder(host)]


def _covers(pattern: str, host: str) -> bool:
    return pattern in ("*", host) or (pattern.startswith("*.") and host.partition(".")[2] == pattern[2:])


def _ingress(spec: str, metadata: str = "{name: cart}") -> str:
    return f"{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {metadata}, spec: {spec}}}"


RULE = Rule(
    id="ingress-no-tls",
    on=Ingress,
    check=check,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_ingress("{rules: [{host: shop.example}], tls: [{hosts: [shop.example], secretName: shop}]}")),
        passes(manifest=_ingress("{rules: [{host: a.shop.example}], tls: [{hosts: ['*.shop.example']}]}")),
        passes(manifest=_ingress("{rules: [{host: '${HOST}'}], tls: [{hosts: ['${HOST}'], secretName: shop}]}")),
        passes(
            manifest=_ingress(
                "{rules: [{host: shop.example}]}",
                "{name: cart, annotations: {networking.gke.io/managed-certificates: shop}}",
            )
        ),
        fails(
            manifest="""
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
            at="spec.tls",
            instead="""
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata: {name: cart}
                spec:
                  tls: [{hosts: [shop.example], secretName: shop-tls}]
                  rules:
                  - host: shop.example
                    http:
                      paths:
                      - {path: /, pathType: Prefix, backend: {service: {name: cart, port: {number: 80}}}}
            """,
        ),
        fails(
            manifest=_ingress("{rules: [{host: shop.example}, {host: old.example}], tls: [{hosts: [shop.example]}]}"),
            at="spec.rules[1].host",
        ),
        unknown(manifest=_ingress("{rules: [{host: shop.example}], tls: '${TLS}'}")),
        unknown(manifest=_ingress("{rules: [{host: shop.example}], tls: [{hosts: ['${HOST}']}]}")),
    ),
)
