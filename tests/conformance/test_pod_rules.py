"""The rules that claim a level's checks fail exactly the pods that upstream refuses at that level."""

from __future__ import annotations

import pytest
from tests.conformance.pod_security_fixtures import Fixture
from tests.conformance.test_pod_security import GROUPS

from seawall.core import Document, Verdict
from seawall.findings import judge
from seawall.inventory import collect
from seawall.model import Estate
from seawall.model.podsecurity import Level
from seawall.rules.catalog import catalog
from seawall.rules.spec import Rule
from seawall.yamltext import Broken, read


def claiming(level: Level) -> list[Rule]:
    names = [f"pss:{each.label}:" for each in Level if Level.PRIVILEGED < each <= level]
    return [rule for rule in catalog() if any(control.startswith(name) for name in names for control in rule.controls)]


CLAIMING = {level: claiming(level) for level in (Level.BASELINE, Level.RESTRICTED)}


def disagreement(fixture: Fixture) -> str:
    """How the rules' verdict differs from upstream's; empty when it does not."""
    documents = (Document(fixture.path, part) for part in read(fixture.text) if not isinstance(part, Broken))
    judgement = judge(Estate(collect(documents), fixture.version), CLAIMING[fixture.level])
    assert not judgement.problems, judgement.problems
    failed = sorted({finding.rule.id for finding in judgement.findings if finding.verdict is Verdict.FAIL})
    if bool(failed) is not fixture.allowed:
        return ""
    return f"{fixture.path}: upstream {'allows' if fixture.allowed else 'refuses'} it, failed rules: {failed}"


@pytest.mark.parametrize("group", GROUPS)
def test_the_rules_fail_what_upstream_refuses(group: list[Fixture]) -> None:
    assert [text for fixture in group if (text := disagreement(fixture))] == []
