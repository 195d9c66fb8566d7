"""GitLab's Code Quality report (a JSON list in CodeClimate's form)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from seawall.core import Severity
from seawall.reports.encode import indented
from seawall.reports.report import Located, Report

_SEVERITY = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}


def render(report: Report) -> Iterator[str]:
    """Open findings only; fingerprints are unique, as GitLab demands."""
    seen: dict[str, int] = {}
    rows = [_row(row, seen) for row in report.findings if row.open]
    yield indented(rows, 1)


def _row(row: Located, seen: dict[str, int]) -> dict[str, object]:
    finding = row.finding
    fingerprint = finding.fingerprint
    seen[fingerprint] = again = seen.get(fingerprint, -1) + 1
    return {
        "description": finding.message,
        "check_name": finding.rule.id,
        "fingerprint": f"{fingerprint}-{again}" if again else fingerprint,
        "severity": _SEVERITY[finding.severity],
        "location": {"path": PurePath(row.place.file).as_posix(), "lines": {"begin": max(row.place.span.line, 1)}},
    }
