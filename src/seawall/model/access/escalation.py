"""Whether the server lets somebody write a role or a binding: nobody gives away what they do not hold.

Source: k8s.io/kubernetes `pkg/registry/rbac` (`escalation_check.go`, the `policybased` storages),
k8s.io/component-helpers `auth/rbac/validation` (`Covers`).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from seawall.core import Unknown, items
from seawall.inventory import Resource
from seawall.inventory.placeholders import has_placeholder
from seawall.model.access.access import Access, Decision
from seawall.model.access.grants import Held, role_key
from seawall.model.access.identity import Identity
from seawall.model.access.roles import KINDS as ROLES
from seawall.model.access.roles import RoleRule, key_of, written
from seawall.model.permissions import RBAC_GROUP, Answer, PolicyRule, Request, Words, atoms, covers

_STAR = Words(("*",))
_EVERYTHING = (PolicyRule(_STAR, _STAR, _STAR), PolicyRule(_STAR, urls=_STAR))
"""What somebody must hold to write an aggregationRule, which may gather anything."""


_OPEN = Unknown("a permission", "something that it is compared with is filled in later")


class Passage(msgspec.Struct, frozen=True, eq=False):
    """Whether the escalation check lets an object pass."""

    answer: Answer
    by: str
    """What let it pass or stopped it, a sentence without its full stop."""
    missing: tuple[PolicyRule, ...] = ()
    """The single permissions that are surely not held, where that stopped it."""
    decision: Decision | None = None
    """The review that let it pass by the verb `bind` or `escalate`; None otherwise."""
    doubts: tuple[Unknown, ...] = ()
    assumes: tuple[str, ...] = ()
    if_whole: Answer | None = None
    """What it would be if the input was the whole cluster; None where that changes nothing."""


def may_write(access: Access, who: Identity, thing: Resource) -> Passage:
    """Whether the escalation check lets somebody create a Role, ClusterRole, RoleBinding or ClusterRoleBinding.

    Whether they may `create` such an object at all is another question (`Access.review`), as is validation.
    """
    if who.is_master:
        return Passage(Answer.YES, "system:masters may give everything")
    passage = _may_write_role(access, who, thing) if thing.kind in ROLES else _may_bind(access, who, thing)
    namespace = key_of(thing)[1]
    if passage.answer is Answer.NO and has_placeholder(namespace):
        # A yes rests on what is held everywhere; what is held where it lands is not known.
        return msgspec.structs.replace(passage, answer=Answer.UNKNOWN, doubts=(*passage.doubts, Unknown(namespace)))
    return passage


def may_create(access: Access, who: Identity, thing: Resource) -> Answer:
    """Whether somebody may create such an RBAC object at all, which the server asks before anything else."""
    namespace = key_of(thing)[1]
    request = Request(verb="create", group=RBAC_GROUP, resource=f"{thing.kind.lower()}s", namespace=namespace)
    answer = access.review(who, request).answer
    return Answer.UNKNOWN if answer is Answer.NO and has_placeholder(namespace) else answer


def _may_write_role(access: Access, who: Identity, role: Resource) -> Passage:
    namespace = key_of(role)[1]
    # The request to create carries no name, so that a rule with resourceNames never gives the verb.
    request = Request(verb="escalate", group=RBAC_GROUP, resource=f"{role.kind.lower()}s", namespace=namespace)
    decision = access.review(who, request)
    if decision.answer is Answer.YES:
        return Passage(Answer.YES, f"holds the verb escalate on {request.resource}", decision=decision)
    wanted = list(written(role))
    if _is_aggregated(role):
        wanted += (RoleRule(rule, None, 0) for rule in _EVERYTHING)
    return _either(decision, _covered(access, who, namespace, wanted))


def _may_bind(access: Access, who: Identity, binding: Resource) -> Passage:
    namespace = key_of(binding)[1]
    key, hole = role_key(binding)
    if key is None:
        answer = Answer.NO if hole is None else Answer.UNKNOWN
        return Passage(answer, "a ClusterRoleBinding can name no Role", doubts=() if hole is None else (hole,))
    name = key[2]
    request = Request(verb="bind", group=RBAC_GROUP, resource=f"{key[0].lower()}s", name=name, namespace=namespace)
    decision = access.review(who, request)
    if decision.answer is Answer.YES and hole is None:
        return Passage(Answer.YES, f'holds the verb bind on {key[0]} "{name}"', decision=decision)
    if key not in access.roles:
        absent = access.roles.missing(key) if hole is None else hole
        if absent is None and access.inventory.whole:
            return _either(decision, Passage(Answer.NO, f'there is no {key[0]} "{name}" to compare with'))
        doubt = absent if absent is not None else Unknown(name, f"no {key[0]} of this name was read")
        return _either(decision, Passage(Answer.UNKNOWN, f'{key[0]} "{name}" is not known', doubts=(doubt,)))
    return _either(decision, _covered(access, who, namespace, access.roles.rules(key)))


def _covered(access: Access, who: Identity, namespace: str, wanted: Iterable[RoleRule]) -> Passage:
    """Whether single rules that somebody holds in the namespace cover each permission."""
    held = access.held(who, namespace)
    missing: list[PolicyRule] = []
    doubts: list[Unknown] = []
    for given in wanted:
        for atom in atoms(given.rule):
            answer = max((_covers(each, atom) for each in held), default=Answer.NO)
            if answer is Answer.NO and given.doubt is None and atom.unknown is None:
                missing.append(atom)
            elif answer is not Answer.YES:
                about = (given.doubt, atom.unknown, *(each.doubt for each in held if _covers(each, atom)))
                doubts.append(next((doubt for doubt in about if doubt is not None), _OPEN))
    if missing:
        return Passage(Answer.NO, "does not hold each permission that it gives", tuple(missing), doubts=tuple(doubts))
    if doubts:
        return Passage(Answer.UNKNOWN, "may hold each permission that it gives", doubts=tuple(doubts))
    return Passage(Answer.YES, "holds each permission that it gives")


def _covers(held: Held, atom: PolicyRule) -> Answer:
    answer = covers(held.given.rule, atom)
    return answer if held.doubt is None else min(answer, Answer.UNKNOWN)


def _either(decision: Decision, passage: Passage) -> Passage:
    """The verb or the permissions: one of them is enough."""
    if passage.answer is Answer.YES:
        return passage
    if_whole = decision.if_whole
    own = decision.answer if if_whole is None else if_whole
    answer = max(own, passage.answer)
    doubts = (*passage.doubts, *(decision.doubts if decision.answer is Answer.UNKNOWN else ()))
    found = msgspec.structs.replace(passage, answer=answer, doubts=doubts, assumes=decision.assumes)
    if if_whole is None:
        return found
    return msgspec.structs.replace(found, answer=Answer.UNKNOWN, if_whole=answer)


def _is_aggregated(role: Resource) -> bool:
    rule = role.tree.get("aggregationRule") if role.kind == "ClusterRole" else None
    if isinstance(rule, Unknown):
        return True
    selectors = rule.get("clusterRoleSelectors") if isinstance(rule, dict) else None
    return isinstance(selectors, Unknown) or bool(items(selectors))
