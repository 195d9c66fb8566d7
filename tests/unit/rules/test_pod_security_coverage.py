"""The rules that claim a Pod Security check decide as it does, together, on every example of every rule."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seawall.core import Document, Verdict
from seawall.findings import judge
from seawall.inventory import collect
from seawall.model import NEWEST, Estate, KubeVersion
from seawall.model.podsecurity import CHECKS, Check, violations
from seawall.rules.catalog import catalog
from seawall.rules.examples import manifest
from seawall.rules.spec import Example, Rule
from seawall.yamltext import Broken, read

CLAIMS = {
    check.id: [rule for rule in catalog() if f"pss:{check.level.label}:{check.id}" in rule.controls] for check in CHECKS
}
CLAIMERS = sorted({rule.id: rule for rules in CLAIMS.values() for rule in rules}.values(), key=lambda rule: rule.id)
EXAMPLES = [example for rule in catalog() if rule.family == "pod" for example in rule.examples]


def estate_of(example: Example, version: KubeVersion) -> Estate:
    documents = (part for part in read(manifest(example)) if not isinstance(part, Broken))
    return Estate(collect(Document("a.yaml", part) for part in documents), version)


def fails(check: Check, estate: Estate) -> bool:
    return any(
        violation.verdict is Verdict.FAIL
        for _, pods in estate.pods
        for pod in pods
        for violation in violations(check.id, pod, estate.kube_version)
    )


def said_by(estate: Estate, rules: list[Rule]) -> set[str]:
    return {finding.rule.id for finding in judge(estate, rules).findings if finding.verdict is Verdict.FAIL}


def versions(example: Example) -> Iterator[KubeVersion]:
    yield KubeVersion.parse(example.kube_version) if example.kube_version else NEWEST
    yield KubeVersion(30)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_what_the_check_refuses_some_rule_fails(check: Check) -> None:
    for example in EXAMPLES:
        for version in versions(example):
            estate = estate_of(example, version)
            if fails(check, estate):
                assert said_by(estate, CLAIMS[check.id]), (example.text, str(version))


@pytest.mark.parametrize("rule", CLAIMERS, ids=lambda rule: rule.id)
def test_what_a_rule_fails_some_check_that_it_claims_refuses(rule: Rule) -> None:
    claimed = [check for check in CHECKS if rule in CLAIMS[check.id]]
    for example in EXAMPLES:
        for version in versions(example):
            estate = estate_of(example, version)
            if said_by(estate, [rule]):
                assert any(fails(check, estate) for check in claimed), (example.text, str(version))
