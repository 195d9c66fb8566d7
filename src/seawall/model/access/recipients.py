"""Whom each role is given to: by a binding that names it, or one that names a role which gathers its rules.

Source: Kubernetes, "Using RBAC Authorization", "Aggregated ClusterRoles".
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seawall.inventory import Resource
from seawall.model.access.access import Access
from seawall.model.access.grants import Grant, role_key
from seawall.model.access.roles import Key, key_of


class Recipient(msgspec.Struct, frozen=True, eq=False):
    """One subject of one binding that gives a role."""

    grant: Grant
    via: str = ""
    """The aggregated ClusterRole that the binding names; empty where it names the role itself."""


class Recipients:
    """All recipients of an estate, by role."""

    def __init__(self, access: Access) -> None:
        """Every binding is looked at once."""
        self._by_role: dict[Key, list[Recipient]] = {}
        for grant in access.grants.grants:
            key, _ = role_key(grant.binding)
            if key is not None:
                self._by_role.setdefault(key, []).append(Recipient(grant))
        self._gathered(access)
        inventory = access.inventory
        unread = inventory.hidden is not None or any(each.kind in _KINDS for each in inventory.unread)
        self.complete = inventory.whole and not unread
        """Whether a role without recipients is given to nobody."""

    def _gathered(self, access: Access) -> None:
        for key, own in list(self._by_role.items()):
            role = access.roles.named(key)
            if role is None or role.kind != "ClusterRole" or role.tree.get("aggregationRule") is None:
                continue
            through = [Recipient(each.grant, key[2]) for each in own if not each.via]
            for other in _written_in(access, key) - {key}:
                self._by_role.setdefault(other, []).extend(through)

    def of(self, role: Resource) -> tuple[Recipient, ...]:
        """Those of a role, those that hold it everywhere first; some may be in doubt (`grant.doubt`)."""
        return tuple(sorted(self._by_role.get(key_of(role), ()), key=_rank))


_KINDS = frozenset({"RoleBinding", "ClusterRoleBinding", "ClusterRole"})


def _written_in(access: Access, key: Key) -> set[Key]:
    """The roles whose rules an aggregated one surely gives."""
    return {key_of(each.role) for each in access.roles.rules(key) if each.role is not None and each.doubt is None}


def _rank(recipient: Recipient) -> tuple[str, ...]:
    grant = recipient.grant
    return grant.namespace or "", *(str(part) for part in _words(grant)), recipient.via


def _words(grant: Grant) -> Iterator[object]:
    yield from (grant.member.kind, grant.member.namespace, grant.member.name, grant.binding.name)
