"""What the permissions of somebody come to, over all bindings together: cluster-admin, or other workloads' rights.

Source: Kubernetes, "RBAC good practices", "Kubernetes RBAC - privilege escalation risks"; "Using RBAC Authorization",
"Restrictions on role creation or update" and "Restrictions on role binding creation or update"; "Authenticating",
"User impersonation".
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

import msgspec

from seawall.core import Unknown
from seawall.model.access.access import Access
from seawall.model.access.bootstrap import is_bootstrap
from seawall.model.access.grants import Grant, Held, role_key
from seawall.model.access.identity import MASTERS, Identity, account_of, of_member
from seawall.model.access.reasons import named
from seawall.model.access.roles import RoleRule
from seawall.model.bindings import EVERYONE
from seawall.model.permissions import (
    RBAC_GROUP,
    Answer,
    PolicyRule,
    Request,
    grants,
    grants_everything,
    mentions,
    owns_core,
    resource_words,
)

ADMIN: Final = "cluster-admin"


class Chain(msgspec.Struct, frozen=True, eq=False):
    """How somebody gets somewhere, or may."""

    answer: Answer
    """`YES` or `UNKNOWN`."""
    text: str
    """What they do for it: `may bind cluster-admin by a ClusterRoleBinding`."""
    held: tuple[Held, ...]
    """The rules that it takes, that of the rarest right first."""
    doubt: Unknown | None = None
    """What leaves it open; None when it is sure."""

    @property
    def through(self) -> str:
        """The bindings: `ClusterRoleBinding "a" and ClusterRoleBinding "b"`."""
        return " and ".join(dict.fromkeys(named(held.grant.binding) for held in self.held))


_WORDS: Final = frozenset().union(
    *map(resource_words, ("clusterroles", "clusterrolebindings", "users", "groups", "serviceaccounts")),
    resource_words("serviceaccounts/token"),
)
"""What `resources` must hold for a rule to be a step to cluster-admin."""


class Admins:
    """Who equals cluster-admin: by a role that allows everything, or by rights that come to the same."""

    def __init__(self, access: Access) -> None:
        """Answers are worked out when they are first asked for, and kept."""
        self.access = access
        self._found: dict[Identity, Chain | None] = {}
        self._accounts: tuple[tuple[Identity, Chain], ...] | None = None

    def of(self, who: Identity) -> Chain | None:
        """How somebody equals cluster-admin, or may; None when they do not."""
        own = self.itself(who)
        return own if own is not None and own.answer is Answer.YES else self._as_another(who) or own

    def itself(self, who: Identity) -> Chain | None:
        """The same without the rights of other accounts that they may act as."""
        if who not in self._found:
            self._found[who] = _best(_steps(self.access, who, _is_decided))
        return self._found[who]

    def filled_in(self, grant: Grant) -> Chain | None:
        """How a subject that is filled in later may equal cluster-admin, whoever it will be."""
        return _best(_steps(self.access, _SOMEBODY, lambda held: held.grant is grant))

    def _as_another(self, who: Identity) -> Chain | None:
        """The account that they may make tokens of, or impersonate, and that equals cluster-admin."""
        others = self._admins()
        spaces = {"", *self.access.grants.spaces(who)} if others else set()
        if not any(mentions(held.given.rule, _WORDS) for space in spaces for held in self.access.held(who, space)):
            return None
        return _best(chain for other in others if other[0] != who for chain in self._acting(who, *other))

    def _acting(self, who: Identity, other: Identity, chain: Chain) -> Iterator[Chain]:
        """How somebody acts as an account, or may."""
        space, name = account_of(other.user) or ("", "")
        for verb, sub, how in (("create", "token", "makes tokens of"), ("impersonate", "", "impersonates")):
            asked = Request(verb=verb, resource="serviceaccounts", subresource=sub, name=name, namespace=space)
            step = _Right(self.access, who, _is_decided).to(asked)
            if step is not None:
                text = f"{how} {other.text}, which equals it by {chain.through}"
                found = _chain(step.answer, text, (step.held,))
                yield found if chain.doubt is None else Chain(Answer.UNKNOWN, text, found.held, chain.doubt)

    def _admins(self) -> tuple[tuple[Identity, Chain], ...]:
        """The accounts that equal cluster-admin, or may, by bindings that the API server does not make itself."""
        if self._accounts is None:
            found: dict[Identity, Chain] = {}
            for grant in self.access.grants.grants:
                own = grant.namespace is None and not is_bootstrap(grant.binding)
                who = of_member(grant.member) if own and grant.member.kind == "ServiceAccount" else None
                chain = self.itself(who) if who is not None else None
                if who is not None and chain is not None:
                    found.setdefault(who, chain)
            self._accounts = tuple(sorted(found.items(), key=lambda each: each[0].user))
        return self._accounts


_SOMEBODY: Final = Identity("")


def _is_decided(held: Held) -> bool:
    """Whether a rule is known to be for somebody: of those that are filled in later each binding tells itself."""
    return held.grant.member.unknown is None


def _best(chains: Iterable[Chain]) -> Chain | None:
    """The first that is sure, else the first."""
    found = list(chains)
    return next((chain for chain in found if chain.answer is Answer.YES), found[0] if found else None)


def _steps(access: Access, who: Identity, counts: Callable[[Held], bool]) -> Iterator[Chain]:
    held = [each for each in access.held(who) if counts(each) and mentions(each.given.rule, _WORDS)]
    if not held:
        return
    for each in held:
        answer = max(grants_everything(each.given.rule), owns_core(each.given.rule))
        if answer is not Answer.NO:
            yield _chain(answer, "may do everything", (each,))
    right = _Right(access, who, counts)
    yield from _by_binding(right)
    yield from _by_rewriting(right)
    yield from _by_impersonation(right, held)


class _Step(NamedTuple):
    """A rule that allows something, or may."""

    answer: Answer
    held: Held


class _Right(NamedTuple):
    """Asks for the rights of somebody."""

    access: Access
    who: Identity
    counts: Callable[[Held], bool]

    def to(self, request: Request) -> _Step | None:
        """The rule that allows it or, where none surely does, one that may; None for a no."""
        decision = self.access.review(self.who, request)
        answer = decision.answer if decision.answer is Answer.YES else Answer.UNKNOWN
        return next((_Step(answer, held) for held in decision.held if self.counts(held)), None)


def _by_binding(right: _Right) -> Iterator[Chain]:
    """Binds cluster-admin to themselves."""
    bind = right.to(_about("bind", "clusterroles", ADMIN))
    for verb in ("create", "update", "patch"):
        write = right.to(_about(verb, "clusterrolebindings", "" if verb == "create" else ADMIN)) if bind else None
        yield from _both(bind, write, f"may {verb} ClusterRoleBindings and bind {ADMIN}")


def _by_rewriting(right: _Right) -> Iterator[Chain]:
    """Puts everything into a role that they hold everywhere."""
    for grant in right.access.grants.of(right.who, ""):
        key, _ = role_key(grant.binding)
        if key is None or grant.namespace is not None or not right.counts(Held(grant, _NO_RULE)):
            continue
        escalate = right.to(_about("escalate", "clusterroles", key[2]))
        for verb in ("update", "patch"):
            write = right.to(_about(verb, "clusterroles", key[2])) if escalate else None
            yield from _both(escalate, write, f'may {verb} and escalate ClusterRole "{key[2]}", which is its own')


def _about(verb: str, resource: str, name: str) -> Request:
    return Request(verb=verb, group=RBAC_GROUP, resource=resource, name=name)


_NO_RULE: Final = RoleRule(PolicyRule(), None, 0)


def _by_impersonation(right: _Right, held: Iterable[Held]) -> Iterator[Chain]:
    """Acts as a member of system:masters; the API server asks for a user beside the group."""
    group = right.to(Request(verb="impersonate", resource="groups", name=MASTERS))
    for each in held if group else ():
        user = _Step(grants(each.given.rule, "impersonate", "users").answer, each)
        yield from _both(group, user, f"may impersonate users and the group {MASTERS}")


def _both(first: _Step | None, second: _Step | None, text: str) -> Iterator[Chain]:
    """Both rights are needed."""
    if first is not None and second is not None and second.answer is not Answer.NO:
        yield _chain(min(first.answer, second.answer), text, (first.held, second.held))


def _chain(answer: Answer, text: str, held: tuple[Held, ...]) -> Chain:
    doubts = [doubt for each in held for doubt in (each.doubt, each.given.rule.unknown) if doubt is not None]
    if answer is Answer.YES and all(each.doubt is None for each in held):
        return Chain(answer, text, held)
    return Chain(Answer.UNKNOWN, text, held, doubts[0] if doubts else Unknown("", "a right is filled in later"))


class Grip(msgspec.Struct, frozen=True, gc=False):
    """A right over other workloads."""

    text: str
    """`reads every Secret`."""
    asks: tuple[tuple[str, str, str], ...]
    """(verb, resource, group): any of them is the right."""


_WORKLOADS: Final = (
    ("pods", ""),
    *((kind, "apps") for kind in ("deployments", "daemonsets", "statefulsets", "replicasets")),
    *((kind, "batch") for kind in ("jobs", "cronjobs")),
)
GRIPS: Final = (
    Grip("reads every Secret", tuple((verb, "secrets", "") for verb in ("get", "list", "watch"))),
    Grip("starts pods under any account", tuple(("create", *kind) for kind in _WORKLOADS)),
    Grip("runs commands in other pods", (("create", "pods/exec", ""),)),
    Grip("acts as any account", (("create", "serviceaccounts/token", ""), ("impersonate", "serviceaccounts", ""))),
)


class Hold(msgspec.Struct, frozen=True, eq=False):
    """A right over other workloads that somebody holds, or may."""

    grip: Grip
    held: Held
    doubt: Unknown | None = None
    """What leaves it open; None when it is sure."""

    @property
    def namespace(self) -> str | None:
        """Where it is held; None: everywhere."""
        return self.held.grant.namespace


def holds_of(
    access: Access, who: Identity, grips: tuple[Grip, ...] = GRIPS, *, shared: bool = False
) -> tuple[Hold, ...]:
    """The rights over other workloads that somebody holds; what everybody holds is among them if `shared`."""
    words = _words_of(grips)
    found: dict[tuple[str | None, str], Hold] = {}
    for space in ("", *sorted(access.grants.spaces(who))):
        for held in access.held(who, space):
            member = held.grant.member
            if member.unknown is not None or (not shared and (member.kind, member.name) in EVERYONE):
                continue
            if not mentions(held.given.rule, words):
                continue
            for hold in _holds(held, grips):
                key = (hold.namespace, hold.grip.text)
                if key not in found or found[key].doubt is not None:
                    found[key] = hold
    return tuple(found.values())


@functools.cache
def _words_of(grips: tuple[Grip, ...]) -> frozenset[str]:
    """What `resources` must hold for a rule to give any of them."""
    return frozenset(word for grip in grips for _, resource, _ in grip.asks for word in resource_words(resource))


def _holds(held: Held, grips: tuple[Grip, ...]) -> Iterator[Hold]:
    for grip in grips:
        given = [grants(held.given.rule, *ask) for ask in grip.asks]
        answer = max((each.answer for each in given if not each.limited), default=Answer.NO)
        if answer is Answer.YES and held.doubt is None:
            yield Hold(grip, held)
        elif answer is not Answer.NO:
            doubt = held.doubt if held.doubt is not None else held.given.rule.unknown
            yield Hold(grip, held, doubt if doubt is not None else Unknown("", "a right is filled in later"))
