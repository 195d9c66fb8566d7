"""Who can do what: the one core of RBAC that rules, queries and graphs ask.

An answer is yes, no or unknown, with the grants that make it. RBAC only ever allows: its *no* is left to the other
authorizers of the server, which is named as an assumption.

Source: k8s.io/kubernetes `plugin/pkg/auth/authorizer/rbac`, `plugin/pkg/auth/authorizer/node`,
k8s.io/apiserver `pkg/authorization/authorizerfactory`.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterable, Iterator

import msgspec

from seawall.core import Unknown
from seawall.inventory import Inventory
from seawall.model.access.accounts import accounts_of
from seawall.model.access.bootstrap import is_bootstrap
from seawall.model.access.grants import Grant, GrantTable, Held
from seawall.model.access.identity import MASTERS, Identity
from seawall.model.access.roles import RoleTable
from seawall.model.permissions import Answer, Request, allows
from seawall.model.versions import NEWEST, KubeVersion

_KINDS = ("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding")
_KEPT = 4096
"""Subjects whose rules are kept between questions."""

AUTHORIZERS = "authorization-mode=Node,RBAC"
"""What a *no* rests on: that the server asks no other authorizer."""
NOT_MASTER = f"not-in-group={MASTERS}"
"""What a *no* to a person rests on, whose groups come from outside."""


class Decision(msgspec.Struct, frozen=True, eq=False):
    """What the authorizers say of one request."""

    answer: Answer
    held: tuple[Held, ...] = ()
    """The rules that allow it or, where the answer is unknown, that may; empty for a no, and for `system:masters`."""
    doubts: tuple[Unknown, ...] = ()
    """What leaves it open; empty unless the answer is unknown."""
    assumes: tuple[str, ...] = ()
    """What the answer rests on besides the objects."""
    if_whole: Answer | None = None
    """What it would be if the input was the whole cluster; None where that changes nothing."""


class Access:
    """The RBAC of an estate."""

    def __init__(self, inventory: Inventory, version: KubeVersion = NEWEST) -> None:
        """Bootstrap objects of the version stand beside those of an inventory that is not live."""
        self.inventory = inventory
        self.version = version
        self.roles = RoleTable(inventory, version)
        self.grants = GrantTable(inventory, version, self.roles)
        self._held: dict[tuple[Identity, str], tuple[Held, ...]] = {}
        self._bootstrap = () if inventory.live else (f"bootstrap-rbac={version}",)

    @functools.cached_property
    def accounts(self) -> tuple[tuple[str, str], ...]:
        """The (namespace, name) of the estate's service accounts (`accounts_of`)."""
        return accounts_of(self.inventory)

    def accounts_in(self, namespace: str) -> tuple[tuple[str, str], ...]:
        """Those of one namespace."""
        return self._accounts_by_space.get(namespace, ())

    @functools.cached_property
    def _accounts_by_space(self) -> dict[str, tuple[tuple[str, str], ...]]:
        return {space: tuple(own) for space, own in itertools.groupby(self.accounts, key=lambda each: each[0])}

    def held(self, who: Identity, namespace: str = "") -> tuple[Held, ...]:
        """Every rule that counts for a request of somebody in a namespace (empty: outside of any), some in doubt."""
        key = (who, namespace)
        found = self._held.get(key)
        if found is None:
            if len(self._held) >= _KEPT:
                self._held.clear()
            found = self._held[key] = tuple(self.grants.held(self.grants.of(who, namespace)))
        return found

    def review(self, who: Identity, request: Request, *, every: bool = False) -> Decision:
        """Whether somebody may do something; with `every` all the rules that allow it are named, not the first only."""
        if who.is_master:
            return Decision(Answer.YES)
        sure: list[Held] = []
        open_: list[Held] = []
        for held in self.held(who, request.namespace):
            answer = allows(held.given.rule, request)
            if answer is Answer.NO:
                continue
            if answer is Answer.YES and held.doubt is None:
                sure.append(held)
                if not every:
                    break
            else:
                open_.append(held)
        if sure:
            return Decision(Answer.YES, tuple(sure), assumes=self._rests_on(sure))
        return self._without(who, request, open_)

    def _without(self, who: Identity, request: Request, open_: list[Held]) -> Decision:
        """The decision where nothing surely allows it: no, unless something may."""
        doubts = [_doubt_of(held) for held in open_]
        if not who.closed:
            member = list(self._through_groups(who, request))
            open_ = [*open_, *member]
            why = "its members come from outside; --as-group says who is one"
            doubts += [Unknown(held.grant.member.text, why) for held in member]
        if who.is_node and self._node_may(request):
            doubts.append(Unknown(who.user, "the Node authorizer decides by what runs on the node"))
        doubts += self._unread(request.namespace)
        assumes = (*self._bootstrap, AUTHORIZERS, *(() if who.closed else (NOT_MASTER,)))
        whole = Answer.UNKNOWN if doubts else Answer.NO
        if self.inventory.whole:
            return Decision(whole, tuple(open_), tuple(doubts), assumes)
        doubts.append(Unknown("the rest of the cluster", "the input is not said to be all of it (--estate)"))
        return Decision(Answer.UNKNOWN, tuple(open_), tuple(doubts), assumes, if_whole=whole)

    def _through_groups(self, who: Identity, request: Request) -> Iterator[Held]:
        """The rules that would allow it to a member of a group that a person may be in."""
        for held in self.grants.held(self.grants.through_groups(who, request.namespace)):
            if is_outside_group(held.grant.member.name) and allows(held.given.rule, request) is not Answer.NO:
                yield held

    def _node_may(self, request: Request) -> bool:
        """Whether the Node authorizer may allow it: what it allows is within the rules of `system:node`."""
        rules = self.roles.rules(("ClusterRole", "", "system:node"))
        return any(allows(given.rule, request) is not Answer.NO for given in rules)

    def _unread(self, namespace: str) -> list[Unknown]:
        """What could not be read and might allow it."""
        spaced = {"Role": namespace, "RoleBinding": namespace}
        hidden = self.inventory.hidden
        lost = [] if hidden is None else [Unknown(hidden.file, f"it could not be read: {hidden.message}")]
        return lost + [
            Unknown(kind, f"objects of kind {kind} could not be read")
            for kind in _KINDS
            if self.inventory.is_unread(kind, spaced.get(kind)) and (kind not in spaced or namespace)
        ]

    def _rests_on(self, sure: Iterable[Held]) -> tuple[str, ...]:
        """That a bootstrap object is what the version's server makes, where one is needed for a yes."""
        own = any(not _uses_bootstrap(held) for held in sure)
        return () if own else self._bootstrap

    def holders(self, request: Request, among: Iterable[Grant] | None = None) -> Iterator[tuple[Grant, Decision]]:
        """Every subject that gets a request allowed, or may, once for each binding; not `system:masters`.

        Only the grants `among` are looked at; None: all of them.
        """
        answers: dict[int, tuple[Held, ...]] = {}
        for grant in self.grants.grants if among is None else among:
            if grant.namespace is not None and grant.namespace != request.namespace and grant.doubt is None:
                continue
            if grant.namespace is not None and not request.namespace:
                continue
            given = answers.get(id(grant.binding))
            if given is None:
                rules = self.grants.given(grant.binding)
                held = (Held(grant, each) for each in rules if allows(each.rule, request) is not Answer.NO)
                given = answers[id(grant.binding)] = tuple(held)
            if given:
                own = tuple(Held(grant, each.given) for each in given)
                sure = [each for each in own if each.doubt is None and _surely(each, request)]
                if sure:
                    yield grant, Decision(Answer.YES, tuple(sure), assumes=self._rests_on(sure))
                else:
                    yield grant, Decision(Answer.UNKNOWN, own, tuple(map(_doubt_of, own)))


def is_outside_group(name: str) -> bool:
    """Whether a person may be in a group that the API server does not give by itself; `system:masters` is apart."""
    given = ("system:authenticated", "system:unauthenticated", MASTERS)
    return name not in given and not name.startswith("system:serviceaccounts")


def _surely(held: Held, request: Request) -> bool:
    return allows(held.given.rule, request) is Answer.YES


def _uses_bootstrap(held: Held) -> bool:
    role = held.given.role
    return is_bootstrap(held.grant.binding) or (role is not None and is_bootstrap(role))


def _doubt_of(held: Held) -> Unknown:
    for doubt in (held.doubt, held.given.rule.unknown):
        if doubt is not None:
            return doubt
    return Unknown(held.grant.binding.name)
