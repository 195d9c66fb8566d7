"""How mighty an account is, in one word, and by which of its rights."""

from __future__ import annotations

import pytest
from tests.unit.model.access.test_might import CART, access, gives, role, rule

from seawall.model.access.might import Admins
from seawall.model.access.power import Might, power_of

_RBAC = "rbac.authorization.k8s.io"


@pytest.mark.parametrize(
    ("given", "space", "might", "means"),
    [
        (rule("configmaps", "get"), "", Might.SOME, ()),
        (rule("configmaps", "get"), "shop", Might.SOME, ()),
        (rule("secrets", "watch"), "shop", Might.NAMESPACE, ("reads every Secret in shop",)),
        (rule("secrets", "get", names="db"), "shop", Might.SOME, ()),
        (rule("secrets", "list"), "", Might.CLUSTER, ("reads every Secret everywhere",)),
        (rule("nodes/proxy", "get"), "", Might.CLUSTER, ("uses the kubelets everywhere",)),
        (rule("nodes/proxy", "get"), "shop", Might.SOME, ()),
        (rule("roles", "escalate", _RBAC), "ops", Might.NAMESPACE, ("escalates roles in ops",)),
        (rule('"*"', '"*"', '"*"'), "", Might.EVERYTHING, ("may do everything",)),
        (rule("secrets", "'${VERB}'"), "", Might.SOME, ()),
    ],
)
def test_might_is_what_rights_come_to(given: str, space: str, might: Might, means: tuple[str, ...]) -> None:
    found = power_of(Admins(access(role("r", given), gives("r", space=space))), CART)
    assert (found.might, found.means) == (might, means)


def test_rights_that_come_to_cluster_admin_are_everything() -> None:
    bind = rule("clusterroles", "bind", _RBAC, names="cluster-admin")
    write = rule("clusterrolebindings", "create", _RBAC)
    found = power_of(Admins(access(role("a", bind), role("b", write), gives("a"), gives("b"))), CART)
    assert found.might is Might.EVERYTHING


def test_what_everybody_holds_makes_each_mighty() -> None:
    everybody = gives("r", '{kind: Group, name: "system:authenticated"}')
    found = power_of(Admins(access(role("r", rule("secrets", "get")), everybody)), CART)
    assert found.might is Might.CLUSTER


def test_rights_of_every_account_are_nobodys_own() -> None:
    everybody = gives("r", '{kind: Group, name: "system:serviceaccounts"}')
    assert power_of(Admins(access(role("r", rule("configmaps", "get")), everybody)), CART).might is Might.NONE
