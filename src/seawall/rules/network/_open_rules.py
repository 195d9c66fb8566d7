"""Rules of a NetworkPolicy that let everything through in one direction."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Path, Unknown, dig, items
from seawall.model import NetworkPolicy
from seawall.rules.network._exposure import is_everyone, spec_of
from seawall.rules.spec import Evidence, fail, unsure

_INGRESS = ("from", "Ingress", "in")
_EGRESS = ("to", "Egress", "out")


def open_rules(policy: NetworkPolicy, field: str) -> Iterator[Evidence]:
    """Evidence of each rule of `ingress` or `egress` that names neither peers nor ports."""
    spec = spec_of(policy.tree)
    peers, kind, way = _INGRESS if field == "ingress" else _EGRESS
    types, rules = spec.get("policyTypes"), spec.get(field)
    for value, at in ((types, "policyTypes"), (rules, field)):
        if isinstance(value, Unknown):
            yield unsure(value, "spec", at)
            return
    # Without policyTypes, rules of a direction make the policy one of that direction.
    if types and not any(isinstance(t, Unknown) or t == kind for _, t in items(types)):
        return
    for index, rule in items(rules):
        for evidence in _judge(rule, ("spec", field, index), peers):
            if isinstance(evidence, Evidence):
                yield evidence
            else:
                path, found = evidence
                message = f"lets everything {way}: {field}[{index}] names {found} and no ports; name what is needed"
                yield fail(message, *path, value={} if len(path) == 3 else found)


def _judge(rule: object, at: Path, peers: str) -> Iterator[Evidence | tuple[Path, str]]:
    """What cannot be decided, and (place, who is let through) of what is open."""
    ports, named = dig(rule, "ports"), dig(rule, peers)
    if isinstance(named, Unknown):
        yield unsure(named, *at, peers)
    elif isinstance(ports, Unknown):
        yield unsure(ports, *at, "ports")
    elif ports:
        return
    elif not named:
        yield at, f"no {peers}"
    for number, peer in items(named):
        cidr, excepted = dig(peer, "ipBlock", "cidr"), dig(peer, "ipBlock", "except")
        place = (*at, peers, number, "ipBlock", "cidr")
        if isinstance(cidr, Unknown):
            yield unsure(cidr, *place)
        elif isinstance(cidr, str) and is_everyone(cidr) and not isinstance(excepted, Unknown) and not excepted:
            yield place, cidr
