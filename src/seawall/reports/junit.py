"""JUnit XML: a suite per file, a case per finding; what could not be read is an error, what is unknown is skipped."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from seawall.core import Problem, Verdict
from seawall.reports.report import Located, Report
from seawall.reports.style import printable


def render(report: Report) -> Iterator[str]:
    """The document in pieces; a scan without findings still has one passing case, so that it is seen to have run."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="seawall">\n'
    for file, rows in itertools.groupby(report.findings, key=lambda row: row.place.file):
        yield from _suite(file, list(rows))
    if report.problems:
        yield from _problems(report.problems)
    yield from _own_suite(report)
    yield "</testsuites>\n"


def _own_suite(report: Report) -> Iterator[str]:
    """A case that passes when the scan looked at something, and is an error when it did not."""
    objects = f"{report.judged} object{'s'[: report.judged != 1]}"
    name = _text(f"{objects} judged by {report.rules} rule{'s'[: report.rules != 1]}")
    read = bool(report.coverage.objects)
    yield f'<testsuite name="seawall" tests="1" errors="{0 if read else 1}"><testcase classname="seawall" name={name}>'
    yield "" if read else '<error type="nothing-read" message="nothing was read"/>'
    yield "</testcase></testsuite>\n"


def _suite(file: str, rows: list[Located]) -> Iterator[str]:
    failures = sum(row.open for row in rows)
    yield (
        f'<testsuite name={_text(file)} tests="{len(rows)}" failures="{failures}" skipped="{len(rows) - failures}">\n'
    )
    yield from (_case(row) for row in rows)
    yield "</testsuite>\n"


def _case(row: Located) -> str:
    finding, span = row.finding, row.place.span
    resource = finding.resource
    owner = "/".join(part for part in (resource.namespace, resource.kind, resource.name) if part)
    head = f"<testcase classname={_text(finding.rule.id)} name={_text(f'{owner} {finding.path_text}')}>"
    if finding.suppressed is not None:
        return f"{head}<skipped message={_text('accepted: ' + finding.suppressed.reason)}/></testcase>\n"
    if finding.verdict is Verdict.UNKNOWN:
        return f"{head}<skipped message={_text('unknown: ' + finding.message)}/></testcase>\n"
    where = f"{row.place.file}:{span.line}:{span.column}"
    body = escape(printable(f"{where}\n{finding.rule.section('Instead')}".replace("\n", " ")))
    attributes = f"type={_text(finding.severity.label)} message={_text(finding.message)}"
    return f"{head}<failure {attributes}>{body}</failure></testcase>\n"


def _problems(problems: tuple[Problem, ...]) -> Iterator[str]:
    yield f'<testsuite name="problems" tests="{len(problems)}" errors="{len(problems)}">\n'
    for problem in problems:
        name = _text(f"{problem.file}:{problem.line}")
        attributes = f"type={_text(problem.kind)} message={_text(problem.message)}"
        yield f"<testcase classname={_text(problem.kind)} name={name}>"
        yield f"<error {attributes}>{escape(printable(problem.hint))}</error></testcase>\n"
    yield "</testsuite>\n"


def _text(text: str) -> str:
    """An attribute; characters that XML 1.0 cannot hold are shown as escapes."""
    return quoteattr(printable(text))
