"""The table of other scanners' checks names rules that exist, or concepts that rules are named after."""

from __future__ import annotations

import pytest

from seawall.data.foreign_checks import foreign_checks
from seawall.data.frameworks import frameworks
from seawall.rules.catalog import catalog


@pytest.mark.parametrize("scanner", ["kube-linter", "checkov", "trivy"])
def test_every_row_names_known_rules(scanner: str) -> None:
    known = {rule.id for rule in catalog()} | set(frameworks().concepts)
    table = foreign_checks()
    assert table.checks[scanner]
    assert set(table.all_rules(scanner)) <= known


def test_unknown_checks_have_no_rule() -> None:
    assert foreign_checks().rules("checkov", "CKV_K8S_99999") == ()
