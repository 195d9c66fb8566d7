"""A framework control by control: what the rules say of it, what they cannot say, and what no manifest can show."""

from __future__ import annotations

import enum
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from seawall.core import Problem, Verdict
from seawall.data.frameworks import Control, Framework
from seawall.findings import Finding
from seawall.inventory import Resource
from seawall.model import Container, Estate, NamespaceScope, Object, PodTemplate
from seawall.model.workloads import POD_TEMPLATE_ROOTS
from seawall.reports.encode import indented
from seawall.reports.style import Style, printable, wrapped
from seawall.rules.controls import all_controls_of, concept_of
from seawall.rules.spec import Rule


class Standing(enum.Enum):
    """What can be said of a control."""

    FAIL = "fail"
    ACCEPTED = "accepted"
    """It fails, and somebody has accepted each of the findings."""
    UNKNOWN = "unknown"
    PASS = "pass"
    OUT_OF_REACH = "out-of-reach"
    """It is about a flag, a file of a node, a cloud or an organization; no manifest shows it."""


class Row(msgspec.Struct, frozen=True):
    """One control and its standing."""

    control: Control
    standing: Standing
    rules: tuple[str, ...] = ()
    """The rules that speak to it, sorted."""
    findings: int = 0
    """Open fails."""
    subjects: int = 0
    """How many subjects its rules were asked about."""
    why: str = ""
    """Which rules found it, or why it is unknown, accepted or out of reach; empty for a pass."""


class Scanned(msgspec.Struct, frozen=True, eq=False):
    """What a scan knows, as far as compliance asks."""

    rules: tuple[Rule, ...]
    findings: tuple[Finding, ...]
    asked: Mapping[str, int]
    """Rule id -> how many subjects it was asked about."""
    whole: bool
    """Whether the input was the whole cluster."""
    crashed: frozenset[str] = frozenset()
    """Rules of which a verdict is missing."""
    unread: int = 0
    """How many problems say that something could not be read."""
    completed: int = 0
    """How many pods an operator completes: what they leave out is no finding, and nobody here knows it."""
    unplaced: int = 0
    """How many workloads name no namespace, and may land in `default`."""


def scanned(estate: Estate, rules: Sequence[Rule], findings: Sequence[Finding], problems: Sequence[Problem]) -> Scanned:
    """Sums a scan up; give it every rule that was asked, whatever a report shows of the findings."""
    whole = estate.inventory.whole
    crashes = [problem.message for problem in problems if problem.kind == "rule-crash"]
    crashed = frozenset(rule.id for rule in rules if any(text.startswith(f"rule {rule.id} ") for text in crashes))
    counts = {on: _count(estate, on) for on in {rule.on for rule in rules}}
    asked = {rule.id: counts[rule.on] if whole or not rule.needs else 0 for rule in rules}
    unread = sum(problem.hides for problem in estate.inventory.problems)
    completed = sum(pod.partial for _, pods in estate.pods for pod in pods)
    unplaced = sum(map(_is_unplaced, estate.inventory.resources))
    return Scanned(tuple(rules), tuple(findings), asked, whole, crashed, unread, completed, unplaced)


def _is_unplaced(resource: Resource) -> bool:
    workload = (resource.group, resource.kind) in POD_TEMPLATE_ROOTS
    # A chart that nobody placed is rendered for `default`: an object that says another namespace is placed.
    return workload and (resource.namespace is None or resource.namespace == resource.document.namespace == "default")


def _count(estate: Estate, on: type) -> int:
    if on is NamespaceScope:
        return len(estate.namespaces)
    if on is PodTemplate:
        return sum(len(pods) for _, pods in estate.pods)
    if on is Container:
        return sum(len(pod.containers) for _, pods in estate.pods for pod in pods)
    if issubclass(on, Object) and on.KINDS:
        return sum((resource.group, resource.kind) in on.KINDS for resource in estate.inventory.resources)
    return len(estate.inventory.resources)


def compliance(framework: Framework, scan: Scanned) -> tuple[Row, ...]:
    """A row for each control, in the framework's order."""
    by_control: dict[str, list[Rule]] = {}
    for rule in scan.rules:
        for control in all_controls_of(rule):
            by_control.setdefault(control, []).append(rule)
    by_rule: dict[str, list[Finding]] = {}
    for finding in scan.findings:
        by_rule.setdefault(finding.rule.id, []).append(finding)
    covered = {concept_of(rule) for rule in scan.rules}
    return tuple(
        _row(control, by_control.get(f"{framework.key}:{control.id}", []), by_rule, covered, scan)
        for control in framework.controls
    )


_ELSEWHERE: Final = {
    "static-pod": "it is about a flag of the control plane",
    "kubelet-configz": "it is about the configuration of the kubelets",
    "host": "it is about a file or process of a node",
    "manual": "it is a question to people",
    "cloud": "it is about the cloud provider's settings",
}

_PLACE: Final = "default-namespace"
"""The concept of the rule that says nothing of workloads without a namespace, which are the rule in charts."""


def _row(
    control: Control, rules: Sequence[Rule], findings: Mapping[str, list[Finding]], covered: set[str], scan: Scanned
) -> Row:
    names = tuple(sorted(rule.id for rule in rules))
    said = [finding for name in names for finding in findings.get(name, ())]
    open_fails = [f.rule.id for f in said if f.verdict is Verdict.FAIL and f.suppressed is None]
    subjects = sum(scan.asked.get(name, 0) for name in names)
    if open_fails:
        failing = ", ".join(sorted(set(open_fails)))
        return Row(control, Standing.FAIL, names, len(open_fails), subjects, f"found by {failing}")
    if not rules and control.evidence in _ELSEWHERE:
        return Row(control, Standing.OUT_OF_REACH, why=_ELSEWHERE[control.evidence])
    why = _doubt(control, rules, said, covered, scan)
    if why:
        return Row(control, Standing.UNKNOWN, names, 0, subjects, why)
    accepted = sum(finding.suppressed is not None and finding.verdict is Verdict.FAIL for finding in said)
    if accepted:
        return Row(control, Standing.ACCEPTED, names, 0, subjects, f"{_plural(accepted, 'finding')} accepted")
    return Row(control, Standing.PASS, names, 0, subjects)


def _doubt(control: Control, rules: Sequence[Rule], said: Sequence[Finding], covered: set[str], scan: Scanned) -> str:
    """Why a control without an open fail is not passed; empty when it is."""
    if not rules:
        return "no rule looks at it"
    crashed = sorted(rule.id for rule in rules if rule.id in scan.crashed)
    if crashed:
        return f"a verdict of {', '.join(crashed)} is missing"
    undecided = sum(finding.verdict is Verdict.UNKNOWN for finding in said)
    if undecided:
        return f"{_plural(undecided, 'value')} not decided here"
    if left := _left_out(control, rules, scan):
        return left
    closed = [rule.id for rule in rules if rule.needs]
    if closed and not scan.whole:
        return "it needs the whole cluster; say --estate if this is all of it"
    missing = [concept for concept in control.concepts if concept not in covered]
    if missing:
        return f"no rule looks at {', '.join(missing)}"
    if not scan.whole and not any(scan.asked.get(rule.id) for rule in rules):
        return "nothing of its kind was read"
    return "something could not be read" if scan.unread else ""


def _left_out(control: Control, rules: Sequence[Rule], scan: Scanned) -> str:
    """What somebody else decides, of which the rules say nothing; empty where nothing is left to anybody."""
    if scan.completed and any(rule.on in (PodTemplate, Container) for rule in rules):
        return f"an operator completes {_plural(scan.completed, 'pod')}"
    if scan.unplaced and _PLACE in control.concepts:
        return f"the namespace of {_plural(scan.unplaced, 'workload')} is not said"
    return ""


def _plural(number: int, word: str) -> str:
    return f"{number:,} {word}{'s'[: number != 1]}"


_WORDS: Final = {
    Standing.FAIL: ("fail", "red"),
    Standing.ACCEPTED: ("accepted", "yellow"),
    Standing.UNKNOWN: ("unknown", "blue"),
    Standing.PASS: ("pass", "green"),
    Standing.OUT_OF_REACH: ("beyond what manifests show", "dim"),
}
_MARK = max(len(word) for standing, (word, _) in _WORDS.items() if standing is not Standing.OUT_OF_REACH)


def as_lines(framework: Framework, rows: Sequence[Row], style: Style) -> Iterator[str]:
    """Lines without line ends: the controls by section, those beyond manifests by their reason, how many stand how."""
    yield style.paint(f"{framework.title} {framework.revision}".rstrip(), "bold", "underline")
    within = [row for row in rows if row.standing is not Standing.OUT_OF_REACH]
    column = max((len(row.control.id) for row in within), default=0)
    for section, group in itertools.groupby(within, key=lambda row: row.control.section):
        if section:
            yield style.paint(printable(section), "bold")
        for row in group:
            yield from _line(row, column, style)
    yield from _beyond(rows, style)
    yield ""
    yield _summary(rows, style)


def _beyond(rows: Sequence[Row], style: Style) -> Iterator[str]:
    """The controls that no manifest shows, in a few lines: they would drown the others."""
    table: dict[str, list[str]] = {}
    for row in rows:
        if row.standing is Standing.OUT_OF_REACH:
            table.setdefault(row.why, []).append(row.control.id)
    if table:
        yield style.paint("beyond what manifests show", "bold")
    for why, names in table.items():
        text = printable(f"{why}: {', '.join(names)}")
        lines = wrapped(text, max(style.width - 4, 40))
        yield from (style.paint(f"  {'' if line is lines[0] else '  '}{line}", "dim") for line in lines)


def _line(row: Row, column: int, style: Style) -> Iterator[str]:
    word, colour = _WORDS[row.standing]
    control = row.control
    level = f"L{control.level}  " if control.level else ""
    reason = f"{_plural(row.findings, 'finding')} {row.why.removeprefix('found ')}" if row.findings else row.why
    text = printable(control.title + (f": {reason}" if reason else ""))
    if not control.verified:
        text += " (not checked against the framework itself)"
    indent = 2 + _MARK + 2 + column + 2 + len(level)
    lines = wrapped(text, max(style.width - indent, 40))
    yield f"  {style.paint(word.ljust(_MARK), colour)}  {control.id.ljust(column)}  {level}{lines[0]}"
    for line in lines[1:]:
        yield " " * indent + line


def _summary(rows: Sequence[Row], style: Style) -> str:
    counts = Counter(row.standing for row in rows)
    told = [
        f"{counts[standing]:,} {style.paint(word, colour)}"
        for standing, (word, colour) in _WORDS.items()
        if counts[standing]
    ]
    return f"{_plural(len(rows), 'control')}: {', '.join(told)}"


def as_json(framework: Framework, rows: Sequence[Row], problems: Sequence[Problem] = ()) -> str:
    """The table as JSON, with a line end; `problems` are what could not be read, in the form of a scan's."""
    table = {
        "framework": framework.key,
        "title": framework.title,
        "controls": [_json_row(framework, row) for row in rows],
        "problems": problems,
        "summary": dict(Counter(row.standing.value for row in rows)),
    }
    return indented(table, 2)


def _json_row(framework: Framework, row: Row) -> dict[str, object]:
    control = row.control
    return {
        "id": f"{framework.key}:{control.id}",
        "title": control.title,
        "section": control.section,
        "level": control.level,
        "assessment": control.assessment,
        "evidence": control.evidence,
        "verified": control.verified,
        "standing": row.standing.value,
        "rules": row.rules,
        "findings": row.findings,
        "subjects": row.subjects,
        "why": row.why,
    }
