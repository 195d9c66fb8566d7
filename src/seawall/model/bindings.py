"""Whom a RoleBinding or ClusterRoleBinding gives which role.

Source: k8s.io/kubernetes `pkg/registry/rbac/validation` (how subjects are matched), `pkg/apis/rbac/validation`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from seawall.core import Path, Unknown, dig, items
from seawall.inventory import Resource, text_of

ACCOUNT_USER: Final = "system:serviceaccount:"
"""What the user name of a service account starts with: `system:serviceaccount:NAMESPACE:NAME`."""
ACCOUNT_GROUP: Final = "system:serviceaccounts"
"""The group of all service accounts, and of one namespace's with `:NAMESPACE` behind it."""
ANONYMOUS: Final = frozenset({("User", "system:anonymous"), ("Group", "system:unauthenticated")})
"""Everybody who sends no credentials."""
EVERYONE: Final = frozenset({("Group", "system:authenticated"), ("Group", ACCOUNT_GROUP)})
"""Everybody with any credential, and every service account."""
_REACH: Final = {
    **dict.fromkeys(ANONYMOUS, "everybody without credentials"),
    ("Group", "system:authenticated"): "everybody with any credential",
    ("Group", ACCOUNT_GROUP): "every service account, so every pod",
}

BOOTSTRAP_ROLES: Final = frozenset({"admin", "cluster-admin", "edit", "view"})
"""ClusterRoles that every cluster has, besides those whose names start with `system:`."""


class Member(msgspec.Struct, frozen=True, gc=False):
    """One subject of a binding; a user that is a service account is told as one."""

    index: int
    kind: str
    """`User`, `Group` or `ServiceAccount`."""
    name: str
    namespace: str | Unknown | None = None
    """A service account's namespace, maybe undecided; None for users and groups, and where there is none."""
    unknown: Unknown | None = None
    """What cannot be decided of it: the other fields are then empty."""
    where: Path = ()
    """Where `unknown` stands in the binding; empty when all is known."""
    said: str = ""
    """The user's name, where a service account is told as a user; empty for all others."""

    @property
    def text(self) -> str:
        """`group "system:masters"`, `service account "ops/ci"`."""
        if self.kind == "ServiceAccount":
            return f'service account "{text_of(self.namespace) or "?"}/{self.name}"'
        return f'{self.kind.lower()} "{self.name}"'

    @property
    def reach(self) -> str:
        """Whom a name that Kubernetes gives to many stands for; empty for all others."""
        return _REACH.get((self.kind, self.name), "")

    @property
    def is_person(self) -> bool:
        """Whether it may be a person, or a group of people; names of `system:` are those of programs, or of all."""
        return self.kind in ("User", "Group") and not self.name.startswith("system:")


class RoleRef(msgspec.Struct, frozen=True, gc=False):
    """The role that a binding gives."""

    kind: str
    """`Role` or `ClusterRole`; the same name in the other kind is another role."""
    name: str
    unknown: Unknown | None = None
    """What cannot be decided of it: the other fields are then empty."""
    where: Path = ()
    """Where `unknown` stands in the binding; empty when all is known."""


def members_of(binding: Resource) -> tuple[Member, ...]:
    """The subjects of a binding, in order; one undecided member where the list itself cannot be decided."""
    subjects = binding.tree.get("subjects")
    if isinstance(subjects, Unknown):
        return (Member(0, "", "", None, subjects, ("subjects",)),)
    return tuple(_members(subjects, binding))


def _members(subjects: object, binding: Resource) -> Iterator[Member]:
    for index, subject in items(subjects):
        kind, name, namespace = (dig(subject, field) for field in ("kind", "name", "namespace"))
        hole, where = _hole(subject, ("subjects", index))
        if hole is not None:
            yield Member(index, "", "", None, hole, where)
        elif isinstance(kind, str) and isinstance(name, str):
            yield _member(index, kind, name, namespace, binding)


def _member(index: int, kind: str, name: str, namespace: object, binding: Resource) -> Member:
    if kind == "User" and name.startswith(ACCOUNT_USER):
        where, _, account = name.removeprefix(ACCOUNT_USER).partition(":")
        return Member(index, "ServiceAccount", account, where, said=name)
    if kind != "ServiceAccount":
        return Member(index, kind, name)
    own = binding.namespace if binding.kind == "RoleBinding" else None
    if isinstance(namespace, Unknown) or (isinstance(namespace, str) and namespace):
        return Member(index, kind, name, namespace)
    return Member(index, kind, name, own)


def role_of(binding: Resource) -> RoleRef:
    """The role that a binding names."""
    kind, name = dig(binding.tree, "roleRef", "kind"), dig(binding.tree, "roleRef", "name")
    hole, where = _hole(binding.tree.get("roleRef"), ("roleRef",))
    if hole is not None:
        return RoleRef("", "", hole, where)
    return RoleRef(kind if isinstance(kind, str) else "", name if isinstance(name, str) else "")


def _hole(tree: object, where: Path) -> tuple[Unknown | None, Path]:
    """What is undecided of a reference's kind and name, and where it stands; None and nowhere when both are known."""
    if isinstance(tree, Unknown):
        return tree, where
    if not isinstance(tree, dict):
        return None, ()
    for field in ("kind", "name"):
        value = tree.get(field)
        if isinstance(value, Unknown):
            return value, (*where, field)
    return None, ()


def is_bootstrap_role(kind: str, name: str) -> bool:
    """Whether the API server itself makes a role of this name, so that no manifest has to."""
    return kind == "ClusterRole" and (name in BOOTSTRAP_ROLES or name.startswith("system:"))
