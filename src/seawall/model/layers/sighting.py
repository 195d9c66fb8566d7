"""Whether an estate has a mechanism, where, and what could not be seen of it."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, TypeVar

import msgspec

from seawall.core import Path, Unknown
from seawall.inventory import Resource
from seawall.inventory.placeholders import has_placeholder
from seawall.model.estate import Estate
from seawall.model.facts import Fact

T = TypeVar("T")

SHOWN: Final = 3
"""How many places are kept of each mechanism: enough to go and look."""


class State(enum.Enum):
    """What is known of a mechanism; **not seen is never absent**."""

    PRESENT = "present"
    PARTIAL = "partial"
    """It is there in some of the places where it could be; the others do without, or were not seen."""
    ABSENT = "absent"
    """It is nowhere; said only where the whole cluster was read, and nothing outside of it could hold the mechanism."""
    UNSEEN = "unseen"


class Seen(msgspec.Struct, frozen=True, eq=False):
    """What a probe found of a mechanism."""

    summary: str = ""
    """How much of it, in words: `12 of 14 pods`."""
    count: int = 0
    """In how many places it is; 0 for none."""
    complete: bool = True
    """Whether that is everywhere where it could be."""
    undecided: int = 0
    """In how many more it depends on what is filled in later."""
    facts: tuple[Fact, ...] = ()
    """The first places."""


class Probe(msgspec.Struct, frozen=True, eq=False):
    """How a mechanism is looked for."""

    look: Callable[[Estate], Seen]
    kinds: tuple[str, ...] = ()
    """The kinds of object that tell of it: where some could not be read, it cannot be called absent."""


class Sighting(msgspec.Struct, frozen=True, eq=False):
    """What is known of one mechanism in an estate."""

    state: State
    seen: Seen
    notes: tuple[str, ...] = ()
    """What could not be seen, and what would show it; each a sentence without its full stop."""


def once(estate: Estate, build: Callable[[Estate], T]) -> T:
    """A table that several probes make of an estate: built when it is first asked for, then kept."""
    if build not in estate.tables:
        estate.tables[build] = build(estate)
    table: T = estate.tables[build]
    return table


def sighting(probe: Probe, estate: Estate, outside: str = "") -> Sighting:
    """What is known of a mechanism; `outside` says where else it may be set that no object tells of."""
    seen = probe.look(estate)
    notes = tuple(_unread(probe, estate))
    if seen.undecided:
        notes = (*notes, f"in {seen.undecided} more it depends on what is filled in later")
    if seen.count:
        return Sighting(State.PRESENT if seen.complete else State.PARTIAL, seen, notes)
    if outside:
        return Sighting(State.UNSEEN, seen, (*notes, outside))
    if notes:
        return Sighting(State.UNSEEN, seen, notes)
    hidden = sum(problem.hides for problem in estate.inventory.problems)
    if hidden:
        one, several = "thing that could not be read may hold it", "things that could not be read may hold it"
        return Sighting(State.UNSEEN, seen, (counted(hidden, one, several),))
    if estate.inventory.whole:
        return Sighting(State.ABSENT, seen)
    return Sighting(State.UNSEEN, seen, ("nothing that was read has it; with --estate it is absent",))


def _unread(probe: Probe, estate: Estate) -> Iterable[str]:
    """What a running cluster did not let be read, once for each kind and reason."""
    found: dict[tuple[str, str], int] = {}
    for each in estate.inventory.unread:
        if each.kind in probe.kinds:
            found[each.kind, each.why] = found.get((each.kind, each.why), 0) + 1
    for (kind, why), number in found.items():
        where = f" in {number} namespaces" if number > 1 else ""
        yield f"{kind} objects{where} were not read" + (f": {why}" if why else "")


def of_kinds(estate: Estate, *wanted: tuple[str, str]) -> list[Resource]:
    """The objects of some kinds, each as (group, kind); a group that ends in `.` is the start of several."""
    return [
        resource
        for group, kind in wanted
        for resource in estate.of(kind)
        if resource.group == group or (group.endswith(".") and resource.group.startswith(group))
    ]


def objects(resources: Sequence[Resource], one: str, several: str = "") -> Seen:
    """A mechanism that is there wherever such an object is."""
    return Seen(counted(len(resources), one, several), len(resources), facts=facts(resources))


def facts(resources: Iterable[Resource], path: Path = (), text: str = "") -> tuple[Fact, ...]:
    """The first few objects as places, each by its kind and name, with more `text` behind it."""
    return first(Fact(f"{called(resource)}{text}", resource, path) for resource in resources)


def first(found: Iterable[Fact]) -> tuple[Fact, ...]:
    """The first few of many, one for each object."""
    shown: dict[int, Fact] = {}
    for fact in found:
        shown.setdefault(id(fact.resource), fact)
        if len(shown) == SHOWN:
            break
    return tuple(shown.values())


def called(resource: Resource) -> str:
    """`Role "shop/readers"`, as messages name an object."""
    where = f"{resource.namespace}/" if resource.namespace else ""
    return f'{resource.kind} "{where}{resource.name}"'


def counted(number: int, one: str, several: str = "") -> str:
    """`1 policy`, `2,000 policies`; several is one with an s where it is not said."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"


def share(count: int, among: int, several: str) -> str:
    """`2 of 12 namespaces`."""
    return f"{count:,} of {among:,} {several}"


def lacking(names: Iterable[str]) -> str:
    """`; not in data, ops, shop and 4 more`; empty where there are none."""
    every = sorted(names)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return f"; not in {', '.join(every[:SHOWN])}{more}" if every else ""


def settled(value: Any) -> bool:
    """Whether a value is known now, and not filled in later."""
    return not isinstance(value, Unknown) and not (isinstance(value, str) and has_placeholder(value))
