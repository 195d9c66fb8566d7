"""What every API server makes for itself is nobody's mistake."""

from __future__ import annotations

import msgspec
import pytest

from seawall.findings import judge
from seawall.inventory import collect
from seawall.model import Estate, KubeVersion
from seawall.model.access.bootstrap import bootstrap_resources, is_as_made
from seawall.rules.catalog import catalog

FAMILY = [rule for rule in catalog() if rule.family == "rbac"]


@pytest.mark.parametrize("minor", [20, 28, 34, 37])
def test_no_rule_finds_anything_in_what_a_server_makes(minor: int) -> None:
    version = KubeVersion(minor)
    read = collect((resource.document for resource in bootstrap_resources(version)), whole=True)
    judgement = judge(Estate(msgspec.structs.replace(read, live=True), version), FAMILY)
    assert not judgement.problems
    assert [(finding.rule.id, finding.message) for finding in judgement.findings] == []


def test_what_a_server_makes_is_as_it_makes_it() -> None:
    bindings = [resource for resource in bootstrap_resources(KubeVersion(37)) if resource.kind.endswith("Binding")]
    assert bindings
    assert all(map(is_as_made, bindings))
