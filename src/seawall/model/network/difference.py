"""Which pairs a change opens and closes, by the keys of workloads."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seawall.model.network.endpoints import INTERNET
from seawall.model.network.engine import Cell
from seawall.model.network.index import Index
from seawall.model.network.matcher import Outside
from seawall.model.network.matrix import joined
from seawall.model.network.network import Network
from seawall.model.network.policies import EGRESS, INGRESS
from seawall.model.network.ports import PortSet, partition

Key = tuple[str, str, str, int]
"""Namespace, kind, name, and which of several pod templates."""


class State(enum.IntEnum):
    """What is known of a port, the narrowest first."""

    CLOSED = 0
    UNKNOWN = 1
    OPEN = 2


class Move(NamedTuple):
    """Ports of some pairs that are not what they were."""

    sources: int
    """By their numbers in `Difference.names`."""
    destination: int
    ports: PortSet
    before: State
    after: State

    @property
    def opens(self) -> bool:
        """Whether more is open than was, or may be."""
        return self.after > self.before


class Difference(NamedTuple):
    """What a change does to who reaches whom."""

    names: tuple[str, ...]
    """The workloads that are in both, and last the internet."""
    moves: tuple[Move, ...]
    added: tuple[str, ...]
    """Workloads that are in the second only: no pair of theirs is compared."""
    removed: tuple[str, ...]


def difference(before: Network, after: Network) -> Difference:
    """What opens and closes from one estate to another."""
    old, new = keys(before.index), keys(after.index)
    both = set(old) & set(new)
    gone = [number for number, key in enumerate(old) if key not in both]
    come = [number for number, key in enumerate(new) if key not in both]
    names = [_name(key) for key in old if key in both]
    outside, every = len(names), (1 << len(names)) - 1
    moves: list[Move] = []
    pairs = zip(_kept(old, both), _kept(new, both), strict=True)
    for end, (number, other) in enumerate(pairs):
        one = _without(before.columns.column(number, before.index.all), gone)
        two = _without(after.columns.column(other, after.index.all), come)
        moves += _moves(one, two, every, end)
        one, two = joined(_from_internet(before, number)), joined(_from_internet(after, other))
        moves += (move._replace(sources=1 << outside) for move in _moves(one, two, 1, end))
    one, two = _without(joined(_to_internet(before)), gone), _without(joined(_to_internet(after)), come)
    moves += _moves(one, two, every, outside)
    added, removed = (tuple(_name(held[each]) for each in part) for held, part in ((new, come), (old, gone)))
    return Difference((*names, "the internet"), tuple(moves), added, removed)


def keys(index: Index) -> list[Key]:
    """The key of each pod of an estate, in order."""
    seen: dict[tuple[str, str, str], int] = {}
    found = []
    for number, pod in enumerate(index.pods):
        key = index.namespace_of[number], pod.resource.kind, pod.resource.name
        seen[key] = seen.get(key, -1) + 1
        found.append((*key, seen[key]))
    return found


def _name(key: Key) -> str:
    return f"{key[0]}/{key[1]}/{key[2]}" + (f"#{key[3]}" if key[3] else "")


def _kept(all_keys: list[Key], both: set[Key]) -> list[int]:
    return [number for number, key in enumerate(all_keys) if key in both]


def _without(cells: list[Cell], positions: Sequence[int]) -> list[Cell]:
    """Cells without the pods of some numbers; the others move up."""
    return [Cell(ports, _dropped(let, positions), _dropped(kept, positions)) for ports, let, kept in cells]


def _dropped(bits: int, positions: Sequence[int]) -> int:
    for position in reversed(positions):
        bits = (bits >> position + 1) << position | (bits & (1 << position) - 1)
    return bits


def _outside(network: Network) -> tuple[Outside, ...]:
    return network.find(INTERNET).outside


def _from_internet(network: Network, end: int) -> Iterator[list[Cell]]:
    for each in network.columns.alike(_outside(network), 1 << end, INGRESS):
        yield network.columns.column(end, each)


def _to_internet(network: Network) -> Iterator[list[Cell]]:
    every = network.index.all
    for each in network.columns.alike(_outside(network), every, EGRESS):
        yield network.columns.column(each, every)


def _moves(before: list[Cell], after: list[Cell], sources: int, destination: int) -> Iterator[Move]:
    """The moves towards one destination; ports of which the same sources move alike are told together."""
    found: dict[tuple[int, State, State], PortSet] = {}
    for part in partition(cell.ports for cells in (before, after) for cell in cells):
        one = next(cell for cell in before if cell.ports in part.held)
        two = next(cell for cell in after if cell.ports in part.held)
        for was, now in itertools.permutations(State, 2):
            bits = _in_state(one, was) & _in_state(two, now) & sources
            if bits:
                key = bits, was, now
                found[key] = found[key] | part.ports if key in found else part.ports
    for (bits, was, now), ports in found.items():
        yield Move(bits, destination, ports, was, now)


def _in_state(cell: Cell, state: State) -> int:
    if state is State.OPEN:
        return cell.allowed & ~cell.denied
    return cell.allowed & cell.denied if state is State.UNKNOWN else ~cell.allowed
