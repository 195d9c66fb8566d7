"""What `explain` shows as good is fit to be copied: the bad one with little changed and nothing else wrong."""

from __future__ import annotations

import datetime
import difflib

import msgspec
import pytest
from tests.rules.example_estates import estate_of

from seawall.core import Profile, Severity, Verdict
from seawall.findings import Finding, judge
from seawall.rules.catalog import catalog
from seawall.rules.spec import Example, Rule
from seawall.triage.accept import Policy, accepted

POLICY = Policy(today=datetime.date(2026, 11, 24), known={rule.id for rule in catalog()})
MOST_CHANGES = 10
MOST_LINES = 20
WIDEST = 110

EVERY_RULE = pytest.mark.parametrize("rule", catalog(), ids=lambda rule: rule.id)


def shown(rule: Rule) -> tuple[Example, Example]:
    bad, good = rule.shown
    return bad, msgspec.structs.replace(bad, verdict=Verdict.PASS, text=good, at="", after_fix="", instead="")


def open_findings(example: Example) -> list[Finding]:
    estate = estate_of(example)
    findings = accepted(estate, judge(estate, catalog()), catalog(), POLICY).findings
    return [finding for finding in findings if finding.suppressed is None]


@EVERY_RULE
def test_good_passes_where_bad_fails(rule: Rule) -> None:
    bad, good = shown(rule)
    assert Verdict.FAIL in {finding.verdict for finding in open_findings(bad) if finding.rule is rule}
    assert not [finding.message for finding in open_findings(good) if finding.rule is rule]


@EVERY_RULE
def test_good_brings_no_other_bad_state(rule: Rule) -> None:
    """Of the rules that are asked by default: none that the bad one does not break, and none that is high or worse."""
    bad, good = (
        {
            finding.rule.id: finding
            for finding in open_findings(example)
            if finding.verdict is Verdict.FAIL and finding.rule.profile <= Profile.RECOMMENDED
        }
        for example in shown(rule)
    )
    assert not [good[rule_id].message for rule_id in good.keys() - bad.keys()]
    assert not [finding.message for finding in good.values() if finding.severity >= Severity.HIGH]


@EVERY_RULE
def test_good_is_bad_with_little_changed(rule: Rule) -> None:
    bad, good = (example.text.splitlines() for example in shown(rule))
    changes = [line for line in difflib.ndiff(bad, good) if line.startswith(("+ ", "- "))]
    assert 0 < len(changes) <= MOST_CHANGES
    assert max(len(bad), len(good)) <= MOST_LINES
    assert max(len(line) for line in (*bad, *good)) <= WIDEST


@EVERY_RULE
def test_what_is_written_by_hand_is_shown(rule: Rule) -> None:
    """One pair teaches a rule: a second `instead` would be seen, and proved, by nobody."""
    written = [example for example in rule.examples if example.instead]
    assert written in ([], [rule.shown[0]])
