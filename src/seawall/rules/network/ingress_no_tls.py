"""An Ingress serves a host without TLS.

Why: passwords, sessions and pages cross the network in clear text, where anyone on the way can read and change them.
Instead: a `tls` entry that names the host and a Secret with its certificate; cert-manager keeps that filled.
Breaks: clients that speak plain HTTP and follow no redirect.
Check: kubectl get ingress -A -o 'custom-columns=NAME:.metadata.name,HOSTS:.spec.rules[*].host,TLS:.spec.tls[*].hosts'
Source: Kubernetes docs, "Ingress", TLS; NSA and CISA Kubernetes Hardening Guide v1.2.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Path, Unknown, dig, items
from seawall.inventory import Tree
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Ingress
from seawall.model.exposure.certificates import CERTIFICATES, LISTEN, SWITCH, covers, hosts_of, served_elsewhere
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(ingress: Ingress) -> Iterator[Evidence]:
    elsewhere = served_elsewhere(ingress.resource)
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
        yield from _uncovered(spec, [host for _, entry in items(tls) for host in hosts_of(entry)])


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
    elif isinstance(host, str) and not any(covers(each, host) for each in _texts(covered)):
        message = f'serves host "{host}", which no tls entry names; add it to one'
        yield fail(message, *at, value=host) if later is None else unsure(later, "spec", "tls")


def _nameless(message: str, covered: list[object], at: Path, value: object) -> Evidence:
    """What is said of traffic for hosts that nobody names."""
    later = next((each for each in covered if isinstance(each, Unknown)), None)
    return fail(message, *at, value=value, severity=LOW) if later is None else unsure(later, "spec", "tls")


def _texts(covered: list[object]) -> list[str]:
    return [host for host in covered if isinstance(host, str) and not has_placeholder(host)]


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
        passes(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(max(CERTIFICATES), "shop"))),
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
        fails(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(SWITCH, '"false"')), at="spec.tls"),
        passes(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(SWITCH, '"true"'))),
        unknown(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(SWITCH, "'${TLS}'"))),
        fails(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(min(CERTIFICATES), '""')), at="spec.tls"),
        passes(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(LISTEN, """'[{"HTTPS": 443}]'"""))),
        fails(manifest=_ingress("{rules: [{host: a.example}]}", _annotated(LISTEN, """'[{"HTTP": 80}]'"""))),
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
