"""What reaches what: the answer to a question for a person, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from seawall.model.network import ALL, NONE, Connection, PortSet
from seawall.reports.encode import encode
from seawall.reports.facts import as_lines as facts_as_lines
from seawall.reports.facts import as_objects
from seawall.reports.style import Style, printable

_PART = "the input is not said to be the whole cluster (--estate): other policies may decide"


class Answered(msgspec.Struct, frozen=True, eq=False):
    """A question that was answered."""

    id: object
    """What the question was called; None where it had no name."""
    found: Connection
    whole: bool
    """Whether the input is the whole cluster; without, what other policies say is unknown."""


class Failed(msgspec.Struct, frozen=True):
    """A question that could not be understood."""

    id: object
    error: str


def as_json_line(answer: Answered | Failed) -> str:
    """The answer on one line, with a line end."""
    if isinstance(answer, Failed):
        return encode({"id": answer.id, "error": answer.error}) + "\n"
    return encode({"id": answer.id, **as_object(answer.found, whole=answer.whole)}) + "\n"


def as_object(found: Connection, *, whole: bool) -> dict[str, Any]:
    """`{"allowed", "unknown", "because", "assumes", "differs", "if_whole"}`, as docs/interfaces.md says."""
    answer = _ports_of(found)
    because = as_objects(found.because)
    rest: dict[str, Any] = {"because": because, "assumes": list(found.assumes)}
    if found.differs:
        rest["differs"] = True
    if whole:
        return {**answer, **rest}
    told = f"{_PART}; with --estate it would be: {_told(found)}"
    return {"allowed": "unknown", **rest, "because": [{"text": told}, *because], "if_whole": answer}


def _ports_of(found: Connection) -> dict[str, Any]:
    if not found.unknown:
        return {"allowed": ports_as_json(found.allowed)}
    if found.allowed:
        return {"allowed": ports_as_json(found.allowed), "unknown": ports_as_json(found.unknown)}
    if found.unknown == ALL:
        return {"allowed": "unknown"}
    return {"allowed": "unknown", "unknown": ports_as_json(found.unknown)}


def ports_as_json(ports: PortSet) -> str | dict[str, list[list[int]]]:
    """`"ALL"`, or the intervals of each protocol that has some: `{"TCP": [[80, 80]]}`."""
    if ports == ALL:
        return "ALL"
    return {protocol: [list(each) for each in intervals] for protocol, intervals in ports}


def _told(found: Connection) -> str:
    if found.allowed == ALL:
        return "yes, all ports"
    if not found.allowed and not found.unknown:
        return "no"
    parts = [f"yes, {found.allowed}"] if found.allowed else []
    parts += [f"unknown, {found.unknown}"] if found.unknown else []
    return "; ".join(parts)


def verdict(found: Connection, ports: PortSet | None, *, whole: bool) -> str:
    """`yes`, `no` or `unknown` for some ports, or for any port at all."""
    if not whole:
        return "unknown"
    wanted = ALL if ports is None else ports
    if ports is None:
        sure, none = bool(found.allowed), not (found.allowed or found.unknown)
    else:
        sure, none = not wanted - found.allowed, not (wanted & (found.allowed | found.unknown))
    return "yes" if sure else "no" if none else "unknown"


_COLOURS = {"yes": "green", "no": "red", "unknown": "blue"}


def as_lines(
    found: Connection, style: Style, ports: PortSet | None, *, whole: bool, why: bool
) -> Iterator[str]:  # fmt: skip
    """Lines without line ends: the answer, what it rests on, and with `why` the facts that make it."""
    word = verdict(found, ports, whole=whole)
    ends = f"{printable(found.source.label)} -> {printable(found.destination.label)}"
    yield f"{style.paint(word, 'bold', _COLOURS[word])}  {ends}"
    if not whole:
        yield f"  {_PART}"
        yield f"  with --estate it would be: {_told(found)}"
    else:
        yield f"  {_told(found)}"
    if found.differs:
        yield "  not every pair of what they stand for is alike"
    if found.assumes:
        yield f"  rests on: {', '.join(found.assumes)}"
    if why:
        yield "because"
        yield from facts_as_lines(found.because, style)


__all__ = ["NONE", "Answered", "Failed", "as_json_line", "as_lines", "as_object", "ports_as_json", "verdict"]
