"""SARIF 2.1.0, as code hosts show it at the right line (OASIS, "Static Analysis Results Interchange Format")."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from seawall.core import Affinity, Problem, Severity, Verdict
from seawall.reports.encode import encode
from seawall.reports.report import Located, Report
from seawall.rules.controls import controls_of
from seawall.rules.spec import Rule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVEL = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_SCORE = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""`security-severity` as GitHub reads it: over 9.0 critical, 7.0 high, 4.0 medium, else low."""

_OUTSIDE = frozenset({"baseline", "config"})
"""Mechanisms that stand outside the file that they speak of."""


def render(report: Report) -> Iterator[str]:
    """One run. A verdict that could not be reached is a result of kind `open` at level `none`."""
    rules = {row.finding.rule.id: row.finding.rule for row in report.findings}
    order = {rule_id: index for index, rule_id in enumerate(sorted(rules))}
    driver = {
        "name": "Seawall",
        "semanticVersion": report.version,
        "rules": [_rule(rules[rule_id]) for rule_id in sorted(rules)],
    }
    yield f'{{"$schema": "{_SCHEMA}", "version": "2.1.0", "runs": [{{\n'
    yield f' "tool": {{"driver": {encode(driver)}}},\n "columnKind": "unicodeCodePoints",\n'
    yield f' "invocations": [{encode(_invocation(report))}],\n "results": ['
    for index, row in enumerate(report.findings):
        yield (",\n  " if index else "\n  ") + encode(_result(row, order[row.finding.rule.id]))
    yield "]}]}\n"


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.section("Why")},
        "help": {
            "text": f"{rule.section('Instead')} It may break: {rule.section('Breaks')}",
            "markdown": f"{rule.section('Instead')}\n\n**It may break:** {rule.section('Breaks')}",
        },
        "defaultConfiguration": {"level": _LEVEL[rule.severity]},
        "properties": {
            "tags": ["security", "kubernetes", rule.layer.value, *controls_of(rule)],
            # Code hosts read it of the rule alone, so that a finding worse than usual must not look milder than it is.
            "security-severity": _SCORE[rule.severities[-1]],
            "precision": "high",
            "problem.severity": {"error": "error", "warning": "warning"}.get(_LEVEL[rule.severity], "recommendation"),
        },
    }


def _result(row: Located, index: int) -> dict[str, Any]:
    finding = row.finding
    known = finding.verdict is Verdict.FAIL
    owners = [audience.value for audience, has in finding.rule.audience.items() if has is Affinity.OWNS]
    result: dict[str, Any] = {
        "ruleId": finding.rule.id,
        "ruleIndex": index,
        "kind": "fail" if known else "open",
        "level": _LEVEL[finding.severity] if known else "none",
        "message": {"text": finding.message},
        "locations": [_location(row)],
        "partialFingerprints": {"seawall/v1": finding.fingerprint},
        "properties": {"severity": finding.severity.label, "owners": owners},
    }
    if finding.suppressed is not None:
        kind = "external" if finding.suppressed.by in _OUTSIDE else "inSource"
        reason = finding.suppressed.reason or "no reason given"
        result["suppressions"] = [{"kind": kind, "status": "accepted", "justification": reason}]
    return result


def _location(row: Located) -> dict[str, Any]:
    span, resource = row.place.span, row.finding.resource
    region: dict[str, int] = {"startLine": max(span.line, 1), "startColumn": max(span.column, 1)}
    if (span.end_line, span.end_column) > (span.line, span.column):
        region |= {"endLine": span.end_line, "endColumn": span.end_column}
    name = "/".join(part for part in (resource.namespace, resource.kind, resource.name) if part)
    return {
        "physicalLocation": {"artifactLocation": _artifact(row.place.file), "region": region},
        "logicalLocations": [
            {"name": resource.name, "fullyQualifiedName": f"{name}:{row.finding.path_text}", "kind": "resource"}
        ],
    }


def _artifact(file: str) -> dict[str, str]:
    """A relative URI below the folder that was scanned from, which is what code hosts match with their files."""
    path = PurePath(file)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    parts = [part for part in path.parts if part != "."]
    return {"uri": quote("/".join(parts)), "uriBaseId": "%SRCROOT%"}


def _invocation(report: Report) -> dict[str, Any]:
    notes = [_notification(problem) for problem in report.problems]
    notes += [
        {"level": "note", "message": {"text": f"Not looked at: {what}: {why}"}}
        for what, why in report.coverage.not_looked_at
    ]
    return {"executionSuccessful": True, "toolExecutionNotifications": notes}


def _notification(problem: Problem) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(problem.file)}
    if problem.line:
        place["region"] = {"startLine": problem.line, "startColumn": max(problem.column, 1)}
    text = f"{problem.message}. {problem.hint}" if problem.hint else problem.message
    return {
        "level": "warning",
        "message": {"text": text},
        "descriptor": {"id": problem.kind},
        "locations": [{"physicalLocation": place}],
    }
