"""The JSON report: schema 1.0, published in `docs/schema/report.json` (`seawall schema` prints it)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from seawall.core import Severity, Unknown
from seawall.findings import Finding
from seawall.model.telling import holds_a_credential
from seawall.reports.drift import DriftRow, drift_row
from seawall.reports.encode import encode
from seawall.reports.report import Located, Report
from seawall.rules.controls import controls_of
from seawall.rules.spec import Rule

SCHEMA = "1.0"
SeverityWord = Literal["low", "medium", "high", "critical"]


class Tool(msgspec.Struct, frozen=True):
    """What judged."""

    name: Literal["seawall"]
    version: str
    kube_version: str
    profile: str


class SubjectRow(msgspec.Struct, frozen=True, rename="camel"):
    """What was judged; `container` and `containerClass` are null where it is no container."""

    api_version: str
    kind: str
    namespace: str | None
    name: str
    container: str | None = None
    container_class: Literal["init", "sidecar", "app", "ephemeral"] | None = msgspec.field(
        default=None, name="container_class"
    )


class LocationRow(msgspec.Struct, frozen=True):
    """Lines and columns count from 1, columns in characters, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int
    path: str
    precision: Literal["exact", "parent", "template", "document"]


class OriginRow(msgspec.Struct, frozen=True):
    """One step of how a rendered object came to be."""

    kind: str
    file: str
    detail: str


class EvidenceRow(msgspec.Struct, frozen=True):
    """A value that decided; `value` is null where it is absent or a credential."""

    path: str
    value: Any = None
    note: str | None = None


class SuppressedRow(msgspec.Struct, frozen=True):
    """Who accepted the finding."""

    by: str
    reason: str
    until: str | None


class FindingRow(msgspec.Struct, frozen=True, omit_defaults=True):
    """One verdict that is no pass; `live` is there where files and a cluster are read together."""

    rule: str
    verdict: Literal["fail", "unknown"]
    severity: SeverityWord
    message: str
    subject: SubjectRow
    copies: int
    location: LocationRow
    origin: list[OriginRow]
    evidence: list[EvidenceRow]
    controls: list[str]
    layer: Literal["cloud", "cluster", "container", "code"]
    audience: dict[str, Literal["owns", "decides", "cares"]]
    fingerprint: str
    suppressed: SuppressedRow | None
    live: bool | None = None


class ProblemRow(msgspec.Struct, frozen=True):
    """What could not be read or judged; line 0 means the file as a whole."""

    file: str
    line: int
    column: int
    kind: str
    message: str
    hint: str


class NotLookedAtRow(msgspec.Struct, frozen=True):
    """What was not looked at, and why."""

    what: str
    why: str


class UnreadRow(msgspec.Struct, frozen=True):
    """Objects that a running cluster did not let be read; `namespace` is empty for all of a kind.

    `cause` is `refused` (an RBAC rule would let it be read), `failed`, or `chosen` (nobody asked for it).
    """

    kind: str
    group: str
    resource: str
    namespace: str
    why: str
    cause: str


class CoverageRow(msgspec.Struct, frozen=True):
    """What was read, judged, unknown and not looked at."""

    files: int
    documents: int
    objects: int
    judged: int
    unknown: int
    not_kubernetes: int
    not_looked_at: list[NotLookedAtRow]
    unread: list[UnreadRow] = []


class NamespaceRow(msgspec.Struct, frozen=True):
    """The strictest Pod Security level a namespace's workloads meet, and the checks in the way of the next one.

    It speaks of `pods` less those that an operator completes (`completed`); `unknown` where that leaves none.
    """

    namespace: str
    pods: int
    level: str
    next: str
    in_the_way: dict[str, int]
    completed: int


class SummaryRow(msgspec.Struct, frozen=True):
    """Open fails by severity, and what is beside them."""

    critical: int
    high: int
    medium: int
    low: int
    unknown: int
    suppressed: int
    problems: int
    namespaces: list[NamespaceRow]


class ReportRow(msgspec.Struct, frozen=True):
    """The whole report of `seawall scan -o json`."""

    schema: Literal["1.0"]
    tool: Tool
    findings: list[FindingRow]
    problems: list[ProblemRow]
    coverage: CoverageRow
    summary: SummaryRow
    drift: DriftRow | None = None


def render(report: Report) -> Iterator[str]:
    """The report in pieces, one finding at a time, so that a large one never stands twice in memory."""
    tool = Tool("seawall", report.version, str(report.kube_version), report.profile)
    yield f'{{"schema": "{SCHEMA}", "tool": {encode(tool)},\n "findings": ['
    controls: dict[int, list[str]] = {}
    for index, row in enumerate(report.findings):
        yield (",\n  " if index else "\n  ") + encode(finding_row(row, controls), _plain)
    problems = [ProblemRow(p.file, p.line, p.column, p.kind, p.message, p.hint) for p in report.problems]
    yield f'],\n "problems": {encode(problems)},\n "coverage": {encode(_coverage(report))},\n'
    drift = f',\n "drift": {encode(drift_row(report.drift))}' if report.drift is not None else ""
    yield f' "summary": {encode(_summary(report))}{drift}}}\n'


def finding_row(row: Located, controls: dict[int, list[str]] | None = None) -> FindingRow:
    """One finding as it is written; `controls` is a memo over the findings of one report."""
    finding, rule = row.finding, row.finding.rule
    suppressed = finding.suppressed
    return FindingRow(
        rule=rule.id,
        verdict=finding.verdict.value,  # type: ignore[arg-type]  # a finding is a fail or an unknown
        severity=finding.severity.label,  # type: ignore[arg-type]  # the enum's words are the literal's
        message=finding.message,
        subject=_subject(finding),
        copies=finding.copies,
        location=_location(row),
        origin=[OriginRow(step.kind, step.file, step.detail) for step in finding.resource.document.origin],
        evidence=[EvidenceRow(finding.path_text, _value(finding), finding.note or None)],
        controls=_controls(rule, {} if controls is None else controls),
        layer=rule.layer.value,
        audience={audience.value: affinity.value for audience, affinity in rule.audience.items()},
        fingerprint=finding.fingerprint,
        suppressed=SuppressedRow(suppressed.by, suppressed.reason, suppressed.until) if suppressed else None,
        live=finding.live,
    )


def _controls(rule: Rule, memo: dict[int, list[str]]) -> list[str]:
    known = memo.get(id(rule))
    if known is None:
        known = memo[id(rule)] = list(controls_of(rule))
    return known


def _subject(finding: Finding) -> SubjectRow:
    resource, container = finding.resource, finding.container
    row = (resource.api_version, resource.kind, resource.namespace, resource.name)
    return SubjectRow(*row) if container is None else SubjectRow(*row, container.name, container.kind.value)


def _location(row: Located) -> LocationRow:
    place, span = row.place, row.place.span
    path = row.finding.path_text
    return LocationRow(place.file, span.line, span.column, span.end_line, span.end_column, path, place.precision.value)


def _value(finding: Finding) -> object:
    evidence = finding.evidence
    return None if evidence.secret or holds_a_credential(evidence.value) else evidence.value


def _plain(value: object) -> object:
    return value.text if isinstance(value, Unknown) else repr(value)


def _coverage(report: Report) -> CoverageRow:
    c = report.coverage
    left = [NotLookedAtRow(what, why) for what, why in c.not_looked_at]
    unread = [UnreadRow(*msgspec.structs.astuple(each)) for each in report.unread]
    return CoverageRow(c.files, c.documents, c.objects, report.judged, report.unknown, c.not_kubernetes, left, unread)


def _summary(report: Report) -> SummaryRow:
    counts = report.count()
    namespaces = [
        NamespaceRow(row.namespace, row.pods, row.level, row.next_level, dict(row.in_the_way), row.completed)
        for row in report.namespaces
    ]
    return SummaryRow(
        **{severity.label: counts[severity] for severity in Severity},
        unknown=report.unknown,
        suppressed=report.suppressed,
        problems=len(report.problems),
        namespaces=namespaces,
    )


def schema() -> dict[str, Any]:
    """The JSON Schema of the report."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(ReportRow)}
