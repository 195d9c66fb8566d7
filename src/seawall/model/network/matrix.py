"""All pairs of an estate, in classes of pods that policies cannot tell apart.

No step looks at single pairs: of each destination, sources are sets. That a pod reaches itself is no pair: of a
workload to itself the matrix says what one copy reaches of another, of a Pod nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from seawall.model.network.bits import members
from seawall.model.network.endpoints import INTERNET
from seawall.model.network.engine import Cell
from seawall.model.network.matcher import Outside
from seawall.model.network.network import Network
from seawall.model.network.policies import EGRESS, INGRESS
from seawall.model.network.ports import NONE, PortSet, partition


class Flow(NamedTuple):
    """Sources that reach a destination alike."""

    sources: int
    """The pods that stand for their classes."""
    allowed: PortSet
    unknown: PortSet


class Row(NamedTuple):
    """What reaches one destination; who is in no flow reaches nothing of it."""

    destination: int | None
    """The pod that stands for its class; None for the internet."""
    flows: tuple[Flow, ...]
    internet: Flow | None = None
    """What the internet reaches; `sources` is 1. None where it reaches nothing."""


class Matrix:
    """The classes of an estate, and what reaches what between them."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self.classes: tuple[tuple[int, ...], ...] = tuple(_classes(network))
        """The pods of each class, the first of which stands for it; sorted by that."""
        self.representatives = sum(1 << pods[0] for pods in self.classes)

    def rows(self) -> Iterator[Row]:
        """A row for each class as a destination, then one for the internet."""
        outside = tuple(self._internet())
        for pods in self.classes:
            yield self._row(pods, outside)
        cells = joined(self.network.columns.column(each, self.representatives) for each in self._split(outside, EGRESS))
        yield Row(None, tuple(flows(cells, self.representatives)))

    def _internet(self) -> Iterator[Outside]:
        yield from self.network.find(INTERNET).outside

    def _split(self, outside: tuple[Outside, ...], direction: str, pods: int | None = None) -> list[Outside]:
        return self.network.columns.alike(outside, self.network.index.all if pods is None else pods, direction)

    def _row(self, pods: tuple[int, ...], outside: tuple[Outside, ...]) -> Row:
        first = pods[0]
        cells = self._cells(pods)
        entering = joined(
            self.network.columns.column(first, each) for each in self._split(outside, INGRESS, 1 << first)
        )
        return Row(first, tuple(flows(cells, self.representatives)), next(flows(entering, 1), None))

    def _cells(self, pods: tuple[int, ...]) -> list[Cell]:
        """What reaches the first pod of a class, from each class."""
        first, columns = pods[0], self.network.columns
        others = self.representatives & ~(1 << first)
        if len(pods) > 1:
            # How pods of one class reach each other shows on another member: a pod always reaches itself.
            cells = columns.column(first, others | 1 << pods[1])
            return [_as_first(cell, *pods[:2]) for cell in cells]
        cells = columns.column(first, others)
        if self.network.index.pods[first].resource.kind == "Pod":
            return cells
        return _beside(cells, columns.policed(first, 1 << first))


def _beside(cells: list[Cell], more: list[Cell]) -> list[Cell]:
    """What some sources and some others reach, together."""
    found = []
    for part in partition(cell.ports for held in (cells, more) for cell in held):
        one = next(cell for cell in cells if cell.ports in part.held)
        two = next(cell for cell in more if cell.ports in part.held)
        found.append(Cell(part.ports, one.allowed | two.allowed, one.denied | two.denied))
    return found


def _as_first(cell: Cell, first: int, second: int) -> Cell:
    """A cell in which the first pod of a class stands where the second did."""
    both = 1 << first | 1 << second
    allowed, denied = (bits & ~both | (bits >> second & 1) << first for bits in (cell.allowed, cell.denied))
    return Cell(cell.ports, allowed, denied)


def _classes(network: Network) -> Iterator[tuple[int, ...]]:
    """Pods that are in the same sets, whichever a policy names, and name the same ports."""
    index = network.index
    marks: list[list[int]] = [[] for _ in index.pods]
    for number, bits in enumerate(dict.fromkeys(_told_apart(network))):
        # Who is not marked is told apart as well: the smaller part is enough.
        few = bits if bits.bit_count() * 2 <= len(index.pods) else index.all & ~bits
        for pod in members(few):
            marks[pod].append(number)
    found: dict[object, list[int]] = {}
    named = any(
        rule.ports.names for placed in index.policies for rule in (*placed.policy.ingress, *placed.policy.egress)
    )
    for pod, mark in enumerate(marks):
        node = index.node_of.get(pod) if index.hosts.may else None
        key = tuple(mark), index.ports.signature(pod) if named else None, node
        found.setdefault(key, []).append(pod)
    yield from map(tuple, found.values())


def _told_apart(network: Network) -> Iterator[int]:
    """Every set of pods that a policy, or what is assumed, treats in its own way."""
    yield from network.index.hosts
    if not network.assumed.enforced:
        return
    for placed in network.index.policies:
        yield from network.columns.matcher.subject(placed)
        for rule in (*placed.policy.ingress, *placed.policy.egress):
            yield from network.columns.matcher.pods(rule.peers, placed.policy.tier)
    for each in network.columns.foreign:
        yield each.touched


def flows(cells: Iterable[Cell], sources: int) -> Iterator[Flow]:
    """The sources in groups that reach the same ports; those that reach none are left out."""
    groups: dict[int, tuple[PortSet, PortSet]] = {sources: (NONE, NONE)}
    for ports, allowed, denied in cells:
        found: dict[int, tuple[PortSet, PortSet]] = {}
        for bits, (sure, perhaps) in groups.items():
            surely, unknown = bits & allowed & ~denied, bits & allowed & denied
            if surely:
                found[surely] = sure | ports, perhaps
            if unknown:
                found[unknown] = sure, perhaps | ports
            if rest := bits & ~allowed:
                found[rest] = sure, perhaps
        groups = found
    merged: dict[tuple[PortSet, PortSet], int] = {}
    for bits, answer in groups.items():
        merged[answer] = merged.get(answer, 0) | bits
    for (sure, perhaps), bits in merged.items():
        if bits and (sure or perhaps):
            yield Flow(bits, sure, perhaps)


def joined(columns: Iterable[list[Cell]]) -> list[Cell]:
    """What some of several destinations, or sources, let through: sure where one is sure."""
    held = list(columns)
    found = []
    for part in partition(cell.ports for cells in held for cell in cells):
        surely = perhaps = 0
        for cells in held:
            for cell in cells:
                if cell.ports in part.held:
                    surely |= cell.allowed & ~cell.denied
                    perhaps |= cell.allowed
        found.append(Cell(part.ports, perhaps, perhaps & ~surely))
    return found


__all__ = ["Flow", "Matrix", "Row", "flows", "joined"]
