"""Markdown for a pull-request comment: what matters first, and no longer than such a comment may be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seawall.core import Severity, Verdict
from seawall.reports.report import Located, Report, folded
from seawall.reports.style import plural, printable

_ROWS = 50
"""GitHub takes 65,536 characters a comment; fifty rows stay well below."""
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|#~@&])")


def render(report: Report) -> Iterator[str]:
    """A heading, a table of the worst findings, what was not covered."""
    counts = report.count()
    total = sum(counts.values())
    parts = [f"{counts[level]} {level.label}" for level in reversed(Severity) if counts[level]]
    yield f"### Seawall: {', '.join(parts) if total else report.nothing}\n\n"
    unknown = f", {report.unknown} verdict{'s'[: report.unknown != 1]} unknown" if report.unknown else ""
    accepted = f", {report.suppressed} finding{'s'[: report.suppressed != 1]} accepted" if report.suppressed else ""
    read = f"{report.judged} object{'s'[: report.judged != 1]} of {report.sources}"
    yield f"{read} judged by {report.rules} rule{'s'[: report.rules != 1]}{unknown}{accepted}.\n"
    rows = sorted(folded(row for row in report.findings if row.open), key=lambda row: -row.finding.severity)
    if rows:
        yield "\n| severity | where | what | rule |\n|---|---|---|---|\n"
        yield from (_row(row) for row in rows[:_ROWS])
    if len(rows) > _ROWS:
        yield f"\nand {len(rows) - _ROWS} more; run `seawall scan` for all of them.\n"
    yield from _uncovered(report)


def _row(row: Located) -> str:
    finding = row.finding
    where = f"{row.place.file}:{row.place.span.line}"
    more = f" (and {finding.copies} more like it)" if finding.copies else ""
    return f"| {finding.severity.label} | {escaped(where)} | {escaped(finding.message)}{more} | `{finding.rule.id}` |\n"


def _uncovered(report: Report) -> Iterator[str]:
    lines = [f"{p.file}:{p.line}: {p.message}" for p in report.problems]
    lines += [row.finding.message for row in folded(report.findings) if row.finding.verdict is Verdict.UNKNOWN]
    yield from _details(lines, "could not be read or judged")
    # Apart, since they are no fault of the input: what matters must not drown in them.
    aside = [f"{what}: {why}" for what, why in report.coverage.not_looked_at]
    yield from _details(aside, f"{'was' if len(aside) == 1 else 'were'} not looked at")


def _details(lines: Sequence[str], what: str) -> Iterator[str]:
    if not lines:
        return
    yield f"\n<details><summary>{plural(len(lines), 'thing')} that {what}</summary>\n\n"
    yield from (f"- {escaped(line)}\n" for line in lines[:_ROWS])
    yield "\n</details>\n"


def escaped(text: str) -> str:
    """Text of an input, so that nothing in it is markup or mentions anybody."""
    return _SPECIAL.sub(r"\\\1", printable(text.replace("\n", " "))).replace("\\@", "@\u200b")
