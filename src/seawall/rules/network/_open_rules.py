"""Rules of a NetworkPolicy that let everything through in one direction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Path, Unknown, dig, items
from seawall.model import NetworkPolicy
from seawall.model.exposure.balancers import everyone
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import LOW, Evidence, fail, unsure

_PEERS: Final = {"ingress": "from", "egress": "to"}
_LAST_PORT = 65535


def rules_of(policy: NetworkPolicy, field: str) -> object:
    """The rules of `ingress` or `egress` as far as they take effect; None where they do not, or there are none.

    An `Unknown` where that is not decided. Rules of a direction that `policyTypes` leaves out are ignored; without
    `policyTypes` they make the policy one of that direction.
    """
    spec = spec_of(policy.tree)
    rules, types = spec.get(field), spec.get("policyTypes")
    if types is None or not (isinstance(rules, Unknown) or rules):
        return rules
    listed = [types] if isinstance(types, Unknown) else [entry for _, entry in items(types)]
    if not listed or any(not isinstance(entry, Unknown) and entry == field.capitalize() for entry in listed):
        return rules
    return next((entry for entry in listed if isinstance(entry, Unknown)), None)


def open_rules(policy: NetworkPolicy, field: str) -> Iterator[Evidence]:
    """Evidence of each rule of `ingress` or `egress` that names neither peers nor ports."""
    rules = rules_of(policy, field)
    if isinstance(rules, Unknown):
        yield unsure(rules, "spec", field)
    for index, rule in items(rules):
        yield from _judge(rule, ("spec", field, index))


def _judge(rule: object, at: Path) -> Iterator[Evidence]:
    peers = _PEERS[str(at[-2])]
    limited, named = _limited(dig(rule, "ports")), dig(rule, peers)
    if isinstance(named, Unknown):
        yield unsure(named, *at, peers)
    elif isinstance(limited, Unknown):
        yield unsure(limited, *at, "ports")
    elif not limited and not named:
        yield fail(_message(at, f"no {peers}"), *at, value={})
    elif not limited:
        yield from _blocks(named, (*at, peers))
        if peers == "from":
            for number, peer in items(named):
                yield from _neighbours(peer, (*at, peers, number))


def _blocks(named: object, at: Path) -> Iterator[Evidence]:
    """Evidence of a block of addresses that is all of them, or of several that are so together."""
    cidrs = []
    for number, peer in items(named):
        cidr, excepted = dig(peer, "ipBlock", "cidr"), dig(peer, "ipBlock", "except")
        if isinstance(cidr, Unknown):
            yield unsure(cidr, *at, number, "ipBlock", "cidr")
        elif isinstance(cidr, str) and isinstance(excepted, Unknown) and everyone([cidr]):
            yield unsure(excepted, *at, number, "ipBlock", "except")
        elif isinstance(cidr, str) and not isinstance(excepted, Unknown) and not excepted:
            cidrs.append(cidr)
            if everyone([cidr]):
                yield fail(_message(at[:-1], cidr), *at, number, "ipBlock", "cidr", value=cidr)
    if (found := everyone(cidrs)) is not None and not any(everyone([cidr]) for cidr in cidrs):
        yield fail(_message(at[:-1], f"{found}, which is every address,"), *at, value=cidrs)


def _neighbours(peer: object, at: Path) -> Iterator[Evidence]:
    """Evidence of a peer that is every pod of every namespace."""
    selectors = dig(peer, "namespaceSelector"), dig(peer, "podSelector")
    if isinstance(peer, Unknown) or selectors[0] is None:
        return
    later = next((each for each in map(_selects_all, selectors) if isinstance(each, Unknown)), None)
    if any(_selects_all(each) is False for each in selectors):
        return
    if later is not None:
        yield unsure(later, *at, "namespaceSelector")
    else:
        message = f"lets in every pod of the cluster: {_name(at[:-2])} has an empty namespaceSelector and no port"
        yield fail(f"{message}; select the namespaces", *at, "namespaceSelector", value=selectors[0], severity=LOW)


def _selects_all(selector: object) -> bool | Unknown:
    if isinstance(selector, Unknown):
        return selector
    parts = [dig(selector, key) for key in ("matchLabels", "matchExpressions")]
    if any(not isinstance(part, Unknown) and part for part in parts):
        return False
    return next((part for part in parts if isinstance(part, Unknown)), True)


def _message(at: Path, found: str) -> str:
    way = "in" if at[-2] == "ingress" else "out"
    return f"lets everything {way}: {_name(at)} names {found} and no port; name what is needed"


def _name(at: Path) -> str:
    return f"{at[-2]}[{at[-1]}]"


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
