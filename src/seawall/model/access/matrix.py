"""Tables of rights that a person reads: the subjects of a namespace, or the resources of a subject."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from seawall.model.access.access import Access
from seawall.model.access.bootstrap import is_bootstrap
from seawall.model.access.grants import Held
from seawall.model.access.identity import Identity, of_member
from seawall.model.access.queries import holdings, identities_in, subject_text
from seawall.model.access.requests import Target, builtin_resources, request_of
from seawall.model.permissions import Answer, Words, grants

_READ: Final = ("get", "list", "watch")
_WRITE: Final = ("create", "update", "patch", "delete", "deletecollection")
VERBS: Final = ("get", "list", "watch", "create", "update", "patch", "delete")
"""The columns of a subject's table; every other verb is named in the last."""

COLUMNS: Final = (
    Target("secrets"),
    Target("configmaps"),
    Target("pods"),
    Target("pods", subresource="exec"),
    Target("deployments", "apps"),
    Target("services"),
    Target("networkpolicies", "networking.k8s.io"),
    Target("serviceaccounts", subresource="token"),
    Target("rolebindings", "rbac.authorization.k8s.io"),
)
"""What is worth a column in a namespace's table: what discloses, what runs, what opens, what gives rights away."""


class Grid(msgspec.Struct, frozen=True):
    """A table of short texts."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...] = ()
    """What must be known to read it."""


def namespace_grid(access: Access, namespace: str) -> Grid:
    """A row for each subject that may do something in a namespace, a column for what matters most in it.

    Those who may do it everywhere are among them, but for the subjects that every API server gives rights to.
    """
    inside = identities_in(access, namespace)
    rows = [(subject_text(who), *_cells(access, who, namespace)) for who in inside]
    everywhere, servers = _everywhere(access, set(inside))
    for who in everywhere:
        cells = tuple(_cells(access, who, namespace))
        if any(cells):
            rows.append((f"{subject_text(who)} (everywhere)", *cells))
    notes: tuple[str, ...] = (
        "r: get, list or watch; w: create, update, patch or delete; (r), (w): on named objects only; ?: unknown",
    )
    if servers:
        subjects = f"{servers:,} subject{'s'[: servers != 1]}"
        notes += (f"without {subjects} to whom every API server gives rights: `seawall who-can` names them",)
    if not access.inventory.whole:
        notes += ("an empty cell is unknown: the input is not said to be the whole cluster (--estate)",)
    header = ("subject", *(target.text.partition(".")[0] + _sub(target) for target in COLUMNS))
    return Grid(f'who can do what in namespace "{namespace}"', header, tuple(rows), notes)


def _everywhere(access: Access, known: set[Identity]) -> tuple[list[Identity], int]:
    """The subjects of ClusterRoleBindings that are not known yet, and how many only bootstrap bindings name."""
    own: dict[Identity, None] = {}
    servers: set[Identity] = set()
    for grant in access.grants.inside(None):
        who = of_member(grant.member)
        if who is None or who in known:
            continue
        if is_bootstrap(grant.binding):
            servers.add(who)
        else:
            own.setdefault(who)
    return list(own), len(servers - own.keys())


def _sub(target: Target) -> str:
    return f"/{target.subresource}" if target.group and target.subresource else ""


def _cells(access: Access, who: Identity, namespace: str) -> Iterator[str]:
    for target in COLUMNS:
        marks = [
            (letter, _mark(access, who, target, namespace, verbs)) for letter, verbs in (("r", _READ), ("w", _WRITE))
        ]
        yield "".join(mark.replace("x", letter) for letter, mark in marks)


def _mark(access: Access, who: Identity, target: Target, namespace: str, verbs: Sequence[str]) -> str:
    """`x` where one of the verbs is allowed, `(x)` on named objects only."""
    asked = [access.review(who, request_of(verb, target, "", namespace)) for verb in verbs]
    answers = [each.answer if each.if_whole is None else each.if_whole for each in asked]
    if Answer.YES in answers:
        return "x"
    if _on_names(access, who, target, namespace, verbs):
        return "(x)"
    return "?" if Answer.UNKNOWN in answers else ""


def _on_names(access: Access, who: Identity, target: Target, namespace: str, verbs: Iterable[str]) -> bool:
    return any(
        grants(held.given.rule, verb, target.entry, target.group).answer is Answer.YES
        for held in access.held(who, namespace)
        for verb in verbs
        if held.doubt is None
    )


def subject_grid(access: Access, who: Identity) -> Grid:
    """A row for each resource that a subject's rules name, by namespace, a column for each verb."""
    found = holdings(access, who)
    rows: list[tuple[str, ...]] = []
    for space, held in (("*", found.everywhere), *found.inside):
        rows += _rows(space, held)
    notes = ("yes (names): on objects of these names only; ?: unknown; namespace *: everywhere",)
    header = ("namespace", "resource", *VERBS, "other verbs")
    return Grid(f"what {who.text} can do", header, tuple(rows), notes)


def _rows(space: str, held: Iterable[Held]) -> Iterator[tuple[str, ...]]:
    cells: dict[str, dict[str, str]] = {}
    for each in held:
        rule = each.given.rule
        doubtful = each.doubt is not None or rule.unknown is not None
        mark = "?" if doubtful else f"yes ({', '.join(rule.names.known)})" if rule.names.known else "yes"
        for resource in (*_resources(each), *rule.urls.known):
            row = cells.setdefault(resource, {})
            for verb in _verbs(rule.verbs):
                if row.get(verb) != "yes":
                    row[verb] = mark
    for resource, row in sorted(cells.items()):
        others = sorted(verb for verb in row if verb not in VERBS and verb != "*")
        every = row.get("*", "")
        cell = tuple("yes" if every == "yes" else row.get(verb, every) for verb in VERBS)
        yield (space, resource, *cell, ", ".join([*(["all"] if every else []), *others]))


def _verbs(words: Words) -> tuple[str, ...]:
    return words.known if words.unknown is None else (*words.known, words.unknown.text)


def _resources(held: Held) -> Iterator[str]:
    """`deployments.apps`, `pods/log`: each group with each resource, as far as the rule goes."""
    rule = held.given.rule
    for resource in _verbs(rule.resources):
        for group in _verbs(rule.groups):
            if _exists(resource, group):
                name, _, sub = resource.partition("/")
                own = f"{name}.{group}" if group else name
                yield f"{own}/{sub}" if sub else own


def _exists(resource: str, group: str) -> bool:
    """Whether a pair of a rule's lists means something: `deployments` of the core group is none of Kubernetes' own."""
    name = resource.partition("/")[0]
    known = {own for word, own in builtin_resources() if word == name}
    return not known or group in known or "." in group
