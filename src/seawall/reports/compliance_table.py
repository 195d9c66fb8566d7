"""A compliance table as a person reads it, and as JSON."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from seawall.core import Problem
from seawall.data.frameworks import Framework
from seawall.model import NEWEST, KubeVersion
from seawall.reports.compliance_rows import Row, Standing
from seawall.reports.encode import indented
from seawall.reports.style import Style, flowed, plural, printable, wrapped


class Table(msgspec.Struct, frozen=True, eq=False):
    """A framework, the standing of each of its controls, and what that is worth."""

    framework: Framework
    rows: tuple[Row, ...]
    objects: int
    """How many objects were read; 0 means that nothing can be said."""
    whole: bool = False
    """Whether they were said to be the whole cluster."""
    excluded: tuple[str, ...] = ()
    """The patterns of what was left out on request."""
    not_looked_at: tuple[tuple[str, str], ...] = ()
    """(what, why) of what was passed over besides."""
    version: KubeVersion = NEWEST
    """The version of Kubernetes that was judged for."""
    settings: str = ""
    """The file of settings in force; empty for none."""
    baseline: str = ""
    """The baseline in force; empty for none."""
    problems: tuple[Problem, ...] = ()
    """What could not be read or judged."""


_WORDS: Final = {
    Standing.FAIL: ("fail", "red"),
    Standing.ACCEPTED: ("accepted", "yellow"),
    Standing.UNKNOWN: ("unknown", "blue"),
    Standing.PASS: ("pass", "green"),
    Standing.OUT_OF_REACH: ("beyond what manifests show", "dim"),
}
_MARK = max(len(word) for standing, (word, _) in _WORDS.items() if standing is not Standing.OUT_OF_REACH)


def as_lines(table: Table, style: Style) -> Iterator[str]:
    """Lines without line ends: the controls by section, those beyond manifests by their reason, how many stand how."""
    title = f"{table.framework.title} {table.framework.revision}".rstrip()
    yield from (style.paint(line, "bold", "underline") for line in wrapped(title, max(style.width, 40)))
    yield from _header(table, style)
    within = [row for row in table.rows if row.standing is not Standing.OUT_OF_REACH]
    column = max((len(row.control.id) for row in within), default=0)
    for section, group in itertools.groupby(within, key=lambda row: row.control.section):
        if section:
            yield from (style.paint(line, "bold") for line in wrapped(printable(section), max(style.width, 40)))
        for row in group:
            yield from _line(row, column, style)
    yield from _beyond(table.rows, style)
    yield ""
    yield from _summary(table.rows, style)


def _header(table: Table, style: Style) -> Iterator[str]:
    """How much was read, what was passed over, and what may accept: a pass is worth no more than that."""
    whole = "the whole cluster" if table.whole else "not the whole cluster: a pass speaks of these alone"
    yield from _dim(f"{plural(table.objects, 'object')} read for Kubernetes {table.version}, {whole}", style)
    if table.excluded:
        yield from _dim(f"excluded, so that no control speaks of it: {', '.join(table.excluded)}", style)
    for what, why in table.not_looked_at:
        yield from _dim(f"not looked at: {what}: {why}", style)
    files = [("settings", table.settings), ("baseline", table.baseline)]
    named = [f"{what} {name}" for what, name in files if name]
    if named:
        yield from _dim(f"in force: {', '.join(named)}", style)


def _dim(text: str, style: Style) -> Iterator[str]:
    lines = wrapped(printable(text), max(style.width - 4, 40))
    yield from (style.paint(f"  {'' if line is lines[0] else '  '}{line}", "dim") for line in lines)


def _beyond(rows: Sequence[Row], style: Style) -> Iterator[str]:
    """The controls that no manifest shows, in a few lines: they would drown the others."""
    table: dict[str, list[str]] = {}
    for row in rows:
        if row.standing is Standing.OUT_OF_REACH:
            table.setdefault(row.why, []).append(row.control.id)
    if table:
        yield style.paint("beyond what manifests show", "bold")
    for why, names in table.items():
        yield from _dim(f"{why}: {', '.join(names)}", style)


def _line(row: Row, column: int, style: Style) -> Iterator[str]:
    word, colour = _WORDS[row.standing]
    control = row.control
    level = f"L{control.level}  " if control.level else ""
    found = row.why.removeprefix("found ")
    reason = row.why if found == row.why else f"{plural(row.findings, 'finding')} {found}"
    text = printable(control.title + (f": {reason}" if reason else ""))
    if not control.verified:
        text += " (not checked against the framework itself)"
    indent = 2 + _MARK + 2 + column + 2 + len(level)
    lines = wrapped(text, max(style.width - indent, 40))
    yield f"  {style.paint(word.ljust(_MARK), colour)}  {control.id.ljust(column)}  {level}{lines[0]}"
    for line in lines[1:]:
        yield " " * indent + line


def _summary(rows: Sequence[Row], style: Style) -> Iterator[str]:
    counts = Counter(row.standing for row in rows)
    told = [
        f"{counts[standing]:,} {style.paint(word, colour)}"
        for standing, (word, colour) in _WORDS.items()
        if counts[standing]
    ]
    pieces = [f"{plural(len(rows), 'control')}:", *(f"{each}," for each in told[:-1]), *told[-1:]]
    yield from flowed(pieces, style.width, gap=" ")


def as_json(table: Table) -> str:
    """The table as JSON, with a line end; `problems` have the form of a scan's."""
    fields = {
        "framework": table.framework.key,
        "title": table.framework.title,
        "objects": table.objects,
        "whole": table.whole,
        "kube_version": str(table.version),
        "excluded": table.excluded,
        "not_looked_at": [{"what": what, "why": why} for what, why in table.not_looked_at],
        "settings": table.settings or None,
        "baseline": table.baseline or None,
        "controls": [_json_row(table.framework, row) for row in table.rows],
        "problems": table.problems,
        "summary": dict(Counter(row.standing.value for row in table.rows)),
    }
    return indented(fields, 2)


def _json_row(framework: Framework, row: Row) -> dict[str, object]:
    control = row.control
    return {
        "id": f"{framework.key}:{control.id}",
        "title": control.title,
        "section": control.section,
        "level": control.level,
        "assessment": control.assessment,
        "evidence": control.evidence,
        "verified": control.verified,
        "standing": row.standing.value,
        "rules": row.rules,
        "findings": row.findings,
        "baseline": row.baseline,
        "relaxed": row.relaxed,
        "subjects": row.subjects,
        "why": row.why,
    }
