"""What a change widens: for a person, for a comment on a pull request, and as JSON."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from seawall.core import Problem, path_text
from seawall.model.changes import Change
from seawall.reports.encode import indented
from seawall.reports.report import Located
from seawall.reports.style import Style, plural, printable

FORMATS = ("terminal", "markdown", "json")
_SHOWN = 20


class Side(msgspec.Struct, frozen=True):
    """One of the two inputs, and how its files are called."""

    name: str
    """As the user wrote it."""
    folder: str = ""
    """Where a revision was written; empty for all others."""
    prefix: str = ""
    """What stands for that folder in reports: `main:`."""

    def shown(self, file: str) -> str:
        """A file's name as people know it."""
        if not self.folder or not file.startswith(self.folder):
            return file
        return self.prefix + file.removeprefix(self.folder).lstrip("/")


class Difference(msgspec.Struct, frozen=True, eq=False):
    """Two inputs compared."""

    old: Side
    new: Side
    changes: tuple[Change, ...]
    came: tuple[Located, ...] = ()
    """Findings that only the new one has."""
    went: tuple[Located, ...] = ()
    objects: tuple[int, int] = (0, 0)
    problems: tuple[tuple[Problem, ...], tuple[Problem, ...]] = ((), ())

    @property
    def wider(self) -> tuple[Change, ...]:
        """What is allowed, reached or used now and was not before."""
        return tuple(change for change in self.changes if change.wider)

    @property
    def narrower(self) -> tuple[Change, ...]:
        """What is no longer."""
        return tuple(change for change in self.changes if not change.wider)


def render(found: Difference, form: str, style: Style, *, everything: bool) -> Iterator[str]:
    """One of `FORMATS`, in pieces with line ends; texts say what narrowed only where `everything` is asked for."""
    if form == "json":
        yield as_json(found)
    elif form == "markdown":
        yield from _markdown(found, everything=everything)
    else:
        yield from _terminal(found, style, everything=everything)


def _terminal(found: Difference, style: Style, *, everything: bool) -> Iterator[str]:
    yield from _section("wider", found.wider, found.new, style, "red")
    if everything:
        yield from _section("narrower", found.narrower, found.old, style, "green")
    for title, rows, side in (("new findings", found.came, found.new), ("findings that went", found.went, found.old)):
        if rows and (everything or rows is found.came):
            yield style.paint(f"{title}: {len(rows):,}", "bold") + "\n"
            for row in rows[:_SHOWN]:
                place = f"{side.shown(row.place.file)}:{row.place.span.line}"
                label = style.severity(row.finding.severity, 8)
                yield f"  {label} {printable(row.finding.message)} [{row.finding.rule.id}] {printable(place)}\n"
            if len(rows) > _SHOWN:
                yield f"  and {len(rows) - _SHOWN:,} more (-o json lists them)\n"
    yield _summary(found) + "\n"


def _section(title: str, rows: Sequence[Change], side: Side, style: Style, colour: str) -> Iterator[str]:
    if rows:
        yield style.paint(f"{title}: {len(rows):,}", "bold", colour) + "\n"
    for aspect, group in itertools.groupby(rows, key=lambda row: row.aspect):
        yield f"  {style.paint(aspect.value, 'underline')}\n"
        for row in group:
            place = _place(row, side)
            yield (
                f"    {printable(f'{row.subject} {row.text}')}"
                + (style.paint(f"  ({place})", "dim") if place else "")
                + "\n"
            )


def _place(row: Change, side: Side) -> str:
    if row.resource is None:
        return ""
    place = row.resource.locate(row.path)
    return printable(f"{side.shown(place.file)}:{place.span.line}")


def _summary(found: Difference) -> str:
    wider, narrower = len(found.wider), len(found.narrower)
    if not (found.changes or found.came or found.went):
        return "nothing widened, nothing narrowed, the same findings"
    parts = [f"{wider:,} wider" if wider else "nothing widened", f"{narrower:,} narrower"]
    return ", ".join([*parts, f"{plural(len(found.came), 'finding')} came, {len(found.went):,} went"])


def _markdown(found: Difference, *, everything: bool) -> Iterator[str]:
    """Nothing at all where nothing widened and no finding came: a comment that says nothing is not written."""
    if not (found.wider or found.came or (everything and (found.changes or found.went))):
        return
    yield f"### Seawall: {_summary(found)}\n"
    yield from _table("Wider", found.wider, found.new)
    if everything:
        yield from _table("Narrower", found.narrower, found.old)
    if found.came:
        yield "\n**New findings**\n\n| severity | finding | rule | place |\n| --- | --- | --- | --- |\n"
        for row in found.came[:_SHOWN]:
            place = f"{found.new.shown(row.place.file)}:{row.place.span.line}"
            finding = row.finding
            yield f"| {finding.severity.label} | {_cell(finding.message)} | {finding.rule.id} | {_cell(place)} |\n"
        if len(found.came) > _SHOWN:
            yield f"\nand {len(found.came) - _SHOWN:,} more\n"


def _table(title: str, rows: Sequence[Change], side: Side) -> Iterator[str]:
    if rows:
        yield f"\n**{title}**\n\n| what | who | | place |\n| --- | --- | --- | --- |\n"
    for row in rows:
        yield f"| {row.aspect.value} | {_cell(row.subject)} | {_cell(row.text)} | {_cell(_place(row, side))} |\n"


def _cell(text: str) -> str:
    text = printable(text).replace("\\", "\\\\")
    for char in "|*_<`[":
        text = text.replace(char, f"\\{char}" if char != "<" else "&lt;")
    return text


def as_json(found: Difference) -> str:
    """`{"old", "new", "wider", "narrower", "findings": {"came", "went"}, "problems"}` (docs/interfaces.md)."""
    return indented(
        {
            "old": found.old.name,
            "new": found.new.name,
            "wider": [_object(row, found.new) for row in found.wider],
            "narrower": [_object(row, found.old) for row in found.narrower],
            "findings": {
                "came": [_finding(row, found.new) for row in found.came],
                "went": [_finding(row, found.old) for row in found.went],
            },
            "problems": {
                "old": list(_problems(found.problems[0], found.old)),
                "new": list(_problems(found.problems[1], found.new)),
            },
        },
        2,
    )


def _object(row: Change, side: Side) -> dict[str, Any]:
    found: dict[str, Any] = {"aspect": row.aspect.value, "subject": row.subject, "text": row.text}
    if row.resource is None:
        return found
    place = row.resource.locate(row.path)
    return {**found, "file": side.shown(place.file), "line": place.span.line, "path": path_text(row.path)}


def _finding(row: Located, side: Side) -> dict[str, Any]:
    finding = row.finding
    return {
        "rule": finding.rule.id,
        "verdict": finding.verdict.value,
        "severity": finding.severity.label,
        "message": finding.message,
        "file": side.shown(row.place.file),
        "line": row.place.span.line,
        "path": finding.path_text,
        "fingerprint": finding.fingerprint,
    }


def _problems(problems: Iterable[Problem], side: Side) -> Iterator[dict[str, Any]]:
    for problem in problems:
        yield {**msgspec.to_builtins(problem), "file": side.shown(problem.file)}
