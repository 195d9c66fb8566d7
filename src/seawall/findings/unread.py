"""What a rule cannot know because a running cluster did not let it be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from seawall.inventory import Inventory, Unread
from seawall.model import Container, NamespaceScope, Object, PodTemplate
from seawall.model.subjects import Workload
from seawall.rules.spec import Rule

_PODS: Final = Workload.KINDS | {("", "Pod"), ("", "PodTemplate"), ("", "ReplicationController")}


_FINDS_MORE: Final = frozenset({"ClusterRole", "Pod"})
"""Kinds that rules use to find more (what a role holds, what pods of the subject's own): without them, what is found
stays true."""


def unread_context(rule: Rule, inventory: Inventory) -> tuple[Unread, ...]:
    """What the rule looks up and nobody could read: it is then not asked, since an absence would decide."""
    kinds = {*rule.needs, *rule.uses} - (_FINDS_MORE - {*rule.needs})
    pods = "Pod" in rule.needs
    return tuple(each for each in inventory.unread if each.kind in kinds or (pods and makes_pods(each)))


def unread_subjects(rule: Rule, inventory: Inventory) -> tuple[Unread, ...]:
    """What the rule would have been asked about besides."""
    if not inventory.unread:
        return ()
    on = rule.on
    if on in (PodTemplate, Container):
        return tuple(filter(makes_pods, inventory.unread))
    if on is NamespaceScope:
        return tuple(each for each in inventory.unread if (each.group, each.kind) == ("", "Namespace"))
    if issubclass(on, Object) and on.KINDS:
        return tuple(each for each in inventory.unread if (each.group, each.kind) in on.KINDS)
    return inventory.unread


def kinds_of(rule: Rule) -> frozenset[str]:
    """Every kind that a rule is about or looks up; the empty name is every kind there is."""
    on = rule.on
    pods = {kind for _, kind in _PODS}
    if on in (PodTemplate, Container):
        subjects = pods
    elif on is NamespaceScope:
        subjects = {"Namespace", *pods}
    elif issubclass(on, Object) and on.KINDS:
        subjects = {kind for _, kind in on.KINDS}
    else:
        subjects = {""}
    return frozenset({*subjects, *rule.sees, *(pods if "Pod" in rule.needs else ())})


def makes_pods(each: Unread) -> bool:
    """Whether its objects are pods, or hold templates of some: every pod template is a Pod to the rules."""
    return (each.group, each.kind) in _PODS


def unasked(rules: Sequence[Rule], inventory: Inventory) -> Iterator[tuple[str, str]]:
    """(what, why) of each rule that is not asked, or that cannot find all."""
    for rule in rules:
        if missing := unread_context(rule, inventory):
            yield f"rule {rule.id}", f"needs every {missing[0].kind}: {missing[0].why}"
            continue
        for each in inventory.unread:
            if each.kind in rule.finds_by or (each.kind == "ClusterRole" and each.kind in rule.uses):
                yield f"what rule {rule.id} finds by {each.kind}", each.why
