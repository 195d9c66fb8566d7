"""Which roles each subject holds, by subject, so that a question costs a look at its own bindings.

Source: k8s.io/kubernetes `pkg/registry/rbac/validation` (`appliesToUser`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from seawall.core import Unknown, dig
from seawall.inventory import Inventory, Resource
from seawall.inventory.placeholders import has_placeholder
from seawall.model.access.identity import Identity
from seawall.model.access.roles import Key, RoleRule, RoleTable, key_of, with_bootstrap
from seawall.model.bindings import ACCOUNT_USER, Member, members_of, role_of
from seawall.model.permissions import undecided
from seawall.model.versions import KubeVersion

KINDS = ("RoleBinding", "ClusterRoleBinding")

SubjectKey = tuple[str, str]
"""(`User` or `Group`, name); an account is the user that it authenticates as."""


class Grant(msgspec.Struct, frozen=True, eq=False):
    """What one subject of one binding gets."""

    binding: Resource
    member: Member
    namespace: str | None
    """The namespace in which it holds; None: in all of them and outside of any."""
    doubt: Unknown | None = None
    """What leaves open whether it is given to the subject that was asked about; None when it is."""


class Held(msgspec.Struct, frozen=True, eq=False):
    """A PolicyRule that somebody holds, and through what."""

    grant: Grant
    given: RoleRule

    @property
    def doubt(self) -> Unknown | None:
        """What leaves open whether it is held; None when it is."""
        return self.grant.doubt if self.grant.doubt is not None else self.given.doubt


class GrantTable:
    """All bindings of an estate."""

    def __init__(self, inventory: Inventory, version: KubeVersion, roles: RoleTable) -> None:
        """To an inventory that is not live the bootstrap bindings of the version are added."""
        self.roles = roles
        self._by_subject: dict[tuple[str | None, SubjectKey], list[Grant]] = {}
        """By namespace (None: of a ClusterRoleBinding) and subject."""
        self._by_space: dict[str | None, list[Grant]] = {}
        self._to_groups: dict[str | None, list[Grant]] = {}
        self._spaces: dict[SubjectKey, set[str]] = {}
        self._open: list[Grant] = []
        """Grants of which the subject or the namespace is filled in later."""
        self.grants: list[Grant] = []
        self._given: dict[int, tuple[RoleRule, ...]] = {}
        for binding, doubt in _distinct(with_bootstrap(inventory, version, KINDS)):
            self._add(binding, doubt)

    def _add(self, binding: Resource, differs: Unknown | None) -> None:
        namespace = (binding.namespace or "default") if binding.kind == "RoleBinding" else None
        open_space = Unknown(namespace) if namespace is not None and has_placeholder(namespace) else None
        for said in members_of(binding):
            member = _placed(said, namespace)
            key, hole = _key_of(member)
            doubt = next((each for each in (hole, open_space, differs) if each is not None), None)
            grant = Grant(binding, member, namespace, doubt)
            self.grants.append(grant)
            self._by_space.setdefault(namespace, []).append(grant)
            if hole is not None or open_space is not None:
                self._open.append(grant)
            elif key is not None:
                self._by_subject.setdefault((namespace, key), []).append(grant)
                if member.kind == "Group":
                    self._to_groups.setdefault(namespace, []).append(grant)
                if namespace is not None:
                    self._spaces.setdefault(key, set()).add(namespace)

    def of(self, who: Identity, namespace: str) -> Iterator[Grant]:
        """The grants that may count for a request of somebody in a namespace (empty: outside of any)."""
        keys = [("User", who.user), *(("Group", group) for group in who.groups)]
        for space in (None, namespace) if namespace else (None,):
            for key in keys:
                yield from self._by_subject.get((space, key), ())
        for grant in self._open:
            if _may_apply(grant, who, namespace):
                yield grant

    def through_groups(self, who: Identity, namespace: str) -> Iterator[Grant]:
        """The grants to groups that somebody is not known to be in."""
        for space in (None, namespace) if namespace else (None,):
            yield from (grant for grant in self._to_groups.get(space, ()) if grant.member.name not in who.groups)

    def inside(self, namespace: str | None) -> Sequence[Grant]:
        """The grants of a namespace's RoleBindings; None: of ClusterRoleBindings."""
        return self._by_space.get(namespace, ())

    def spaces(self, who: Identity) -> frozenset[str]:
        """The namespaces in which somebody may hold something more than everywhere."""
        keys = (("User", who.user), *(("Group", group) for group in who.groups))
        return frozenset(space for key in keys for space in self._spaces.get(key, ()))

    def spaces_of(self, key: SubjectKey) -> frozenset[str]:
        """The namespaces in which something is given to one subject, without what its groups hold."""
        return frozenset(self._spaces.get(key, ()))

    def by_subject(self) -> Iterator[tuple[tuple[str | None, SubjectKey], Sequence[Grant]]]:
        """The grants of each subject by namespace (None: everywhere); without those of which the subject is open."""
        yield from self._by_subject.items()

    def to(self, place: tuple[str | None, SubjectKey]) -> Sequence[Grant]:
        """The grants to one subject in one namespace (None: those that hold everywhere)."""
        return self._by_subject.get(place, ())

    def names(self, user: str) -> bool:
        """Whether a binding names a user, or the account that it is."""
        return any(key == ("User", user) for _, key in self._by_subject)

    @property
    def namespaces(self) -> frozenset[str]:
        """The namespaces in which something is granted."""
        return frozenset(space for space in self._by_space if space is not None)

    def given(self, binding: Resource) -> tuple[RoleRule, ...]:
        """The rules of the role that a binding names; none where there is no such role."""
        found = self._given.get(id(binding))
        if found is None:
            found = self._given[id(binding)] = self._look_up(binding)
        return found

    def _look_up(self, binding: Resource) -> tuple[RoleRule, ...]:
        key, hole = role_key(binding)
        if hole is None and key is not None and has_placeholder(key[1]):
            # A Role of this name in whichever namespace the binding lands in.
            hole = Unknown(key[1])
        if hole is not None and (key is None or key not in self.roles):
            return (RoleRule(undecided(hole), None, 0, hole),)
        return self.roles.rules(key) if key is not None else ()

    def held(self, grants: Iterator[Grant] | Sequence[Grant]) -> Iterator[Held]:
        """Each rule that the grants give."""
        for grant in grants:
            for given in self.given(grant.binding):
                yield Held(grant, given)


def role_key(binding: Resource) -> tuple[Key | None, Unknown | None]:
    """The key of the role that a binding names, and what is undecided of it.

    A ClusterRoleBinding to a Role has none. A name that is filled in later is that of the role of the same text.
    """
    reference = role_of(binding)
    kind, name = reference.kind, reference.name
    if reference.unknown is not None:
        said = dig(binding.tree, "roleRef", "kind")
        kind, name = said if isinstance(said, str) else "", reference.unknown.text
    if kind == "ClusterRole":
        return ("ClusterRole", "", name), reference.unknown
    if kind == "Role" and binding.kind == "RoleBinding":
        return ("Role", binding.namespace or "default", name), reference.unknown
    return None, reference.unknown


def _placed(member: Member, namespace: str | None) -> Member:
    """A member with the namespace of its RoleBinding where it says none; in a ClusterRoleBinding it is nobody then."""
    if member.kind != "ServiceAccount" or member.namespace is not None or namespace is None:
        return member
    return msgspec.structs.replace(member, namespace=namespace)


def _key_of(member: Member) -> tuple[SubjectKey | None, Unknown | None]:
    """The subject of a member, and what is undecided of it; no subject where it can be nobody."""
    if member.unknown is not None:
        return None, member.unknown
    if member.kind in ("User", "Group"):
        return (member.kind, member.name), None
    if member.kind != "ServiceAccount":
        return None, None
    if member.said:
        return ("User", member.said), None
    namespace = member.namespace
    if isinstance(namespace, Unknown):
        return None, namespace
    if namespace is not None and has_placeholder(namespace):
        return None, Unknown(namespace)
    return (("User", f"{ACCOUNT_USER}{namespace}:{member.name}") if namespace else None), None


def _may_apply(grant: Grant, who: Identity, namespace: str) -> bool:
    """Whether a grant that waits for a value may turn out to be for this subject in this namespace."""
    space, member = grant.namespace, grant.member
    if space is not None and not has_placeholder(space) and space != namespace:
        return False
    if space is not None and not namespace:
        return False
    if member.unknown is not None:
        return True
    if member.kind in ("User", "Group"):
        return (member.kind, member.name) in {("User", who.user), *(("Group", group) for group in who.groups)}
    return who.user.startswith(ACCOUNT_USER) and who.user.rpartition(":")[2] == member.name


def _distinct(bindings: Iterator[Resource]) -> Iterator[tuple[Resource, Unknown | None]]:
    """Without those that say the same twice, and with the doubt about several that share a name and differ."""
    by_key: dict[Key, dict[str, Resource]] = {}
    for binding in bindings:
        text = repr([binding.tree.get(part) for part in ("subjects", "roleRef")])
        by_key.setdefault(key_of(binding), {}).setdefault(text, binding)
    for (_, _, name), variants in by_key.items():
        differs = Unknown(name, f"{len(variants)} manifests of this name differ") if len(variants) > 1 else None
        yield from ((binding, differs) for binding in variants.values())
