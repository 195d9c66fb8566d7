from __future__ import annotations

from typing import Any

import pytest

from seawall.core import Document, Unknown
from seawall.inventory import Resource
from seawall.model.bindings import Member, RoleRef, is_bootstrap_role, members_of, role_of


class Text:
    """A text that holds a tree and knows no places."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self.line = 1

    def locate(self, path: Any) -> Any:
        raise AssertionError("no place is asked for here")

    def lines(self, first: int, last: int) -> list[str]:
        return []


def binding(tree: dict[str, Any], kind: str = "RoleBinding", namespace: str | None = "shop") -> Resource:
    document = Document("x.yaml", Text(tree))
    return Resource(document, (), "rbac.authorization.k8s.io", "v1", kind, namespace, "x", tree)


def members(*subjects: Any, kind: str = "RoleBinding") -> tuple[Member, ...]:
    return members_of(binding({"subjects": list(subjects)}, kind))


def test_an_account_without_namespace_is_of_the_bindings() -> None:
    assert members({"kind": "ServiceAccount", "name": "cart"}) == (Member(0, "ServiceAccount", "cart", "shop"),)
    (member,) = members({"kind": "ServiceAccount", "name": "cart"}, kind="ClusterRoleBinding")
    assert member.namespace is None
    assert member.text == 'service account "?/cart"'


def test_a_user_by_an_accounts_name_is_that_account() -> None:
    (member,) = members({"kind": "User", "name": "system:serviceaccount:ops:ci", "namespace": "shop"})
    assert member == Member(0, "ServiceAccount", "ci", "ops", said="system:serviceaccount:ops:ci")
    assert member.text == 'service account "ops/ci"'


def test_a_namespace_on_a_user_is_ignored() -> None:
    assert members({"kind": "User", "name": "ann", "namespace": "ops"}) == (Member(0, "User", "ann"),)


def test_what_is_undecided_stays_undecided() -> None:
    hole = Unknown("${X}")
    (member,) = members({"kind": "Group", "name": hole})
    assert member.unknown is hole
    (account,) = members({"kind": "ServiceAccount", "name": "cart", "namespace": hole})
    assert account.namespace is hole
    assert account.text == 'service account "${X}/cart"'
    (whole,) = members_of(binding({"subjects": hole}))
    assert whole.unknown is hole
    assert role_of(binding({"roleRef": {"kind": "Role", "name": hole}})).unknown is hole
    assert role_of(binding({"roleRef": hole})).unknown is hole


def test_what_is_undecided_is_told_with_its_place() -> None:
    hole = Unknown("${X}")
    (member,) = members({"kind": "Group", "name": hole})
    (whole,) = members_of(binding({"subjects": hole}))
    assert (member.where, whole.where) == (("subjects", 0, "name"), ("subjects",))
    assert role_of(binding({"roleRef": {"kind": hole, "name": "x"}})).where == ("roleRef", "kind")
    assert role_of(binding({"roleRef": hole})).where == ("roleRef",)
    assert role_of(binding({})).where == ()


@pytest.mark.parametrize("odd", [None, "x", 1, {}, {"kind": "User"}, {"kind": "User", "name": 3}])
def test_odd_subjects_are_nobody(odd: Any) -> None:
    assert members(odd) == ()
    assert members_of(binding({"subjects": odd})) == ()


def test_the_role() -> None:
    assert role_of(binding({"roleRef": {"kind": "ClusterRole", "name": "view"}})) == RoleRef("ClusterRole", "view")
    assert role_of(binding({})) == RoleRef("", "")
    assert is_bootstrap_role("ClusterRole", "view")
    assert is_bootstrap_role("ClusterRole", "system:node")
    assert not is_bootstrap_role("Role", "view")
