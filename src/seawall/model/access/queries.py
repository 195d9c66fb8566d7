"""Who can do what, for people: one question, all that a subject holds, all who may do a thing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from seawall.model.access.access import Access, Decision
from seawall.model.access.grants import Grant, Held
from seawall.model.access.identity import MASTERS, Identity, account, account_of, of_member
from seawall.model.access.requests import Target, request_of
from seawall.model.bindings import ACCOUNT_GROUP
from seawall.model.namespaces import namespaces_of
from seawall.model.permissions import Answer, grants


class Question(msgspec.Struct, frozen=True):
    """May somebody do this?"""

    who: Identity
    verb: str
    target: Target
    name: str = ""
    """The object; empty for a question about all of them."""
    namespace: str | None = None
    """None where none was said: anywhere."""


class Answered(msgspec.Struct, frozen=True, eq=False):
    """The answer to a question."""

    question: Question
    decision: Decision
    namespaces: tuple[str, ...] = ()
    """Where it holds, if not everywhere; empty where it holds everywhere, or nowhere."""
    names: tuple[str, ...] = ()
    """The only objects that it is allowed on, where it is not allowed on all."""


def ask(access: Access, question: Question) -> Answered:
    """Answers it; where no namespace was said, a yes anywhere is a yes, and says where."""
    space = question.namespace
    everywhere = _decide(access, question, space or "")
    if space is not None or everywhere.answer is Answer.YES or not _in_namespaces(question.target):
        return Answered(question, everywhere, names=_names(access, question, [space or ""]))
    spaces = sorted({*access.grants.spaces(question.who), *namespaces_of(access.inventory)})
    found = {each: _decide(access, question, each) for each in spaces}
    for answer in (Answer.YES, Answer.UNKNOWN):
        own = tuple(each for each, decision in found.items() if decision.answer is answer)
        if own and everywhere.answer < answer:
            return Answered(question, found[own[0]], own, names=_names(access, question, own))
    return Answered(question, everywhere, names=_names(access, question, spaces))


def _in_namespaces(target: Target) -> bool:
    return target.url is None and target.namespaced


def _decide(access: Access, question: Question, namespace: str) -> Decision:
    request = request_of(question.verb, question.target, question.name, namespace)
    return access.review(question.who, request, every=True)


def _names(access: Access, question: Question, spaces: Iterable[str]) -> tuple[str, ...]:
    """The objects on which rules with `resourceNames` allow it, where the question names none."""
    target = question.target
    if question.name or target.url is not None:
        return ()
    found: dict[str, None] = {}
    for space in spaces:
        for held in access.held(question.who, space if target.namespaced else ""):
            grant = grants(held.given.rule, question.verb, target.entry, target.group)
            if grant.answer is Answer.YES and held.doubt is None:
                found |= dict.fromkeys(grant.names or ())
    return tuple(sorted(found))


class Holdings(msgspec.Struct, frozen=True, eq=False):
    """All that a subject holds."""

    who: Identity
    everywhere: tuple[Held, ...]
    inside: tuple[tuple[str, tuple[Held, ...]], ...]
    """By namespace what it holds besides, sorted."""


def holdings(access: Access, who: Identity, namespace: str | None = None) -> Holdings:
    """What somebody holds everywhere, and in each namespace (or the one) besides."""
    everywhere = access.held(who)
    spaces: Sequence[str] = sorted(access.grants.spaces(who)) if namespace is None else [namespace]
    inside = []
    for space in spaces:
        own = tuple(held for held in access.held(who, space) if held.grant.namespace is not None)
        if own:
            inside.append((space, own))
    return Holdings(who, everywhere, tuple(inside))


class Holder(msgspec.Struct, frozen=True, eq=False):
    """A subject of a binding that is allowed something, or may be."""

    grant: Grant
    decision: Decision
    namespaces: tuple[str, ...] = ()
    """Where it holds, if not everywhere."""
    accounts: tuple[tuple[str, str], ...] = ()
    """The (namespace, name) of the estate's service accounts that a group stands for."""
    names: tuple[str, ...] = ()
    """The only objects that it holds for; empty: for all of them."""


def who_can(access: Access, question: Question) -> tuple[Holder, ...]:
    """Every subject that may do it, those of whom that is sure first; `question.who` says nothing here.

    `system:masters`, which the API server lets do everything, is left out.
    """
    target, spaces = question.target, [question.namespace or ""]
    if question.namespace is None and _in_namespaces(target):
        spaces += sorted(access.grants.namespaces)
    found: dict[tuple[object, ...], Holder] = {}
    for space in spaces:
        request = request_of(question.verb, target, question.name, space)
        among = access.grants.inside(space) if space and question.namespace is None else None
        for grant, decision in access.holders(request, among):
            member = grant.member
            if (member.kind, member.name) == ("Group", MASTERS):
                continue
            key = (id(grant.binding), member.index, decision.answer)
            where = () if grant.namespace is None else (grant.namespace,)
            found.setdefault(key, Holder(grant, decision, where, _accounts_in(access, grant)))
    for holder in _named_only(access, question, frozenset(spaces)):
        found.setdefault((id(holder.grant.binding), holder.grant.member.index, holder.decision.answer), holder)
    return tuple(sorted(found.values(), key=_rank))


def _named_only(access: Access, question: Question, spaces: frozenset[str]) -> Iterator[Holder]:
    """Those who may do it on objects that a rule names, where the question names none."""
    target = question.target
    if question.name or target.url is not None:
        return
    for grant in access.grants.grants:
        if grant.namespace is not None and (grant.namespace not in spaces or not target.namespaced):
            continue
        held: list[Held] = []
        names: dict[str, None] = {}
        for given in access.grants.given(grant.binding):
            found = grants(given.rule, question.verb, target.entry, target.group)
            if found.limited and found.answer is Answer.YES and given.doubt is None and grant.doubt is None:
                held.append(Held(grant, given))
                names |= dict.fromkeys(found.names or ())
        if held:
            where = () if grant.namespace is None else (grant.namespace,)
            decision = Decision(Answer.YES, tuple(held))
            yield Holder(grant, decision, where, _accounts_in(access, grant), tuple(sorted(names)))


def _rank(holder: Holder) -> tuple[object, ...]:
    member = holder.grant.member
    return (
        -holder.decision.answer,
        bool(holder.names),
        holder.namespaces,
        member.kind,
        str(member.namespace),
        member.name,
    )


def _accounts_in(access: Access, grant: Grant) -> tuple[tuple[str, str], ...]:
    """The accounts that are members of a group which Kubernetes itself fills."""
    member = grant.member
    if member.kind != "Group":
        return ()
    if member.name in (ACCOUNT_GROUP, "system:authenticated"):
        return access.accounts
    space = member.name.removeprefix(f"{ACCOUNT_GROUP}:")
    return access.accounts_in(space) if space != member.name else ()


def subject_text(who: Identity) -> str:
    """As the command line takes it: `sa:shop/cart`, `user:jane`, `group:dev`."""
    found = account_of(who.user)
    if found:
        return f"sa:{found[0]}/{found[1]}"
    return f"user:{who.user}" if who.user else f"group:{who.groups[0]}"


def identities_in(access: Access, namespace: str) -> list[Identity]:
    """The accounts of a namespace, and every subject of its RoleBindings, accounts first."""
    found = [account(*each) for each in access.accounts_in(namespace)]
    known = set(found)
    for grant in access.grants.inside(namespace):
        who = of_member(grant.member)
        if who is not None and who not in known:
            known.add(who)
            found.append(who)
    return found
