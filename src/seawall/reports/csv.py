"""CSV for a spreadsheet: a row per finding; cells that a spreadsheet would run as a formula are defused."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from seawall.reports.report import Located, Report
from seawall.reports.style import printable

HEADER = (
    "rule", "verdict", "severity", "file", "line", "column", "kind", "namespace", "name", "container", "path",
    "message", "fingerprint", "accepted",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the start of a formula; the wide ones too, where East Asian text is typed."""


def render(report: Report) -> Iterator[str]:
    """Lines that end in CR LF (RFC 4180), the header first."""
    yield line(HEADER)
    for row in report.findings:
        yield line(_cells(row))


def _cells(row: Located) -> tuple[str, ...]:
    finding, resource = row.finding, row.finding.resource
    return (
        finding.rule.id,
        finding.verdict.value,
        finding.severity.label,
        row.place.file,
        str(row.place.span.line),
        str(row.place.span.column),
        resource.kind,
        resource.namespace or "",
        resource.name,
        finding.container.name if finding.container else "",
        finding.path_text,
        finding.message,
        finding.fingerprint,
        finding.suppressed.reason if finding.suppressed else "",
    )


def line(cells: Sequence[str]) -> str:
    """A row with its line end, so that no spreadsheet runs a cell as a formula."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow(map(_cell, cells))
    return buffer.getvalue()


def _cell(text: str) -> str:
    text = printable(text)
    return f"'{text}" if text.startswith(_FORMULA) else text
