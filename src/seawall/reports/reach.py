"""What reaches what: the answer to a question for a person, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from seawall.model.facts import Fact
from seawall.model.network import ALL, Connection, PortSet
from seawall.reports.encode import encode, indented
from seawall.reports.facts import as_lines_once as facts_as_lines
from seawall.reports.facts import as_objects
from seawall.reports.style import Style, printable


class Answered(msgspec.Struct, frozen=True, eq=False):
    """A question that was answered."""

    id: object
    """What the question was called; None where it had no name."""
    found: Connection
    lacks: str
    """What was not read and may decide (`model.network.completeness`); empty where nothing is missing."""
    ports: PortSet | None = None
    """The ports that were asked for; None: any."""
    ignored: tuple[str, ...] = ()
    """Fields of the question that mean nothing."""


class Failed(msgspec.Struct, frozen=True):
    """A question that could not be understood."""

    id: object
    error: str


def as_json_line(answer: Answered | Failed) -> str:
    """The answer on one line, with a line end."""
    if isinstance(answer, Failed):
        return encode({"id": answer.id, "error": answer.error}) + "\n"
    found, ports = answer.found, answer.ports
    told: dict[str, Any] = {"id": answer.id}
    if ports is not None:
        found = msgspec.structs.replace(found, allowed=found.allowed & ports, unknown=found.unknown & ports)
        told["answer"] = verdict(found, ports, lacks=answer.lacks)
    told |= as_object(found, lacks=answer.lacks)
    if answer.ignored:
        told["ignored"] = [printable(key) for key in answer.ignored]
    return encode(told) + "\n"


def verdict(found: Connection, ports: PortSet | None, *, lacks: str) -> str:
    """`yes` where all the ports are surely open (any, if none is named), `no` where none can be, else `unknown`."""
    if lacks:
        return "unknown"
    open_, perhaps = found.allowed, found.allowed | found.unknown
    sure = bool(open_) if ports is None else not ports - open_
    if sure:
        return "yes"
    return "unknown" if (perhaps if ports is None else ports & perhaps) else "no"


def as_object(found: Connection, *, lacks: str) -> dict[str, Any]:
    """`{"allowed", "unknown", "because", "assumes", "differs", "if_whole"}`, as docs/interfaces.md says."""
    answer = _ports_of(found.allowed, found.unknown)
    because = as_objects(found.because)
    rest: dict[str, Any] = {"because": because, "assumes": list(found.assumes)}
    if found.differs:
        rest["differs"] = True
    if found.copies is not None:
        rest["copies"] = _ports_of(found.copies.sure, found.copies.may - found.copies.sure)
    if not lacks:
        return {**answer, **rest}
    told = f"{lacks}; by what was read it would be: {_told(found.allowed, found.unknown)}"
    return {"allowed": "unknown", **rest, "because": [{"text": told}, *because], "if_whole": answer}


def _ports_of(allowed: PortSet, unknown: PortSet) -> dict[str, Any]:
    if not unknown:
        return {"allowed": ports_as_json(allowed)}
    if allowed:
        return {"allowed": ports_as_json(allowed), "unknown": ports_as_json(unknown)}
    if unknown == ALL:
        return {"allowed": "unknown"}
    return {"allowed": "unknown", "unknown": ports_as_json(unknown)}


def ports_as_json(ports: PortSet) -> str | dict[str, list[list[int]]]:
    """`"ALL"`, or the intervals of each protocol that has some: `{"TCP": [[80, 80]]}`."""
    if ports == ALL:
        return "ALL"
    return {protocol: [list(each) for each in intervals] for protocol, intervals in ports}


def _told(allowed: PortSet, unknown: PortSet) -> str:
    if allowed == ALL:
        return "yes, all ports"
    if not allowed and not unknown:
        return "no"
    parts = [f"yes, {allowed}"] if allowed else []
    parts += [f"unknown, {unknown}"] if unknown else []
    return "; ".join(parts)


class Told(msgspec.Struct, frozen=True, eq=False):
    """The answer to one question, and how it is told."""

    found: Connection
    ports: PortSet | None
    """The ports that were asked for; None: any."""
    flips: tuple[Fact, ...]
    """Changes of which each would flip the answer."""
    lacks: str
    """What was not read and may decide; empty where nothing is missing."""
    why: bool

    ways: tuple[Fact, ...] | None = None
    """What opens a way in from outside; None where nobody asked for what comes from the internet."""

    @property
    def verdict(self) -> str:
        """The answer in a word."""
        return verdict(self.found, self.ports, lacks=self.lacks)


_COLOURS = {"yes": "green", "no": "red", "unknown": "blue"}


def as_json(told: Told, source: str, destination: str) -> str:
    """The answer over many lines, with a line end."""
    answer = {"from": source, "to": destination, "answer": told.verdict, **as_object(told.found, lacks=told.lacks)}
    if told.ways is not None:
        answer["ways_in"] = as_objects(told.ways)
    if told.why:
        answer["flips"] = as_objects(told.flips)
    return indented(answer, 2)


def as_lines(told: Told, style: Style) -> Iterator[str]:
    """Lines without line ends: the answer, what it rests on, and where asked the facts that make it."""
    found, word = told.found, told.verdict
    ends = f"{printable(found.source.label)} -> {printable(found.destination.label)}"
    asked = f" on {told.ports}" if told.ports else ""
    yield f"{style.paint(word, 'bold', _COLOURS[word])}  {ends}{asked}"
    if not told.lacks:
        yield f"  {_told(found.allowed, found.unknown)}"
    else:
        yield f"  {printable(told.lacks)}"
        yield f"  by what was read it would be: {_told(found.allowed, found.unknown)}"
    if found.copies is not None:
        more = _told(found.copies.sure, found.copies.may - found.copies.sure)
        yield f"  that is a pod and itself, which nothing keeps apart; of another copy of it: {more}"
    elif found.differs:
        yield "  not every pair of what they stand for is alike"
    if found.assumes:
        yield f"  rests on: {', '.join(found.assumes)}"
    if told.ways is not None:
        ways = (
            "the ways in from outside are these" if told.ways else "nothing that was read opens a way in from outside"
        )
        yield f"  policies only: {ways}, see `seawall exposed`"
        yield from facts_as_lines(told.ways, style, "    ")
    if told.why:
        yield "because"
        yield from facts_as_lines(found.because, style)
        yield "what would flip it"
        yield from facts_as_lines(told.flips or (Fact("nothing that a policy says"),), style)
