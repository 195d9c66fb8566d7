"""What was not read and may decide keeps an answer from being sure."""

from __future__ import annotations

import msgspec
import pytest

from seawall.core import Problem
from seawall.inventory import Inventory, Unread
from seawall.model.network.completeness import lacks

WHOLE = Inventory((), whole=True)


@pytest.mark.parametrize(
    "kind", ["NetworkPolicy", "ClusterNetworkPolicy", "CiliumNetworkPolicy", "Namespace", "Sidecar"]
)
def test_a_kind_that_decides_and_could_not_be_read(kind: str) -> None:
    found = lacks(msgspec.structs.replace(WHOLE, unread=(Unread(kind, namespace="shop"),)))
    assert found == f"objects of kind {kind} could not be read: they may decide"


def test_what_hides_and_what_is_only_a_part() -> None:
    assert lacks(WHOLE) == ""
    assert lacks(msgspec.structs.replace(WHOLE, unread=(Unread("Secret"),))) == ""
    assert "--estate" in lacks(Inventory(()))
    broken = Problem("chart/Chart.yaml", 0, 0, "helm", "the chart is not rendered")
    assert "chart/Chart.yaml could not be read" in lacks(msgspec.structs.replace(WHOLE, problems=(broken,)))
    told = Problem("a.yaml", 1, 1, "type", "a string where a number belongs")
    assert lacks(msgspec.structs.replace(WHOLE, problems=(told,))) == ""
