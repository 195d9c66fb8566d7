"""One rule taught: what the object is, why the state is bad, what to write, what that may break, how to check it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seawall.core import Affinity, Precision
from seawall.data.concepts import concepts
from seawall.findings import Suppression
from seawall.reports.encode import indented
from seawall.reports.facts import shown_place
from seawall.reports.report import Report, folded
from seawall.reports.rules import row_of
from seawall.reports.style import Style, printable, wrapped
from seawall.rules.controls import controls_of
from seawall.rules.glossary import subject_of
from seawall.rules.spec import Rule


def render(rule: Rule, report: Report | None, style: Style) -> Iterator[str]:
    """Lines without line ends; `report` is of this rule and the user's own files, None where none were named."""
    name, purpose = subject_of(rule.on)
    first, *more = wrapped(f"{rule.id}: {rule.title}", style.width, hanging="  ")
    yield first.replace(rule.id, style.paint(rule.id, "bold"), 1)
    yield from more
    meta = f"{rule.layer.value} layer, profile {rule.profile.label}" + (
        ", a small edit repairs it" if rule.fixable else ""
    )
    width = max(len(severity.label) for severity in rule.severities)
    yield from _beside(style.severity(rule.severity, width), width, meta, style, "dim")
    for severity, when in sorted(rule.otherwise.items(), reverse=True):
        yield from _beside(style.severity(severity, width), width, f"where {when}", style)
    yield from _part(f"It is about {name}", purpose, style)
    if report is not None:
        yield from _own(report, style)
    yield from _part("Why it is bad", rule.section("Why"), style)
    yield from _part("What to write instead", rule.section("Instead"), style)
    yield from _example(rule, style)
    yield from _part("What that may break", rule.section("Breaks"), style)
    yield from _check(rule, style)
    yield from _part("Whose it is", _audience(rule), style)
    yield from _part("Source", rule.section("Source"), style)
    yield from _part("Concepts", ", ".join(_concepts(rule)), style)
    yield from _part("Controls", ", ".join(controls_of(rule)) or "none", style)


def as_json(rule: Rule) -> str:
    """The row of `seawall rules -o json` with the texts of the rule's page, with a line end."""
    texts = {title.lower(): rule.section(title) for title in ("Why", "Instead", "Breaks", "Check", "Source")}
    return indented({**msgspec.structs.asdict(row_of(rule)), **texts, "concepts": _concepts(rule)}, 2)


def _concepts(rule: Rule) -> list[str]:
    """The concepts that name the rule, which `seawall explain` teaches too; else those that name its whole family."""
    known = concepts().values()
    return [each.id for each in known if rule.id in each.rules] or [
        each.id for each in known if rule.family in each.rules
    ]


def _beside(mark: str, width: int, text: str, style: Style, *names: str) -> Iterator[str]:
    """A text beside a mark of that many columns, and below itself where it is long."""
    lines = wrapped(text, max(style.width - width - 2, 40))
    for number, line in enumerate(lines):
        yield f"{' ' * width if number else mark}  {style.paint(line, *names)}"


def _part(title: str, text: str, style: Style) -> Iterator[str]:
    if not text:
        return
    yield ""
    yield style.paint(title, "bold")
    yield from wrapped(text, min(style.width, 100), indent="  ", hanging="  ")


def _check(rule: Rule, style: Style) -> Iterator[str]:
    yield ""
    yield style.paint("How to see it", "bold")
    yield from (f"  {line.strip()}" for line in rule.section("Check").splitlines())


def _own(report: Report, style: Style) -> Iterator[str]:
    # What is accepted comes last, so that it never takes the room of what is not.
    rows = sorted(folded(report.findings), key=lambda row: row.finding.suppressed is not None)
    problems = report.problems
    yield ""
    yield style.paint("Where you have it", "bold")
    if not rows:
        yield "  nowhere in what was read" if report.coverage.objects else "  nothing was read"
    for row in rows[:5]:
        place = shown_place(row.place)
        if row.place.precision is not Precision.DOCUMENT:
            place += f":{row.place.span.column}"
        resource = row.finding.resource
        owner = f"{resource.kind} {resource.namespace or '-'}/{resource.name}"
        yield f"  {style.paint(printable(place), 'cyan')}  {printable(owner)}"
        yield from wrapped(printable(f"    {row.finding.message}"), max(style.width, 40), hanging="    ")
        if row.finding.suppressed is not None:
            yield style.paint(printable(f"    {_accepted(row.finding.suppressed)}"), "dim")
    if len(rows) > 5:
        yield f"  and {len(rows) - 5} more place{'s'[: len(rows) != 6]}"
    for problem in problems[:5]:
        yield style.paint(printable(f"  not read: {problem.file}: {problem.message}"), "yellow")
    if len(problems) > 5:
        yield style.paint(f"  and {len(problems) - 5} more that could not be read", "yellow")


def _accepted(by: Suppression) -> str:
    until = f", until {by.until}" if by.until else ""
    reason = f": {by.reason}" if by.reason else ""
    return f"accepted ({by.by}{until}){reason}"


def _example(rule: Rule, style: Style) -> Iterator[str]:
    bad, good = rule.shown
    yield from _block("bad", bad.text, "red", style)
    yield from _block("good", good, "green", style)


def _block(title: str, text: str, colour: str, style: Style) -> Iterator[str]:
    yield ""
    yield f"  {style.paint(title, colour)}"
    yield from (f"    {line}" for line in text.splitlines())


_VERBS = {
    Affinity.OWNS: ("owns it", "own it"),
    Affinity.DECIDES: ("decides on it", "decide on it"),
    Affinity.CARES: ("cares about it", "care about it"),
}


def _audience(rule: Rule) -> str:
    parts = []
    for affinity, (one, several) in _VERBS.items():
        people = [f"the {audience.value}" for audience, has in rule.audience.items() if has is affinity]
        if people:
            parts.append(f"{' and '.join(people)} {one if len(people) == 1 else several}")
    return "; ".join(parts)
