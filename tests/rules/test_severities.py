"""A rule says how bad its findings may be: none is anything else, and each severity that it names is one it gives."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.rules.example_estates import estate_of

import seawall
from seawall.core import Severity, Verdict
from seawall.findings import judge
from seawall.reports.rule_page import page
from seawall.rules.catalog import catalog
from seawall.rules.spec import Rule

ROOT = Path(__file__).parent.parent.parent
ESTATES = [ROOT / "examples" / "shop", *sorted((ROOT / "tests" / "golden").glob("*/input"))]
Given = list[tuple[Rule, Severity]]


def given_by(rule: Rule) -> Given:
    """(rule, severity) of every failure that any rule finds in the examples of one."""
    return [
        (finding.rule, finding.severity)
        for example in rule.examples
        for finding in judge(estate_of(example), catalog()).findings
        if finding.verdict is Verdict.FAIL
    ]


def undeclared(given: Given) -> list[str]:
    return [f"{rule.id}: {severity.label}" for rule, severity in given if severity not in rule.severities]


@pytest.mark.parametrize("rule", catalog(), ids=lambda rule: rule.id)
def test_an_example_shows_each_severity_and_no_other(rule: Rule) -> None:
    given = given_by(rule)
    assert not undeclared(given)
    # Its own severity may take a configuration to see (approved registries), or other rules' findings (relaxations).
    assert {severity for found, severity in given if found is rule} | {rule.severity} == set(rule.severities)


@pytest.mark.parametrize("folder", ESTATES, ids=lambda folder: folder.parent.name)
def test_whole_estates_show_no_other_severity(folder: Path) -> None:
    findings = [row.finding for row in seawall.scan(folder, estate=True, profile="strict").findings]
    assert findings or folder.parent.name == "nothing"
    assert not undeclared([(finding.rule, finding.severity) for finding in findings])


@pytest.mark.parametrize("rule", [rule for rule in catalog() if rule.otherwise], ids=lambda rule: rule.id)
def test_the_page_says_when_it_is_which(rule: Rule) -> None:
    text = page(rule)
    for severity, when in rule.otherwise.items():
        assert f"{severity.label} where {when}" in text
