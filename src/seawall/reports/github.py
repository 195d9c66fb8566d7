"""GitHub workflow commands: annotations on the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Severity
from seawall.reports.report import Located, Report, folded
from seawall.reports.style import printable

_COMMAND = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice"}


def render(report: Report) -> Iterator[str]:
    """A line per problem and per open finding, the worst first: GitHub shows the first ten of each kind in a step.

    Source: GitHub Docs, "Workflow commands", limits of annotations.
    """
    for problem in report.problems:
        where = f"file={_property(problem.file)},line={max(problem.line, 1)}"
        yield f"::warning {where},title=seawall could not read this::{_data(problem.message)}\n"
    yield from map(
        _line, sorted(folded(row for row in report.findings if row.open), key=lambda row: -row.finding.severity)
    )


def _line(row: Located) -> str:
    finding, span = row.finding, row.place.span
    where = f"file={_property(row.place.file)},line={max(span.line, 1)},col={max(span.column, 1)}"
    if span.end_line == span.line:
        where += f",endColumn={max(span.end_column, 1)}"
    title = _property(f"{finding.severity.label}: {finding.rule.id}")
    return f"::{_COMMAND[finding.severity]} {where},title={title}::{_data(finding.message)}\n"


def _data(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
