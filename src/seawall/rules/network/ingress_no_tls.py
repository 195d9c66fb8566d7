"""An Ingress serves a host without TLS.

Why: passwords, sessions and pages cross the network in clear text, where anyone on the way can read and change them.
Instead: a `tls` entry that names the host and a Secret with its certificate; cert-manager keeps that filled.
Breaks: clients that speak plain HTTP and follow no redirect.
Check: kubectl get ingress -A -o 'custom-columns=NAME:.metadata.name,HOSTS:.spec.rules[*].host,TLS:.spec.tls[*].hosts'
Source: Kubernetes docs, "Ingress", TLS; NSA and CISA Kubernetes Hardening Guide v1.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Path, Unknown, dig, items
from seawall.inventory import Tree
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Ingress
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_CERTIFICATES: Final = frozenset(
    {
        "alb.ingress.kubernetes.io/certificate-arn",
        "appgw.ingress.kubernetes.io/appgw-ssl-certificate",
        "ingress.gcp.kubernetes.io/pre-shared-cert",
        "networking.gke.io/managed-certificates",
        "traefik.ingress.kubernetes.io/router.tls.certresolver",
    }
)
"""Annotations that name a certificate for the controller which the Ingress does not name."""

_SWITCH: Final = "traefik.ingress.kubernetes.io/router.tls"
_LISTEN: Final = "alb.ingress.kubernetes.io/listen-ports"


def check(ingress: Ingress) -> Iterator[Evidence]:
    elsewhere = _elsewhere(ingress)
    if elsewhere is True:
        return
    said = list(_without_tls(spec_of(ingress.tree)))
    if isinstance(elsewhere, Unknown) and said:
        yield unsure(elsewhere, "metadata", "annotations")
    else:
        yield from said


def _without_tls(spec: Tree) -> Iterator[Evidence]:
    tls = spec.get("tls")
    if isinstance(tls, Unknown):
        yield unsure(tls, "spec", "tls")
    elif not isinstance(tls, list) or not tls:
        yield fail("has no tls section, so that its hosts are served in clear text; add one", "spec", "tls")
    else:
        yield from _uncovered(spec, [host for _, entry in items(tls) for host in _hosts(entry)])


def _elsewhere(ingress: Ingress) -> bool | Unknown:
    """Whether an annotation makes the controller serve the hosts with TLS."""
    whole = dig(ingress.tree, "metadata", "annotations")
    later = whole if isinstance(whole, Unknown) else None
    for key, value in ingress.resource.annotations.items():
        text = value.text if isinstance(value, Unknown) else str(value).strip()
        decides = key in (_SWITCH, _LISTEN)
        if decides and (isinstance(value, Unknown) or has_placeholder(text)):
            later = value if isinstance(value, Unknown) else Unknown(text)
        elif key == _LISTEN:
            if "HTTPS" in text:
                return True
        elif (key == _SWITCH and text.lower() in ("1", "t", "true")) or (key in _CERTIFICATES and text):
            return True
    return False if later is None else later


def _hosts(entry: object) -> list[object]:
    """The hosts of an entry of `tls`; one that names none stands for all."""
    hosts = dig(entry, "hosts")
    return hosts if isinstance(hosts, list) and hosts else ["*"] if not isinstance(hosts, Unknown) else [hosts]


def _uncovered(spec: Tree, covered: list[object]) -> Iterator[Evidence]:
    if "*" in _texts(covered):
        return
    rules = spec.get("rules")
    if isinstance(rules, Unknown):
        yield unsure(rules, "spec", "rules")
    for index, rule in items(rules):
        yield from _rule(dig(rule, "host"), covered, ("spec", "rules", index, "host"))
    for key in ("defaultBackend", "backend"):
        backend = spec.get(key)
        if isinstance(backend, Unknown):
            yield unsure(backend, "spec", key)
        elif backend:
            message = "serves what no rule names in clear text, since tls names only other hosts; leave the backend out"
            yield _nameless(message, covered, ("spec", key), backend)


def _rule(host: object, covered: list[object], at: Path) -> Iterator[Evidence]:
    later = next((each for each in covered if isinstance(each, Unknown)), None)
    if isinstance(host, Unknown):
        if not any(isinstance(each, Unknown) and each.text == host.text for each in covered):
            yield unsure(host, *at)
    elif not host:
        message = "serves a rule without a host in clear text, since tls names only some hosts; name the rule's host"
        yield _nameless(message, covered, at, host)
    elif isinstance(host, str) and not any(_covers(each, host) for each in _texts(covered)):
        message = f'serves host "{host}", which no tls entry names; add it to one'
        yield fail(message, *at, value=host) if later is None else unsure(later, "spec", "tls")


def _nameless(message: str, covered: list[object], at: Path, value: object) -> Evidence:
    """What is said of traffic for hosts that nobody names."""
    later = next((each for each in covered if isinstance(each, Unknown)), None)
    return fail(message, *at, value=value, severity=LOW) if later is None else unsure(later, "spec", "tls")


def _texts(covered: list[object]) -> list[str]:
    return [host for host in covered if isinstance(host, str) and not has_placeholder(host)]


def _covers(pattern: str, host: str) -> bool:
    return pattern in ("*", host) or (pattern.startswith("*.") and host.partition(".")[2] == pattern[2:])


def _ingress(spec: str, metadata: str = "{name: cart}") -> str:
    return f"{{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {metadata}, spec: {spec}}}"


def _annotated(key: str, value: str) -> str:
    return f"{{name: cart, annotations: {{{key}: {value}}}}}"


RULE = Rule(
    id="ingress-no-tls",
    on=Ingress,
    check=check,
    severity=MEDIUM,
    otherwise={LOW: "some hosts have TLS, and what has none is a rule without a host or the default backend"},
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_ingress("{rules: [{host: shop.example}], tls: [{hosts: [shop.example], secretName: shop}]}")),
        passes(manifest=_ingress("{rules: [{host: a.shop.example}], tls: [{hosts: ['*.shop.example']}]}")),
        passes(manifest=_ingress("{rules: [{host: '${HOST}'}], tls: [{hosts: ['${HOST}'], secretName: shop}]}")),
        passes(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(max(_CERTIFICATES), "shop"))),
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
        fails(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(_SWITCH, '"false"')), at="spec.tls"),
        passes(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(_SWITCH, '"true"'))),
        unknown(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(_SWITCH, "'${TLS}'"))),
        fails(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(min(_CERTIFICATES), '""')), at="spec.tls"),
        passes(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(_LISTEN, """'[{"HTTPS": 443}]'"""))),
        fails(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(_LISTEN, """'[{"HTTP": 80}]'"""))),
        unknown(manifest=_ingress("{rules: [{host: a.example}]}", "{name: cart, annotations: '${ALL}'}")),
        fails(
            manifest=_ingress("{rules: [{http: {paths: []}}], tls: [{hosts: [a.example]}]}"), at="spec.rules[0].host"
        ),
        fails(
            manifest=_ingress("{defaultBackend: {service: {name: cart}}, tls: [{hosts: [a.example]}]}"),
            at="spec.defaultBackend",
        ),
        passes(manifest=_ingress("{rules: [{http: {paths: []}}], tls: [{}]}")),
        passes(manifest=_ingress("{defaultBackend: {service: {name: cart}}, tls: [{secretName: cart}]}")),
        fails(manifest=_ingress("{rules: [{host: '*.a.example'}], tls: [{hosts: [b.a.example]}]}")),
        fails(manifest=_ingress("{rules: [{host: c.b.a.example}], tls: [{hosts: ['*.a.example']}]}")),
        passes(manifest=_ingress("{rules: [{host: '*.a.example'}], tls: [{hosts: ['*.a.example']}]}")),
        unknown(manifest=_ingress("{rules: [{http: {paths: []}}], tls: [{hosts: '${HOSTS}'}]}")),
        unknown(manifest=_ingress("{rules: [{host: shop.example}], tls: '${TLS}'}")),
        unknown(manifest=_ingress("{rules: [{host: shop.example}], tls: [{hosts: ['${HOST}']}]}")),
    ),
)
