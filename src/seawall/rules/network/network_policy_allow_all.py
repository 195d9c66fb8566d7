"""A NetworkPolicy lets everything through.

Why: policies add up, so that one rule without a peer and without ports undoes every other policy of the same pods in
    that direction. It looks like protection, and a later, stricter policy changes nothing.
Instead: name the peers and ports that the workload needs; keep a default deny beside it.
Breaks: connections that nobody has listed yet; watch them before you narrow the rule.
Check: kubectl get networkpolicies -A -o yaml | grep -B2 -A2 -E -- '- \\{\\}|0\\.0\\.0\\.0/0'
Source: Kubernetes API reference, NetworkPolicy v1 networking.k8s.io; Kubernetes docs, "Network Policies".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.model import NetworkPolicy
from seawall.rules.network._exposure import is_everyone, spec_of
from seawall.rules.spec import ARCHITECT_OWNS, LOW, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(policy: NetworkPolicy) -> Iterator[Evidence]:
    spec = spec_of(policy.tree)
    types = spec.get("policyTypes")
    if isinstance(types, Unknown):
        yield unsure(types, "spec", "policyTypes")
        return
    for field, peers, kind in (("ingress", "from", "Ingress"), ("egress", "to", "Egress")):
        rules = spec.get(field)
        if isinstance(rules, Unknown):
            yield unsure(rules, "spec", field)
        for index, rule in items(rules):
            # Without policyTypes, rules of a direction make the policy one of that direction.
            if not types or any(isinstance(t, Unknown) or t == kind for _, t in items(types)):
                yield from _judge(rule, field, peers, index)


def _judge(rule: object, field: str, peers: str, index: int) -> Iterator[Evidence]:
    ports, named = dig(rule, "ports"), dig(rule, peers)
    at = ("spec", field, index)
    if isinstance(named, Unknown):
        yield unsure(named, *at, peers)
    elif isinstance(ports, list) and ports:
        return
    elif isinstance(ports, Unknown):
        yield unsure(ports, *at, "ports")
    else:
        yield from _open(named, field, peers, at)


def _open(named: object, field: str, peers: str, at: tuple[str | int, ...]) -> Iterator[Evidence]:
    severity, way = (MEDIUM, "in") if field == "ingress" else (LOW, "out")
    if not named:
        message = f"lets everything {way}: {field}[{at[-1]}] names no {peers} and no ports; name what is needed"
        yield fail(message, *at, value={}, severity=severity)
    for number, peer in items(named):
        cidr, excepted = dig(peer, "ipBlock", "cidr"), dig(peer, "ipBlock", "except")
        place = (*at, peers, number, "ipBlock", "cidr")
        if isinstance(cidr, Unknown):
            yield unsure(cidr, *place)
        elif isinstance(cidr, str) and is_everyone(cidr) and not isinstance(excepted, Unknown) and not excepted:
            message = f"lets everything {way}: {field}[{at[-1]}] names {cidr} and no ports; name what is needed"
            yield fail(message, *place, value=cidr, severity=severity)


def _policy(spec: str) -> str:
    return f"{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: cart}}, spec: {spec}}}"


RULE = Rule(
    id="network-policy-allow-all",
    on=NetworkPolicy,
    check=check,
    severity=MEDIUM,
    concept="no-network-policy",
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(manifest=_policy("{podSelector: {}, policyTypes: [Ingress, Egress]}")),
        passes(manifest=_policy("{podSelector: {}, ingress: []}")),
        passes(manifest=_policy("{podSelector: {}, ingress: [{ports: [{port: 8080}]}]}")),
        passes(manifest=_policy("{podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}")),
        passes(manifest=_policy("{podSelector: {}, policyTypes: [Ingress], egress: [{}]}")),
        passes(manifest=_policy("{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}]}")),
        fails(manifest=_policy("{podSelector: {}, ingress: [{}]}"), at="spec.ingress[0]"),
        fails(manifest=_policy("{podSelector: {}, ingress: [{from: []}]}")),
        fails(manifest=_policy("{podSelector: {}, policyTypes: [Egress], egress: [{}]}"), at="spec.egress[0]"),
        fails(
            manifest=_policy("{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}]}"),
            at="spec.egress[0].to[0].ipBlock.cidr",
        ),
        unknown(manifest=_policy("{podSelector: {}, egress: [{to: [{ipBlock: {cidr: '${CIDR}'}}]}]}")),
        unknown(manifest=_policy("{podSelector: {}, ingress: '${RULES}'}")),
    ),
)
