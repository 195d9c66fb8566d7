"""Sets of ports: intervals of port numbers for each of the protocols that network policies know."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import msgspec

from seawall.model.network.intervals import Interval, Intervals, common, holds, united, without

PROTOCOLS: Final = ("TCP", "UDP", "SCTP")
"""What a NetworkPolicy may name (NetworkPolicyPort v1, `protocol`); policies say nothing of any other protocol."""
LAST: Final = 65535
_WHOLE: Final[Intervals] = ((1, LAST),)


class PortSet(msgspec.Struct, frozen=True, gc=False):
    """Ports of TCP, UDP and SCTP."""

    tcp: Intervals = ()
    udp: Intervals = ()
    sctp: Intervals = ()

    def __bool__(self) -> bool:
        return bool(self.tcp or self.udp or self.sctp)

    def __or__(self, other: PortSet) -> PortSet:
        if self == other:
            return self
        return PortSet(
            united(self.tcp + other.tcp), united(self.udp + other.udp), united(self.sctp + other.sctp)
        )  # fmt: skip

    def __and__(self, other: PortSet) -> PortSet:
        return PortSet(common(self.tcp, other.tcp), common(self.udp, other.udp), common(self.sctp, other.sctp))

    def __sub__(self, other: PortSet) -> PortSet:
        return PortSet(without(self.tcp, other.tcp), without(self.udp, other.udp), without(self.sctp, other.sctp))

    def __iter__(self) -> Iterator[tuple[str, Intervals]]:
        """The protocols of which it holds ports, with their intervals."""
        for protocol, intervals in zip(PROTOCOLS, (self.tcp, self.udp, self.sctp), strict=True):
            if intervals:
                yield protocol, intervals

    def __str__(self) -> str:
        """`TCP 80, 443, 8000-8080; UDP all`."""
        if self == ALL:
            return "all ports"
        return "; ".join(f"{protocol} {_told(intervals)}" for protocol, intervals in self) or "no port"


ALL: Final = PortSet(_WHOLE, _WHOLE, _WHOLE)
NONE: Final = PortSet()


def ports_of(protocol: str, *intervals: Interval) -> PortSet:
    """Some ports of a protocol, or all of it where no interval is given; `protocol` is one of `PROTOCOLS`."""
    held = united(intervals) if intervals else _WHOLE
    return PortSet(**{protocol.lower(): held})


def union(sets: Iterable[PortSet]) -> PortSet:
    """The ports of any of the sets."""
    found = NONE
    for each in sets:
        found = found | each
    return found


def _told(intervals: Intervals) -> str:
    if intervals == _WHOLE:
        return "all"
    return ", ".join(str(low) if low == high else f"{low}-{high}" for low, high in intervals)


class Part(NamedTuple):
    """Ports that each of some sets holds whole or not at all."""

    ports: PortSet
    held: frozenset[PortSet]
    """The sets that hold them."""


def partition(sets: Iterable[PortSet]) -> list[Part]:
    """All ports in the fewest parts such that each of the sets holds a part whole or not at all."""
    given = [each for each in dict.fromkeys(sets) if each not in (ALL, NONE)]
    if not given:
        return [Part(ALL, frozenset((ALL,)))]
    parts: dict[tuple[bool, ...], list[list[Interval]]] = {}
    for index, name in enumerate(("tcp", "udp", "sctp")):
        held: list[Intervals] = [getattr(each, name) for each in given]
        starts = sorted({1, *(edge for each in held for low, high in each for edge in (low, high + 1))})
        for low, following in zip(starts, [*starts[1:], LAST + 1], strict=True):
            if low <= LAST:
                key = tuple(holds(each, low) for each in held)
                parts.setdefault(key, [[], [], []])[index].append((low, following - 1))
    return [
        Part(PortSet(*map(united, found)), frozenset((ALL, *itertools.compress(given, key))))
        for key, found in parts.items()
    ]


_ASKED: Final = re.compile(r"(?:(?P<low>\d{1,5})(?:-(?P<high>\d{1,5}))?)(?:/(?P<protocol>[A-Za-z]+))?")


def asked(text: str) -> PortSet | None:
    """The ports of `8080`, `8080/TCP`, `8000-8080/UDP`; TCP where no protocol is said. None for anything else."""
    match = _ASKED.fullmatch(text.strip())
    if match is None:
        return None
    protocol = (match["protocol"] or "TCP").upper()
    low, high = int(match["low"]), int(match["high"] or match["low"])
    if protocol not in PROTOCOLS or not 1 <= low <= high <= LAST:
        return None
    return ports_of(protocol, (low, high))
