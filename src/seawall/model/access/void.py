"""What a PolicyRule says in vain: entries that no request ever matches, and rules that the API server refuses.

Source: k8s.io/component-helpers `auth/rbac/validation`, k8s.io/kubernetes `pkg/apis/rbac/validation`; Kubernetes,
"Using RBAC Authorization", "Referring to resources"; "Authorization", "Request verbs and authorization".
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Final, NamedTuple

from seawall.core import Path, dig, items
from seawall.model.access.requests import builtin_resources
from seawall.model.permissions import Answer, PolicyRule

_VERBS: Final = frozenset({"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"})
_NAMELESS: Final = frozenset({"create", "deletecollection"})
_NAMELESS_OF_ALL: Final = _NAMELESS | {"list", "watch"}
"""Requests on Namespaces stand in the one that they are about; these are about none."""
_ASKED_INSIDE: Final = {"clusterroles": "bind", "podsecuritypolicies": "use"}
"""Whether a RoleBinding may name a ClusterRole, and whether a pod may use a policy (up to 1.24), is asked there."""
_NO_VERBS: Final = {
    **dict.fromkeys(("read", "readonly", "view"), "get, list and watch"),
    **dict.fromkeys(("write", "edit", "modify", "change"), "create, update and patch"),
    **dict.fromkeys(("remove", "destroy"), "delete"),
    **dict.fromkeys(("all", "any"), "*"),
    "add": "create",
    "delete-collection": "deletecollection",
}
"""Words that people write for verbs -> the verbs."""


_PLAINLY_NAMED: Final = frozenset(
    {
        *("configmaps", "cronjobs", "daemonsets", "deployments", "endpoints", "jobs", "leases", "namespaces", "nodes"),
        *("persistentvolumeclaims", "persistentvolumes", "pods", "replicasets", "secrets", "serviceaccounts"),
        *("services", "statefulsets"),
    }
)
"""Resources whose objects are named as domains are; a role, or a signer, may have other characters in its name."""
_OLD: Final = "extensions"
"""The group that most others come from; what it once held is not known here."""


class Void(NamedTuple):
    """A part of a rule that does nothing."""

    path: Path
    """Where it stands in the role."""
    value: object
    text: str
    """What is wrong and what to write, a predicate of the entry."""


def void_entries(tree: object, index: int, rule: PolicyRule) -> Iterator[Void]:
    """The entries of one rule of a role (`tree`) that surely match no request."""
    where = ("rules", index)
    for at, group in _words(tree, index, "apiGroups"):
        text = _group(group)
        if text:
            yield Void((*where, "apiGroups", at), group, text)
    for at, resource in _words(tree, index, "resources"):
        text = _resource(resource, rule)
        if text:
            yield Void((*where, "resources", at), resource, text)
    if _is_builtin(rule):
        for at, verb in _words(tree, index, "verbs"):
            text = _verb(verb)
            if text:
                yield Void((*where, "verbs", at), verb, text)
    patterns = _names_as_patterns(rule)
    for at, name in _words(tree, index, "resourceNames"):
        if name in patterns:
            text = "is no name of an object, and * stands for nothing in resourceNames; write the names"
            yield Void((*where, "resourceNames", at), name, text)
    if _names_in_vain(rule):
        names = list(rule.names.known)
        text = "limits verbs whose requests carry no name, so that it allows nothing; leave resourceNames out"
        yield Void((*where, "resourceNames"), names, text)


def _words(tree: object, index: int, field: str) -> Iterator[tuple[int, str]]:
    for at, word in items(dig(tree, "rules", index, field)):
        if isinstance(word, str):
            yield at, word


def _group(entry: str) -> str:
    """What is wrong with an entry of `apiGroups`; empty where there may be such a group."""
    group, slash, _ = entry.partition("/")
    if slash:
        return f"is no API group, since it has a version in it; write {group}"
    if entry in ("v1", "core"):
        return 'is no API group; the core group, of pods and secrets, is ""'
    return "matches nothing, since * stands for every group only by itself" if "*" in entry and entry != "*" else ""


def _resource(entry: str, rule: PolicyRule) -> str:
    """What is wrong with an entry of `resources`; empty where it may match."""
    parent, _, sub = entry.partition("/")
    if sub == "*":
        return f"matches nothing, since no subresource is called *; write them out, as in {parent}/status"
    if parent == "*" or not _is_builtin(rule):
        return ""
    plurals, homes = _table()
    if any((parent, group) in homes for group in rule.groups.known):
        return ""
    plural = plurals.get(parent.casefold())
    if plural is not None and plural != parent:
        return f"is no resource, since those are plurals in lower case; write {plural}{'/' if sub else ''}{sub}"
    groups = sorted(group for name, group in homes if name == parent)
    if not groups or _OLD in rule.groups.known:
        return ""
    home = " or ".join(repr(group) if group else 'the core group ""' for group in groups)
    return f"is a resource of none of the rule's apiGroups; it is one of {home}"


def _is_builtin(rule: PolicyRule) -> bool:
    """Whether all groups of the rule are known ones of Kubernetes itself."""
    return rule.groups.unknown is None and bool(rule.groups.known) and _groups().issuperset(rule.groups.known)


def _verb(verb: str) -> str:
    plain = verb.casefold()
    if plain != verb and plain in _VERBS:
        return f"is no verb, since verbs are in lower case; write {plain}"
    return f"is no verb of the API; write {_NO_VERBS[plain]}" if plain in _NO_VERBS else ""


def _names_as_patterns(rule: PolicyRule) -> list[str]:
    """Names with a `*`, which no object of the kinds that the rule names may have."""
    if any(word.partition("/")[0] not in _PLAINLY_NAMED for word in rule.resources.known):
        return []
    return [name for name in rule.names.known if "*" in name] if rule.resources.unknown is None else []


def _names_in_vain(rule: PolicyRule) -> bool:
    verbs, resources = rule.verbs, rule.resources
    decided = all(words.unknown is None for words in (verbs, resources, rule.names))
    whole = not any(word == "*" or "/" in word for word in resources.known)
    named = bool(rule.names.known) and "" not in rule.names.known
    return decided and named and whole and bool(verbs.known) and _NAMELESS.issuperset(verbs.known)


@functools.cache
def _table() -> tuple[dict[str, str], frozenset[tuple[str, str]]]:
    """Singular or plural -> plural; and (plural, group) of every resource of Kubernetes' own."""
    rows = builtin_resources()
    return {word: name for (word, _), (name, _) in rows.items()}, frozenset(
        (name, group) for (_, group), (name, _) in rows.items()
    )


@functools.cache
def _groups() -> frozenset[str]:
    return frozenset(group for _, group in builtin_resources())


@functools.cache
def _scopes() -> dict[tuple[str, str], bool]:
    """(plural, group) -> whether it has a namespace."""
    return {(name, group): namespaced for (_, group), (name, namespaced) in builtin_resources().items()}


def outside_namespaces(tree: object, index: int, rule: PolicyRule) -> Iterator[tuple[int, str]]:
    """The entries of `resources` that stand in no namespace, so that a grant in a namespace gives nothing on them."""
    if not _is_builtin(rule):
        return
    for at, entry in _words(tree, index, "resources"):
        if _is_outside(entry, rule):
            yield at, entry


def _is_outside(entry: str, rule: PolicyRule) -> bool:
    parent = entry.partition("/")[0]
    if entry == "namespaces":
        return rule.verbs.unknown is None and bool(rule.verbs.known) and _NAMELESS_OF_ALL.issuperset(rule.verbs.known)
    if parent == "namespaces" or _is_asked_inside(parent, rule):
        return False
    found = {_scopes()[parent, group] for group in rule.groups.known if (parent, group) in _scopes()}
    return found == {False}


def _is_asked_inside(resource: str, rule: PolicyRule) -> bool:
    """Whether the server asks in a namespace for a verb that a rule may give on what stands in none."""
    verb = _ASKED_INSIDE.get(resource)
    return verb is not None and rule.verbs.holds("*", verb) is not Answer.NO


def only_outside(rule: PolicyRule) -> Answer:
    """Whether a rule gives nothing in a namespace: it is about URLs, or about resources that stand in none."""
    if rule.unknown is not None:
        return Answer.UNKNOWN
    if rule.urls.known:
        return Answer.YES
    known = rule.resources.known
    outside = _is_builtin(rule) and bool(known) and all(_is_outside(entry, rule) for entry in known)
    return Answer.YES if outside else Answer.NO


def refusals(tree: object, index: int, rule: PolicyRule) -> Iterator[Void]:
    """Why the API server refuses the role for this rule."""
    where = ("rules", index)
    kind = dig(tree, "kind")
    if rule.verbs.absent is Answer.YES:
        yield Void((*where, "verbs"), None, "has no verbs; write which it allows")
    if rule.urls.absent is Answer.NO:
        beside = [words.absent for words in (rule.groups, rule.resources, rule.names)]
        urls = [word for _, word in _words(tree, index, "nonResourceURLs")]
        if isinstance(kind, str) and kind == "Role":
            yield Void((*where, "nonResourceURLs"), urls, "has nonResourceURLs in a Role; write a ClusterRole")
        elif Answer.NO in beside:
            text = "has nonResourceURLs beside resources; write a rule for each"
            yield Void((*where, "nonResourceURLs"), urls, text)
        return
    for field, words in (("apiGroups", rule.groups), ("resources", rule.resources)):
        if words.absent is Answer.YES and rule.urls.absent is Answer.YES:
            yield Void((*where, field), None, f"has no {field}; write them")
