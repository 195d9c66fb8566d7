"""The one matcher of RBAC PolicyRules: what a rule allows, and what it could allow.

Nothing else in Seawall compares verbs, groups or resources of a rule. Rules only ever allow; what no rule allows is not
denied by RBAC, it is left to the other authorizers.

Source: k8s.io/component-helpers `auth/rbac/validation`, k8s.io/kubernetes `plugin/pkg/auth/authorizer/rbac`,
k8s.io/apiserver `pkg/endpoints/request/requestinfo.go`.
"""

from __future__ import annotations

import enum
import functools
import itertools
from collections.abc import Callable, Iterator
from typing import Final

import msgspec

from seawall.core import Path, Unknown, items

RBAC_GROUP: Final = "rbac.authorization.k8s.io"

_NAMELESS: Final = frozenset({"create", "deletecollection"})
"""Verbs whose requests carry no name on a top-level resource."""
_LISTING: Final = frozenset({"list", "watch"})
"""Verbs whose requests carry a name only when a field selector asks for one `metadata.name`."""


class Answer(enum.IntEnum):
    """Kleene's three values, ordered: `and` is `min`, `or` is `max`."""

    NO = 0
    UNKNOWN = 1
    YES = 2

    @property
    def negated(self) -> Answer:
        """Kleene's not."""
        return _NEGATED[self]


_NEGATED: Final = (Answer.YES, Answer.UNKNOWN, Answer.NO)


class Words(msgspec.Struct, frozen=True, gc=False):
    """A list of strings of a PolicyRule, of which some may be undecided."""

    known: tuple[str, ...] = ()
    unknown: Unknown | None = None
    """An entry that cannot be decided, or the whole list; None when all is known."""
    listed: bool = True
    """False when the list itself is undecided, so that it may also be empty."""
    where: Path = ()
    """Where what is undecided stands in the role; empty when all is known."""

    @property
    def absent(self) -> Answer:
        """Whether the list is empty or missing."""
        if not self.listed:
            return Answer.UNKNOWN
        return Answer.NO if self.known or self.unknown is not None else Answer.YES

    def holds(self, *words: str) -> Answer:
        """Whether an entry is one of the words."""
        for word in words:
            if word in self.known:
                return Answer.YES
        return Answer.NO if self.unknown is None else Answer.UNKNOWN

    def some(self, matches: Callable[[str], bool]) -> Answer:
        """Whether an entry matches."""
        if any(map(matches, self.known)):
            return Answer.YES
        return Answer.NO if self.unknown is None else Answer.UNKNOWN


class PolicyRule(msgspec.Struct, frozen=True, gc=False):
    """One rule of a Role or ClusterRole."""

    verbs: Words = Words()
    groups: Words = Words()
    resources: Words = Words()
    names: Words = Words()
    """`resourceNames`; absent means every name, and requests without one."""
    urls: Words = Words()
    """`nonResourceURLs`; they count only through a ClusterRoleBinding."""

    @property
    def unknown(self) -> Unknown | None:
        """The undecided value that an answer waits for; None when all is known."""
        return self._open.unknown

    @property
    def where(self) -> Path:
        """Where `unknown` stands in the role: `("rules", 0, "verbs", 1)`; empty when all is known."""
        return self._open.where

    @property
    def _open(self) -> Words:
        """The first list that something undecided may still change; one that holds `*` waits for nothing."""
        every = (self.verbs, self.groups, self.resources, self.names, self.urls)
        lists = [words for words in every if words.unknown is not None]
        return next((words for words in lists if "*" not in words.known), lists[0] if lists else Words())


class Request(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What somebody asks of the API server, as the authorizer sees it."""

    verb: str
    group: str = ""
    resource: str = ""
    subresource: str = ""
    name: str = ""
    """Empty where the request carries none: create, list, watch and deletecollection of a top-level resource."""
    namespace: str = ""
    """Empty for cluster-scoped resources and requests across namespaces; a binding's matter, rules do not read it."""
    non_resource_url: str | None = None
    """The path of a request that is about no resource, such as `/metrics`; None for all others."""


class Grant(msgspec.Struct, frozen=True, gc=False):
    """Whether a rule could allow a verb on some object, and on which."""

    answer: Answer
    names: tuple[str, ...] | None = None
    """The only objects it holds for; None when it holds for every object (or the answer is no)."""

    @property
    def limited(self) -> bool:
        """Whether it holds for named objects only."""
        return self.names is not None


_NOTHING: Final = Grant(Answer.NO)


def rules_of(role: object) -> tuple[PolicyRule, ...]:
    """The rules that the tree of a Role or ClusterRole gives, in order; every index of `rules` has its entry.

    An aggregated ClusterRole gives none: the controller overwrites them with those of the roles it selects. A Role has
    no such field, and keeps its rules whatever is written there.
    """
    if not isinstance(role, dict) or (role.get("kind") != "Role" and role.get("aggregationRule") is not None):
        return ()
    rules = role.get("rules")
    if isinstance(rules, Unknown):
        return (undecided(rules, ("rules",)),)
    return tuple(read_rule(rule, index) for index, rule in items(rules))


def read_rule(tree: object, index: int = 0) -> PolicyRule:
    """One entry of `rules`, the one of that index; what is undecided in it stays undecided."""
    where = ("rules", index)
    if isinstance(tree, Unknown):
        return undecided(tree, where)
    if not isinstance(tree, dict):
        return PolicyRule()
    fields = ("verbs", "apiGroups", "resources", "resourceNames", "nonResourceURLs")
    verbs, groups, resources, names, urls = (_words(tree.get(field), (*where, field)) for field in fields)
    return PolicyRule(verbs, groups, resources, names, urls)


def undecided(value: Unknown, where: Path = ()) -> PolicyRule:
    """A rule of which nothing can be decided: it may allow everything, or nothing."""
    words = Words((), value, listed=False, where=where)
    return PolicyRule(words, words, words, words, words)


def _words(value: object, where: Path) -> Words:
    if isinstance(value, Unknown):
        return Words((), value, listed=False, where=where)
    entries = items(value)
    # A null in a list of strings is read as the empty string.
    known = tuple("" if entry is None else str(entry) for _, entry in entries if not isinstance(entry, Unknown))
    for index, entry in entries:
        if isinstance(entry, Unknown):
            return Words(known, entry, where=(*where, index))
    return Words(known)


def allows(rule: PolicyRule, request: Request) -> Answer:
    """Whether one rule allows one request; the binding that gives the rule is somebody else's question."""
    matched = rule.verbs.holds("*", request.verb)
    if matched is Answer.NO:
        return matched
    if request.non_resource_url is not None:
        return min(matched, _url(rule, request.non_resource_url))
    matched = min(matched, _requested(rule, request))
    if matched is Answer.NO:
        return matched
    matched = min(matched, _group(rule, request.group))
    return min(matched, max(rule.names.absent, rule.names.holds(request.name)))


def _requested(rule: PolicyRule, request: Request) -> Answer:
    """The words of a request are compared as they are: a resource written `pods/log` has no subresource."""
    if not request.subresource:
        return rule.resources.holds("*", request.resource)
    combined = f"{request.resource}/{request.subresource}"
    return rule.resources.holds("*", combined, f"*/{request.subresource}")


def atoms(rule: PolicyRule) -> Iterator[PolicyRule]:
    """The single permissions that a rule is taken apart into before the server asks whether somebody holds them.

    What is undecided stays in each of them that it concerns.

    Source: k8s.io/component-helpers `auth/rbac/validation` (`BreakdownRule`).
    """
    verbs = _singles(rule.verbs)
    for group, resource, verb in itertools.product(_singles(rule.groups), _singles(rule.resources), verbs):
        for name in _singles(rule.names) or (Words(),):
            yield PolicyRule(verb, group, resource, name)
    for url, verb in itertools.product(_singles(rule.urls), verbs):
        yield PolicyRule(verb, urls=url)


def _singles(words: Words) -> list[Words]:
    """Each entry as a list of its own; the undecided one, or the whole list, once."""
    single = [Words((word,)) for word in words.known]
    return single if words.unknown is None else [*single, Words((), words.unknown, words.listed, words.where)]


def covers(owner: PolicyRule, atom: PolicyRule) -> Answer:
    """Whether one held rule covers a single permission (`atoms`) that somebody wants to give.

    Source: k8s.io/component-helpers `auth/rbac/validation` (`ruleCovers`).
    """
    named = min(atom.names.absent.negated, _covers(atom.names, owner.names.holds))
    return min(
        _covers(atom.verbs, lambda word: owner.verbs.holds("*", word), owner.verbs.holds("*")),
        _covers(atom.groups, lambda word: _group(owner, word), owner.groups.holds("*")),
        _covers(atom.resources, lambda word: owner.resources.holds(*_covering(word)), owner.resources.holds("*")),
        _covers(atom.urls, lambda word: _url(owner, word), _url(owner, "*")),
        max(owner.names.absent, named),
    )


def _covers(wanted: Words, match: Callable[[str], Answer], everything: Answer = Answer.NO) -> Answer:
    """Whether all that is wanted matches; `everything` is whether whatever is filled in later would."""
    answer = min(map(match, wanted.known), default=Answer.YES)
    return max(answer if wanted.unknown is None else min(answer, Answer.UNKNOWN), everything)


def _covering(resource: str) -> tuple[str, ...]:
    """The entries that cover one of `resources`: here the text is all there is, so that `pods/*` has a subresource."""
    _, slash, sub = resource.partition("/")
    return ("*", resource, f"*/{sub}") if slash else ("*", resource)


def grants(rule: PolicyRule, verb: str, resource: str, group: str = "") -> Grant:
    """Whether the rule could allow the verb on some object; `resource` may name a subresource, `pods/exec`."""
    parent, _, sub = resource.partition("/")
    matched = _resource(rule, parent, sub)
    if matched is Answer.NO:
        return _NOTHING
    matched = min(matched, _verb(rule, verb), _group(rule, group))
    if matched is Answer.NO:
        return _NOTHING
    everything = rule.names.absent
    if not sub and verb in _NAMELESS | _LISTING:
        # An empty string among the names is what a request without a name asks for.
        everything = max(everything, rule.names.holds(""))
    nameless = not sub and verb in _NAMELESS
    if nameless or everything is Answer.YES or not rule.names.listed:
        return Grant(min(matched, everything))
    answer = min(matched, max(everything, rule.names.some(bool)))
    return Grant(answer, tuple(filter(None, rule.names.known)) if answer else None)


def grants_everything(rule: PolicyRule) -> Answer:
    """Whether the rule allows every verb on every resource of every API group, as `cluster-admin` does."""
    return min(rule.verbs.holds("*"), rule.groups.holds("*"), rule.resources.holds("*"), rule.names.absent)


def owns_core(rule: PolicyRule) -> Answer:
    """Whether the rule allows every verb on every resource of the core group, in which all the other rights hide.

    It reads every Secret, starts and enters every pod and acts as any account: on a cluster that is everything.
    """
    return min(rule.verbs.holds("*"), rule.resources.holds("*"), _group(rule, ""), rule.names.absent)


def _verb(rule: PolicyRule, verb: str) -> Answer:
    return rule.verbs.holds("*", verb)


def _group(rule: PolicyRule, group: str) -> Answer:
    return rule.groups.holds("*", group)


def _resource(rule: PolicyRule, resource: str, sub: str) -> Answer:
    return rule.resources.some(resource_words(f"{resource}/{sub}" if sub else resource).__contains__)


@functools.cache
def resource_words(resource: str) -> frozenset[str]:
    """The entries of `resources` that match a resource, or a subresource written `pods/exec`.

    `pods/*` is an entry like any other text: it matches nothing.
    """
    _, _, sub = resource.partition("/")
    return frozenset({"*", resource, f"*/{sub}"} if sub else {"*", resource})


def mentions(rule: PolicyRule, words: frozenset[str]) -> bool:
    """Whether `resources` may hold one of the words: the cheap question before the exact ones."""
    return rule.resources.unknown is not None or not words.isdisjoint(rule.resources.known)


def _url(rule: PolicyRule, url: str) -> Answer:
    return rule.urls.some(lambda word: word in ("*", url) or (word.endswith("*") and url.startswith(word.rstrip("*"))))


def starred(rule: PolicyRule) -> dict[str, Answer]:
    """Whether `verbs`, `resources`, `apiGroups` and `nonResourceURLs` hold a bare `*`."""
    lists = {
        "verbs": rule.verbs,
        "resources": rule.resources,
        "apiGroups": rule.groups,
        "nonResourceURLs": rule.urls,
    }
    return {field: words.holds("*") for field, words in lists.items()}


def writes(rule: PolicyRule) -> Answer:
    """Whether the rule gives a verb beyond `get`, `list` and `watch`."""
    return rule.verbs.some(lambda word: word not in ("get", "list", "watch"))
