"""A framework control by control: what the rules say of it, what they cannot say, and what no manifest can show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from seawall.core import Verdict
from seawall.data.frameworks import Control, Framework, frameworks
from seawall.findings import Finding
from seawall.findings.unread import unread_context, unread_subjects
from seawall.model import Container, Object, PodTemplate
from seawall.reports.compliance_pss import Standards
from seawall.reports.compliance_rows import Row, Scanned, Standing, Tally, nothing_asked, unread
from seawall.reports.style import plural
from seawall.rules.controls import all_controls_of, concept_of
from seawall.rules.spec import Rule


def compliance(framework: Framework, scan: Scanned) -> tuple[Row, ...]:
    """A row for each control, in the framework's order.

    The Pod Security Standards are judged by their own checks, so that their rows say what `seawall pss`
    says, less what a rollout left behind.
    """
    by_control: dict[str, list[Rule]] = {}
    for rule in scan.rules:
        for control in all_controls_of(rule):
            by_control.setdefault(control, []).append(rule)
    speaking = [(each, by_control.get(f"{framework.key}:{each.id}", [])) for each in framework.controls]
    if framework.name == "pss":
        standards = Standards(scan)
        return tuple(standards.row(control, rules) for control, rules in speaking)
    by_rule: dict[str, list[Finding]] = {}
    for finding in scan.findings:
        by_rule.setdefault(finding.rule.id, []).append(finding)
    covered = {concept_of(rule) for rule in scan.rules}
    return tuple(_row(control, rules, by_rule, covered, scan) for control, rules in speaking)


_ELSEWHERE: Final = {
    "static-pod": "it is about a flag of the control plane",
    "kubelet-configz": "it is about the configuration of the kubelets",
    "host": "it is about a file or process of a node",
    "manual": "it is a question to people",
    "cloud": "it is about the cloud provider's settings",
}

_PLACE: Final = "default-namespace"
"""The concept of the rules that say nothing of objects without a namespace, which are the rule in charts."""


def _row(
    control: Control, rules: Sequence[Rule], findings: Mapping[str, list[Finding]], covered: set[str], scan: Scanned
) -> Row:
    names = tuple(sorted(rule.id for rule in rules))
    said = [finding for name in names for finding in findings.get(name, ())]
    fails = [finding for finding in said if finding.verdict is Verdict.FAIL]
    tally = Tally.of(finding.suppressed for finding in fails)
    subjects = sum(scan.asked.get(name, 0) for name in names)
    if tally.open or tally.baseline:
        found_by = ", ".join(sorted({finding.rule.id for finding in fails if finding.suppressed is None}))
        return tally.row(Row(control, Standing.FAIL, names, 0, subjects), f"found by {found_by}" if found_by else "")
    if not rules and control.evidence in _ELSEWHERE:
        return Row(control, Standing.OUT_OF_REACH, why=_ELSEWHERE[control.evidence])
    why = _doubt(control, rules, said, covered, scan)
    if why:
        return tally.row(Row(control, Standing.UNKNOWN, names, 0, subjects), why)
    standing = Standing.ACCEPTED if tally.relaxed else Standing.PASS
    return tally.row(Row(control, standing, names, 0, subjects), "")


def _doubt(control: Control, rules: Sequence[Rule], said: Sequence[Finding], covered: set[str], scan: Scanned) -> str:
    """Why a control without an open fail is not passed; empty when it is."""
    if not rules:
        return "no rule looks at it"
    crashed = sorted(rule.id for rule in rules if rule.id in scan.crashed)
    if crashed:
        return f"a verdict of {', '.join(crashed)} is missing"
    undecided = sum(finding.verdict is Verdict.UNKNOWN for finding in said)
    if undecided:
        return f"{plural(undecided, 'value')} not decided here"
    if left := _left_out(control, rules, scan) or _hidden(rules, scan):
        return left
    closed = [rule.id for rule in rules if rule.needs]
    if closed and not scan.whole:
        return "it needs the whole cluster; say --estate if this is all of it"
    missing = [concept for concept in control.concepts if concept not in covered]
    if missing:
        return f"no rule looks for: {'; '.join(map(_meaning, missing))}"
    if not any(scan.asked.get(rule.id) for rule in rules):
        return nothing_asked(scan)
    return unread(scan)


def _hidden(rules: Sequence[Rule], scan: Scanned) -> str:
    """What of a running cluster the rules would have to see; empty where that is nothing."""
    inventory = scan.estate.inventory
    for rule in rules:
        named = issubclass(rule.on, Object) and bool(rule.on.KINDS)
        # What nobody asked for counts for the rules about it; what failed counts for all controls anyway.
        chosen = (each for each in unread_subjects(rule, inventory) if named and each.cause == "chosen")
        for each in (*unread_context(rule, inventory), *chosen):
            return f"{each.label} was not read: {each.why}"
    return ""


def _meaning(concept: str) -> str:
    known = frameworks().concepts.get(concept)
    return known.means if known is not None else concept


def _left_out(control: Control, rules: Sequence[Rule], scan: Scanned) -> str:
    """What somebody else decides, of which the rules say nothing; empty where nothing is left to anybody."""
    if scan.completed and any(rule.on in (PodTemplate, Container) for rule in rules):
        return f"an operator completes {plural(scan.completed, 'pod')}"
    if scan.unplaced and _PLACE in control.concepts:
        return f"the namespace of {plural(scan.unplaced, 'object')} is not said"
    return ""
