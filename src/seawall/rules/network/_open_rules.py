"""Rules of a NetworkPolicy that let everything through in one direction."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Path, Unknown, dig, items
from seawall.model import NetworkPolicy
from seawall.rules.network._exposure import is_everyone, spec_of
from seawall.rules.spec import Evidence, fail, unsure

_INGRESS = ("from", "Ingress", "in")
_EGRESS = ("to", "Egress", "out")
_LAST_PORT = 65535


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
    known = [each for _, each in items(types) if not isinstance(each, Unknown)]
    later = next((each for _, each in items(types) if isinstance(each, Unknown)), None)
    if later is not None and kind not in known and rules:
        yield unsure(later, "spec", "policyTypes")
    if types and kind not in known:
        return
    for index, rule in items(rules):
        yield from _judge(rule, ("spec", field, index), peers, way)


def _judge(rule: object, at: Path, peers: str, way: str) -> Iterator[Evidence]:
    limited, named = _limited(dig(rule, "ports")), dig(rule, peers)
    if isinstance(named, Unknown):
        yield unsure(named, *at, peers)
    elif isinstance(limited, Unknown):
        yield unsure(limited, *at, "ports")
    elif not limited and not named:
        yield fail(_message(at, f"no {peers}", way), *at, value={})
    elif not limited:
        for number, peer in items(named):
            yield from _peer(peer, (*at, peers, number, "ipBlock"), _message(at, "{}", way))


def _peer(peer: object, at: Path, message: str) -> Iterator[Evidence]:
    cidr, excepted = dig(peer, "ipBlock", "cidr"), dig(peer, "ipBlock", "except")
    if isinstance(cidr, Unknown):
        yield unsure(cidr, *at, "cidr")
    elif isinstance(cidr, str) and is_everyone(cidr):
        if isinstance(excepted, Unknown):
            yield unsure(excepted, *at, "except")
        elif not excepted:
            yield fail(message.format(cidr), *at, "cidr", value=cidr)


def _message(at: Path, found: str, way: str) -> str:
    return f"lets everything {way}: {at[-2]}[{at[-1]}] names {found} and no port; name what is needed"


def _limited(ports: object) -> bool | Unknown:
    """Whether the rule is about some ports only; without a port an entry means all of its protocol."""
    if isinstance(ports, Unknown):
        return ports
    entries = items(ports)
    later: Unknown | None = None
    for _, entry in entries:
        port, end, protocol = (dig(entry, key) for key in ("port", "endPort", "protocol"))
        if port is not None and not (_is(port, 1) and _is(end, _LAST_PORT)):
            continue
        if isinstance(protocol, Unknown):
            later = protocol
        elif protocol in (None, "TCP"):
            return False
    return bool(entries) if later is None else later


def _is(value: object, number: int) -> bool:
    return isinstance(value, int | float) and value == number
