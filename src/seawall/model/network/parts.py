"""Parts of rules that all kinds of policy share: CIDR blocks, port numbers, protocols."""

from __future__ import annotations

from collections.abc import Iterable

from seawall.core import Unknown
from seawall.inventory.placeholders import has_placeholder
from seawall.model.network.addresses import EVERY, AddressSet, block
from seawall.model.network.policies import NamedPort, Peers, PodPeer, PortMatch
from seawall.model.network.ports import ALL, LAST, NONE, PROTOCOLS, ports_of, union
from seawall.model.permissions import Answer


def undecided(value: object) -> bool:
    """Whether a value is filled in later."""
    return isinstance(value, Unknown) or (isinstance(value, str) and has_placeholder(value))


def protocol_of(value: object) -> str | None:
    """The protocol, TCP where none is said; None where it is undecided or none that the API takes."""
    if value is None:
        return "TCP"
    return value if isinstance(value, str) and value in PROTOCOLS else None


def number_of(value: object) -> int | None:
    """A port's number; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= LAST else None


def numbered(protocol: object, low: object, high: object) -> PortMatch:
    """The ports `low` to `high` of a protocol; what is undecided, or what the API refuses, may be any port."""
    name, first, last = protocol_of(protocol), number_of(low), number_of(high)
    room = ALL if name is None else ports_of(name)
    if name is None or first is None or last is None or first > last:
        return PortMatch(NONE, room)
    return PortMatch(ports_of(name, (first, last)), ports_of(name, (first, last)))


def named(name: object, protocol: str | None) -> PortMatch:
    """A port by its name; one whose name is filled in later, or no name at all, may be any port of the protocol."""
    # A name has a letter (IANA service name, RFC 6335 section 5.1): the API refuses "8080".
    if not isinstance(name, str) or undecided(name) or not any(char.isalpha() for char in name):
        return PortMatch(NONE, ALL if protocol is None else ports_of(protocol))
    return PortMatch(names=(NamedPort(name, protocol),))


def any_of(matches: Iterable[PortMatch]) -> PortMatch:
    """The ports of any of the matches."""
    found = list(matches)
    return PortMatch(
        union(each.sure for each in found),
        union(each.may for each in found),
        tuple(dict.fromkeys(name for each in found for name in each.names)),
    )


def unnamed(ports: PortMatch) -> PortMatch:
    """What of the ports is left where the destination has no containers that could name one."""
    return PortMatch(ports.sure, ports.may)


def addresses(values: Iterable[object]) -> tuple[AddressSet, AddressSet]:
    """The addresses of CIDR blocks: those it surely is, and those it may be, which are all for one that is none."""
    sure = may = AddressSet()
    for value in values:
        found = block(value) if isinstance(value, str) else None
        sure = sure | (found or AddressSet())
        may = may | (EVERY if found is None else found)
    return sure, may


def peers(
    *,
    pods: tuple[PodPeer, ...] = (),
    blocks: tuple[AddressSet, AddressSet] = (AddressSet(), AddressSet()),
    nodes: tuple[object, ...] = (),
    domains: tuple[str, ...] = (),
    everyone: Answer = Answer.NO,
) -> Peers:
    """Peers with the key under which what they match is remembered."""
    key = repr((everyone, [peer.key for peer in pods], blocks, nodes, domains))
    return Peers(
        everyone=everyone, pods=pods, blocks=blocks[0], may_blocks=blocks[1], nodes=nodes, domains=domains, key=key
    )


def nothing(ports: PortMatch) -> bool:
    """Whether no destination can have such a port."""
    return not (ports.may or ports.names)
