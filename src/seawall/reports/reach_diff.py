"""Which pairs a change opens and closes: for a person, for a pull request, as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model.network.bits import members
from seawall.model.network.difference import Difference, Move, State
from seawall.reports.encode import indented
from seawall.reports.markdown import escaped
from seawall.reports.reach import ports_as_json
from seawall.reports.style import Style, plural, printable

_SHOWN = 8
_WORDS = {State.CLOSED: "closed", State.UNKNOWN: "unknown", State.OPEN: "open"}


def as_lines(found: Difference, style: Style, missing: str) -> Iterator[str]:
    """Lines without line ends: what opens, what closes, which workloads are in one of the two only."""
    if missing:
        yield style.paint(printable(missing), "yellow")
    for moves, word, colour in _halves(found):
        for move, ends in _alike(moves):
            pair = f"{_sources(move, found)} -> {_listed([found.names[end] for end in ends])}"
            yield f"{style.paint(word, 'bold', colour)}  {printable(pair)}: {_change(move)}"
    for word, names in (("new", found.added), ("gone", found.removed)):
        if names:
            yield f"{word}, not compared: {printable(_listed(names))}"
    yield _summary(found)


def as_markdown(found: Difference, missing: str) -> Iterator[str]:
    """A comment for a pull request, in lines without line ends."""
    yield f"**Network reach:** {_summary(found)}"
    if missing:
        yield f"\n{escaped(missing)}"
    for moves, word, _ in _halves(found):
        if moves:
            yield f"\n| {word} | from | ports | was | is |\n|---|---|---|---|---|"
        for move, ends in _alike(moves):
            to, source = escaped(_listed([found.names[end] for end in ends])), escaped(_sources(move, found))
            yield f"| {to} | {source} | {move.ports} | {_WORDS[move.before]} | {_WORDS[move.after]} |"
    for word, names in (("New", found.added), ("Gone", found.removed)):
        if names:
            yield f"\n{word}, not compared: {escaped(_listed(names))}"


def as_json(found: Difference, *, whole: bool) -> str:
    """`{"whole", "opened", "closed", "added", "removed"}`, with a line end."""
    opened, closed = ([_object(move, found) for move in moves] for moves, _, _ in _halves(found))
    return indented(
        {"whole": whole, "opened": opened, "closed": closed, "added": found.added, "removed": found.removed}, 2
    )


def _object(move: Move, found: Difference) -> dict[str, object]:
    return {
        "from": [found.names[each] for each in members(move.sources)],
        "to": found.names[move.destination],
        "ports": ports_as_json(move.ports),
        "before": _WORDS[move.before],
        "after": _WORDS[move.after],
    }


def _halves(found: Difference) -> list[tuple[list[Move], str, str]]:
    opened = [move for move in found.moves if move.opens]
    return [(opened, "opened", "red"), ([move for move in found.moves if not move.opens], "closed", "green")]


def _alike(moves: list[Move]) -> Iterator[tuple[Move, list[int]]]:
    """One of the moves that differ in their destination only, with these."""
    groups: dict[tuple[object, ...], tuple[Move, list[int]]] = {}
    for move in moves:
        key = move.sources, move.ports, move.before, move.after
        groups.setdefault(key, (move, []))[1].append(move.destination)
    yield from groups.values()


def _sources(move: Move, found: Difference) -> str:
    count = move.sources.bit_count()
    if count == len(found.names) - 1 and count > _SHOWN:
        return "every workload"
    return _listed([found.names[each] for each in members(move.sources)])


def _listed(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _change(move: Move) -> str:
    return f"{move.ports} (was {_WORDS[move.before]}, is {_WORDS[move.after]})"


def _summary(found: Difference) -> str:
    opened, closed = (sum(move.sources.bit_count() for move in moves) for moves, _, _ in _halves(found))
    if not opened and not closed:
        return "no pair opened or closed"
    return f"{plural(opened, 'change')} that open, {plural(closed, 'change')} that close, counted by pair"
