"""The rules that each role gives: aggregated roles worked out as the controller does, bootstrap roles added.

Source: k8s.io/kubernetes `pkg/controller/clusterroleaggregation`, `pkg/registry/rbac/validation` (`RulesFor`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any, Final

import msgspec

from seawall.core import Unknown, dig, items
from seawall.inventory import Inventory, Resource
from seawall.inventory.placeholders import has_placeholder
from seawall.model.label_selectors import selects
from seawall.model.permissions import RBAC_GROUP, Answer, PolicyRule, read_rule, undecided
from seawall.model.versions import KubeVersion

KINDS: Final = ("Role", "ClusterRole")

_APPLIES: Final = KubeVersion(21)
"""Since then the aggregation controller uses server-side apply."""

Key = tuple[str, str, str]
"""Kind, namespace (empty for a ClusterRole), name."""


class RoleRule(msgspec.Struct, frozen=True, eq=False):
    """A PolicyRule that a role gives."""

    rule: PolicyRule
    role: Resource | None
    """The role in which it is written: another one than asked for where that is aggregated; None for one not read."""
    index: int
    """Its place in `rules`."""
    doubt: Unknown | None = None
    """What leaves open whether the role gives it; None when it does."""


class RoleTable:
    """All roles of an estate."""

    def __init__(self, inventory: Inventory, version: KubeVersion) -> None:
        """A live inventory holds the bootstrap roles itself; to any other those of the version are added."""
        self.inventory = inventory
        self._keeps_own = version >= _APPLIES
        self._named: dict[Key, list[Resource]] = {}
        self._open: set[str] = set()
        """Kinds of which a role's name or namespace is filled in later."""
        self._rules: dict[Key, tuple[RoleRule, ...]] = {}
        for resource in with_bootstrap(inventory, version, KINDS):
            self._named.setdefault(key_of(resource), []).append(resource)
            if has_placeholder(resource.name) or has_placeholder(resource.namespace or ""):
                self._open.add(resource.kind)

    def __contains__(self, key: Key) -> bool:
        return key in self._named

    def __iter__(self) -> Iterator[Key]:
        return iter(self._named)

    def named(self, key: Key) -> Resource | None:
        """The role of a key; None when there is none."""
        return next(iter(self._named.get(key, ())), None)

    def rules(self, key: Key) -> tuple[RoleRule, ...]:
        """What the role of a key gives; nothing when there is no such role, which may itself be in doubt."""
        if key not in self._rules:
            self._rules[key] = tuple(self._find(key))
        return self._rules[key]

    def missing(self, key: Key) -> Unknown | None:
        """Why a role that was not found may be there all the same; None when it is not."""
        kind, namespace, name = key
        if self.inventory.is_unread(kind, namespace or None):
            return Unknown(name, f"objects of kind {kind} could not be read")
        if kind in self._open:
            return Unknown(name, f"another {kind} is named later and may be this one")
        return None

    def _find(self, key: Key) -> Iterator[RoleRule]:
        roles = self._named.get(key)
        if roles is None:
            doubt = self.missing(key)
            if doubt is not None:
                yield RoleRule(undecided(doubt), None, 0, doubt)
            return
        doubt = Unknown(key[2], f"{len(roles)} manifests of this name differ") if _differ(roles) else None
        for role in roles if doubt is not None else roles[:1]:
            for given in self._of(role):
                yield given if doubt is None or given.doubt is not None else _doubted(given, doubt)

    def _of(self, role: Resource) -> Iterator[RoleRule]:
        if self.inventory.live or not _is_aggregated(role):
            return written(role)
        return chain(self._aggregated(role), self._kept(role))

    def _kept(self, role: Resource) -> Iterator[RoleRule]:
        """An aggregated role's own rules, which stay for as long as it gathers none.

        The controller applies the list that it gathered, and applies no field where it gathered nothing, which takes
        nothing away. Before 1.21 it wrote the whole role anew.
        """
        rules = role.tree.get("rules")
        if not self._keeps_own or not (isinstance(rules, Unknown) or rules):
            return
        gathers = self._gathers(role)
        if gathers is Answer.YES:
            return
        sure = gathers is Answer.NO and self.inventory.whole
        doubt = None if sure else Unknown(role.name, "its own rules are lost once it gathers any")
        yield from (_doubted(given, doubt) for given in written(role))

    def _gathers(self, role: Resource) -> Answer:
        """Whether any role that it selects, directly or through aggregated ones, has a rule to give.

        An aggregated one with rules of its own always gives some: those that it gathers, or its own.
        """
        seen: dict[int, Answer] = {id(role): Answer.YES}
        waiting: list[tuple[Resource, Answer]] = [(role, Answer.YES)]
        found = Answer.NO
        while waiting and found is not Answer.YES:
            current, so_far = waiting.pop()
            for other, open_ in self._selected(current):
                certainty = so_far if open_ is None else Answer.UNKNOWN
                if seen.get(id(other), Answer.NO) >= certainty:
                    continue
                seen[id(other)] = certainty
                rules = other.tree.get("rules")
                if isinstance(rules, Unknown):
                    found = max(found, Answer.UNKNOWN)
                elif rules:
                    found = max(found, certainty)
                if _is_aggregated(other):
                    waiting.append((other, certainty))
        return found

    def _aggregated(self, role: Resource) -> Iterator[RoleRule]:
        """The union of the rules of all that it selects, and of what those select in turn."""
        seen: dict[int, Answer] = {id(role): Answer.YES}
        waiting: list[tuple[Resource, Unknown | None]] = [(role, None)]
        turned: list[Resource] = []
        while waiting:
            current, doubt = waiting.pop()
            for other, open_ in self._selected(current):
                doubtful = doubt if doubt is not None else open_
                certainty = Answer.YES if doubtful is None else Answer.UNKNOWN
                if _is_aggregated(other) and self._turns(other):
                    turned.append(other)
                if seen.get(id(other), Answer.NO) >= certainty:
                    continue
                seen[id(other)] = certainty
                if _is_aggregated(other):
                    waiting.append((other, doubtful))
                    yield from (_doubted(given, doubtful) for given in self._kept(other))
                else:
                    yield from (_doubted(given, doubtful) for given in written(other))
        # Of roles that select each other the controller keeps what it saw first.
        for other in turned:
            doubt = Unknown(other.name, "it aggregates roles that aggregate it")
            yield from (_doubted(given, doubt) for given in written(other))

    def _turns(self, role: Resource) -> bool:
        """Whether an aggregated role may end up selecting itself through others."""
        seen: set[int] = set()
        waiting = [role]
        while waiting:
            for other, _ in self._selected(waiting.pop()):
                if other is role:
                    return True
                if _is_aggregated(other) and id(other) not in seen:
                    seen.add(id(other))
                    waiting.append(other)
        return False

    def _selected(self, role: Resource) -> Iterator[tuple[Resource, Unknown | None]]:
        """The ClusterRoles that an aggregated one selects, and what leaves that open."""
        selectors = dig(role.tree, "aggregationRule", "clusterRoleSelectors")
        for other in self._candidates(selectors):
            if other.name == role.name:
                continue
            holds = _any_selects(selectors, other)
            if isinstance(holds, Unknown):
                yield other, holds
            elif holds:
                yield other, None

    def _candidates(self, selectors: object) -> Iterable[Resource]:
        """Those that may be selected: of roles without labels only a selector of everything takes any."""
        every = [role for key, roles in self._named.items() if key[0] == "ClusterRole" for role in roles]
        if isinstance(selectors, Unknown) or not all(_wants_labels(each) for _, each in items(selectors)):
            return every
        return [role for role in every if isinstance(role.metadata.get("labels"), (dict, Unknown))]


def with_bootstrap(inventory: Inventory, version: KubeVersion, kinds: Iterable[str]) -> Iterator[Resource]:
    """The RBAC objects of some kinds that were read and, if not live, the bootstrap ones that none of them replaces."""
    from seawall.model.access.bootstrap import bootstrap_resources

    wanted = frozenset(kinds)
    keys: set[Key] = set()
    for resource in inventory.resources:
        if resource.kind in wanted and resource.group == RBAC_GROUP:
            keys.add(key_of(resource))
            yield resource
    if not inventory.live:
        for resource in bootstrap_resources(version):
            if resource.kind in wanted and key_of(resource) not in keys:
                yield resource


def key_of(resource: Resource) -> Key:
    """What tells an RBAC object from others; without a namespace it lands in `default`."""
    spaced = resource.kind in ("Role", "RoleBinding")
    return resource.kind, (resource.namespace or "default") if spaced else "", resource.name


def written(role: Resource) -> Iterator[RoleRule]:
    """The rules as they stand in a role."""
    rules = role.tree.get("rules")
    if isinstance(rules, Unknown):
        yield RoleRule(undecided(rules, ("rules",)), role, 0)
        return
    for index, tree in items(rules):
        yield RoleRule(read_rule(tree, index), role, index)


def _is_aggregated(role: Resource) -> bool:
    return role.kind == "ClusterRole" and role.tree.get("aggregationRule") is not None


def _any_selects(selectors: object, role: Resource) -> bool | Unknown:
    if isinstance(selectors, Unknown):
        return selectors
    labels: Any = role.metadata.get("labels")
    undecided: Unknown | None = labels if isinstance(labels, Unknown) else None
    for _, selector in items(selectors):
        holds = selects(selector, labels if isinstance(labels, dict) else {}).holds
        if isinstance(holds, Unknown):
            undecided = holds
        elif holds and not isinstance(labels, Unknown):
            return True
    return undecided if undecided is not None else False


def _wants_labels(selector: object) -> bool:
    """Whether a selector surely takes only what has labels."""
    wanted = dig(selector, "matchLabels")
    return isinstance(wanted, dict) and bool(wanted)


def _doubted(given: RoleRule, doubt: Unknown | None) -> RoleRule:
    return given if doubt is None else RoleRule(given.rule, given.role, given.index, doubt)


def _differ(roles: list[Resource]) -> bool:
    """Whether manifests of one name say different things; overlays that are read together may."""
    # An Unknown cannot be compared, its text can.
    return len(roles) > 1 and len({repr([role.tree.get(part) for part in _PARTS]) for role in roles}) > 1


_PARTS: Final = ("rules", "aggregationRule", "metadata")
