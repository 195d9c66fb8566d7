"""A cluster from the outside in: each mechanism, what it is for, whether it is there and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from seawall.core import Problem
from seawall.data.concepts import ClusterLayer, Concept
from seawall.inventory import Coverage
from seawall.model import KubeVersion
from seawall.model.layers import Sighting, State
from seawall.reports.encode import indented
from seawall.reports.facts import as_objects
from seawall.reports.markdown import escaped
from seawall.reports.style import Style, flowed, printable, wrapped

WORDS = {
    State.PRESENT: "present",
    State.PARTIAL: "partial",
    State.ABSENT: "absent",
    State.UNSEEN: "not seen from here",
}
_MARKS = {State.PRESENT: "●", State.PARTIAL: "◐", State.ABSENT: "○", State.UNSEEN: "?"}
_COLOURS = {State.PRESENT: "green", State.PARTIAL: "yellow", State.ABSENT: "red", State.UNSEEN: "blue"}
_INDENT = " " * 4


class Row(msgspec.Struct, frozen=True, eq=False):
    """One mechanism and what the estate shows of it."""

    concept: Concept
    sighting: Sighting


class LayersReport(msgspec.Struct, frozen=True, eq=False):
    """The layers that were asked for."""

    layers: tuple[tuple[ClusterLayer, tuple[Row, ...]], ...]
    kube_version: KubeVersion
    whole: bool
    """Whether the input was the whole cluster, so that something can be called absent."""
    problems: tuple[Problem, ...]
    coverage: Coverage

    @property
    def count(self) -> Counter[State]:
        """How many mechanisms are in each state."""
        return Counter(row.sighting.state for _, rows in self.layers for row in rows)


def as_json(report: LayersReport) -> str:
    """The report in the form of docs/interfaces.md, with a line end."""
    whole = {
        "layers": [
            {"id": layer.id, "name": layer.name, "purpose": layer.purpose, "mechanisms": [_object(row) for row in rows]}
            for layer, rows in report.layers
        ],
        "kube_version": str(report.kube_version),
        "whole": report.whole,
        "problems": report.problems,
        "not_looked_at": [{"what": what, "why": why} for what, why in report.coverage.not_looked_at],
    }
    return indented(whole, 2)


def _object(row: Row) -> dict[str, object]:
    seen = row.sighting.seen
    return {
        "id": row.concept.id,
        "name": row.concept.name,
        "purpose": row.concept.purpose,
        "state": row.sighting.state.value,
        "summary": seen.summary,
        "count": seen.count,
        "undecided": seen.undecided,
        "where": as_objects(seen.facts),
        "notes": row.sighting.notes,
    }


def as_lines(report: LayersReport, style: Style) -> Iterator[str]:
    """Lines without line ends: a heading for each layer, some lines for each mechanism, then how many are what."""
    for layer, rows in report.layers:
        yield style.paint(layer.name.upper(), "bold", "cyan")
        yield from (style.paint(line, "dim") for line in wrapped(layer.purpose, style.width))
        for row in rows:
            yield ""
            yield from row_lines(row, style)
        yield ""
        yield ""
    yield from summary(report, style)


def row_lines(row: Row, style: Style) -> Iterator[str]:
    """What is said of one mechanism: its name and state, its purpose, how much of it, where, what was not seen."""
    state = row.sighting.state
    mark = style.paint(_MARKS[state], _COLOURS[state])
    name = style.paint(row.concept.name, "bold")
    yield from flowed((f"{mark} {name}", style.paint(WORDS[state], _COLOURS[state])), style.width, hanging=_INDENT)
    yield from wrapped(row.concept.purpose, style.width, indent=_INDENT, hanging=_INDENT)
    yield from evidence(row.sighting, style)


def evidence(sighting: Sighting, style: Style) -> Iterator[str]:
    """How much of a mechanism there is, the first places, and what could not be seen."""
    seen = sighting.seen
    for line in wrapped(printable(seen.summary), style.width, indent=_INDENT, hanging=_INDENT):
        yield style.paint(line, _COLOURS[sighting.state])
    for entry in as_objects(seen.facts):
        place = f"({entry['file']}:{entry['line']})" if "file" in entry else ""
        pieces = [printable(str(entry["text"])), style.paint(printable(place), "dim")]
        yield from flowed(filter(None, pieces), style.width, indent=_INDENT + "- ", hanging=_INDENT + "  ")
    notes = "; ".join(sighting.notes)
    if notes:
        text = printable(f"{notes[0].upper()}{notes[1:]}.")
        yield from (style.paint(line, "dim") for line in wrapped(text, style.width, indent=_INDENT, hanging=_INDENT))


def summary(report: LayersReport, style: Style) -> Iterator[str]:
    """How many mechanisms are in each state, and what to ask next."""
    counts = report.count
    found = [f"{counts[state]} {style.paint(WORDS[state], _COLOURS[state])}" for state in State if counts[state]]
    yield from flowed([f"{part}," for part in found[:-1]] + found[-1:], style.width, gap=" ", hanging="  ")
    hints = "`seawall explain NAME` teaches one of them."
    if not report.whole:
        hints += " Nothing is called absent: say --estate where the input is the whole cluster."
    yield from (style.paint(line, "dim") for line in wrapped(hints, style.width))


def as_markdown(report: LayersReport) -> Iterator[str]:
    """Lines without line ends: a table for each layer."""
    yield "# The cluster, layer by layer"
    for layer, rows in report.layers:
        yield from ("", f"## {layer.name}", "", f"{layer.purpose}.", "")
        yield from ("| mechanism | what it is for | here | how much, and where |", "|---|---|---|---|")
        for row in rows:
            seen = row.sighting.seen
            places = [_place(entry) for entry in as_objects(seen.facts)]
            parts = [escaped(seen.summary), *places, *(escaped(note) for note in row.sighting.notes)]
            cells = (row.concept.name, row.concept.purpose, WORDS[row.sighting.state], "<br>".join(filter(None, parts)))
            yield f"| {' | '.join(cells)} |"


def _place(entry: dict[str, object]) -> str:
    place = f" ({entry['file']}:{entry['line']})" if "file" in entry else ""
    return escaped(f"{entry['text']}{place}")
