"""What a change widens: for a person, for a comment on a pull request, and as JSON."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from seawall.core import Problem, path_text
from seawall.inventory import Unread
from seawall.model.changes import Change
from seawall.reports.encode import indented
from seawall.reports.facts import shown_place
from seawall.reports.markdown import escaped
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

    def holds(self, file: str) -> bool:
        """Whether a file stands in the folder that a revision was written to."""
        return bool(self.folder) and file.startswith(self.folder)

    def shown(self, file: str) -> str:
        """A file's name as people know it."""
        return self.prefix + file.removeprefix(self.folder).lstrip("/") if self.holds(file) else file

    def told(self, problem: Problem) -> Problem:
        """A problem with names as people know them, in its text too."""
        if not self.folder:
            return problem
        message, hint = (text.replace(f"{self.folder}/", self.prefix) for text in (problem.message, problem.hint))
        return msgspec.structs.replace(problem, file=self.shown(problem.file), message=message, hint=hint)


class Difference(msgspec.Struct, frozen=True, eq=False):
    """Two inputs compared."""

    old: Side
    new: Side
    changes: tuple[Change, ...]
    came: tuple[Located, ...] = ()
    """Findings that only the new one has."""
    went: tuple[Located, ...] = ()
    objects: tuple[int, int] = (0, 0)
    """How many each side holds."""
    problems: tuple[tuple[Problem, ...], tuple[Problem, ...]] = ((), ())
    """Those of each side, with names as people know them."""
    unread: tuple[tuple[Unread, ...], tuple[Unread, ...]] = ((), ())
    """What a running cluster did not let be read of each side, but for what nobody asked for."""

    @property
    def wider(self) -> tuple[Change, ...]:
        """What is allowed, reached or used now and was not before."""
        return tuple(change for change in self.changes if change.wider)

    @property
    def narrower(self) -> tuple[Change, ...]:
        """What is no longer."""
        return tuple(change for change in self.changes if not change.wider)

    @property
    def hidden(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What was not seen of each side, so that nobody can say that nothing widened."""
        old, new = (tuple(_unseen(*both)) for both in zip(self.problems, self.unread, strict=True))
        return old, new

    def shown(self, file: str) -> str:
        """A file's name as people know it, whichever side it is of."""
        return (self.old if self.old.holds(file) else self.new).shown(file)


def _unseen(problems: Iterable[Problem], unread: Iterable[Unread]) -> Iterator[str]:
    for problem in problems:
        if problem.hides:
            yield (
                f"{problem.file}:{problem.line}: {problem.message}"
                if problem.line
                else (f"{problem.file}: {problem.message}")
            )
    for each in unread:
        yield f"{each.label}" + (f": {each.why}" if each.why else "")


def render(found: Difference, form: str, style: Style, *, everything: bool) -> Iterator[str]:
    """One of `FORMATS`, in pieces with line ends; texts say what narrowed only where `everything` is asked for."""
    if form == "json":
        yield as_json(found)
    elif form == "markdown":
        yield from _markdown(found, everything=everything)
    else:
        yield from _terminal(found, style, everything=everything)


def _terminal(found: Difference, style: Style, *, everything: bool) -> Iterator[str]:
    yield from _section("wider", found.wider, found, style, "red")
    if everything:
        yield from _section("narrower", found.narrower, found, style, "green")
    for title, rows in _findings(found, everything=everything):
        yield style.paint(f"{title}: {len(rows):,}", "bold") + "\n"
        for row in rows[:_SHOWN]:
            label = style.severity(row.finding.severity, 8)
            place = printable(_finding_place(row, found))
            yield f"  {label} {printable(row.finding.message)} [{row.finding.rule.id}] {place}\n"
        if len(rows) > _SHOWN:
            yield f"  and {len(rows) - _SHOWN:,} more (-o json lists them)\n"
    yield printable(_summary(found)) + "\n"


def _findings(found: Difference, *, everything: bool) -> Iterator[tuple[str, Sequence[Located]]]:
    if found.came:
        yield "new findings", found.came
    if found.went and everything:
        yield "findings that " + ("perhaps went" if found.hidden[1] else "went"), found.went


def _finding_place(row: Located, found: Difference) -> str:
    return found.shown(shown_place(row.place))


def _section(title: str, rows: Sequence[Change], found: Difference, style: Style, colour: str) -> Iterator[str]:
    if rows:
        yield style.paint(f"{title}: {len(rows):,}", "bold", colour) + "\n"
    for aspect, group in itertools.groupby(rows, key=lambda row: row.aspect):
        yield f"  {style.paint(aspect.value, 'underline')}\n"
        for row in group:
            place = _place(row, found)
            yield (
                f"    {printable(f'{row.subject} {row.text}')}"
                + (style.paint(f"  ({place})", "dim") if place else "")
                + "\n"
            )


def _place(row: Change, found: Difference) -> str:
    if row.resource is None:
        return ""
    return printable(found.shown(shown_place(row.resource.locate(row.path))))


def _summary(found: Difference) -> str:
    """What was not seen first: it may have widened."""
    unseen = list(_not_seen(found))
    if not all(found.objects):
        return "; ".join([*unseen, "nothing can be said of what widened"])
    return "; ".join([*unseen, ("of the rest: " if unseen else "") + _counts(found)])


def _counts(found: Difference) -> str:
    wider, narrower = len(found.wider), len(found.narrower)
    if not (found.changes or found.came or found.went):
        return "nothing widened, nothing narrowed, the same findings"
    perhaps = "perhaps " if found.hidden[1] else ""
    parts = [f"{wider:,} wider" if wider else "nothing widened", f"{narrower:,} {perhaps}narrower"]
    return ", ".join([*parts, f"{plural(len(found.came), 'finding')} came, {len(found.went):,} {perhaps}went"])


def _not_seen(found: Difference) -> Iterator[str]:
    """A sentence for each side of which something, or all, is missing, the new one first."""
    for word, side, count, hidden in (
        ("NEW", found.new, found.objects[1], found.hidden[1]),
        ("OLD", found.old, found.objects[0], found.hidden[0]),
    ):
        if hidden:
            more = f" (and {len(hidden) - 1:,} more)" if len(hidden) > 1 else ""
            yield f"{word} could not be read{'' if not count else ' in full'}: {hidden[0]}{more}"
        elif not count:
            yield f"{word} ({side.name}) holds no object"


def _markdown(found: Difference, *, everything: bool) -> Iterator[str]:
    """Nothing at all where all was read, nothing widened and no finding came: such a comment says nothing."""
    unseen = list(_not_seen(found))
    if not (unseen or found.wider or found.came or (everything and (found.changes or found.went))):
        return
    yield f"### Seawall: {escaped(_summary(found))}\n"
    for word, hidden in (("NEW", found.hidden[1]), ("OLD", found.hidden[0])):
        if hidden:
            yield f"\n**{word} could not be read in full**\n\n"
            yield from (f"- {escaped(text)}\n" for text in hidden[:_SHOWN])
            if len(hidden) > _SHOWN:
                yield f"\nand {len(hidden) - _SHOWN:,} more\n"
    yield from _table("Wider", found.wider, found)
    if everything:
        yield from _table("Narrower", found.narrower, found)
    for title, rows in _findings(found, everything=everything):
        yield f"\n**{title.capitalize()}**\n\n| severity | finding | rule | place |\n| --- | --- | --- | --- |\n"
        for row in rows[:_SHOWN]:
            finding, place = row.finding, escaped(_finding_place(row, found))
            yield f"| {finding.severity.label} | {escaped(finding.message)} | {finding.rule.id} | {place} |\n"
        if len(rows) > _SHOWN:
            yield f"\nand {len(rows) - _SHOWN:,} more\n"


def _table(title: str, rows: Sequence[Change], found: Difference) -> Iterator[str]:
    if rows:
        yield f"\n**{title}**\n\n| what | who | | place |\n| --- | --- | --- | --- |\n"
    for row in rows:
        yield f"| {row.aspect.value} | {escaped(row.subject)} | {escaped(row.text)} | {escaped(_place(row, found))} |\n"


def as_json(found: Difference) -> str:
    """`{"old", "new", "wider", "narrower", "findings", "problems", "unseen"}` (docs/interfaces.md)."""
    return indented(
        {
            "old": found.old.name,
            "new": found.new.name,
            "wider": [_object(row, found) for row in found.wider],
            "narrower": [_object(row, found) for row in found.narrower],
            "findings": {
                "came": [_finding(row, found) for row in found.came],
                "went": [_finding(row, found) for row in found.went],
            },
            "problems": {
                "old": [msgspec.to_builtins(problem) for problem in found.problems[0]],
                "new": [msgspec.to_builtins(problem) for problem in found.problems[1]],
            },
            "unseen": {"old": list(found.hidden[0]), "new": list(found.hidden[1])},
        },
        2,
    )


def _object(row: Change, found: Difference) -> dict[str, Any]:
    told: dict[str, Any] = {"aspect": row.aspect.value, "subject": row.subject, "text": row.text}
    if row.resource is None:
        return told
    place = row.resource.locate(row.path)
    return {**told, "file": found.shown(place.file), "line": place.span.line, "path": path_text(row.path)}


def _finding(row: Located, found: Difference) -> dict[str, Any]:
    finding = row.finding
    return {
        "rule": finding.rule.id,
        "verdict": finding.verdict.value,
        "severity": finding.severity.label,
        "message": finding.message,
        "file": found.shown(row.place.file),
        "line": row.place.span.line,
        "path": finding.path_text,
        "fingerprint": finding.fingerprint,
    }
