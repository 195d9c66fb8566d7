"""What the rules on roles share: a table of rights in, evidence per PolicyRule out. The matching is the model's."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

import msgspec

from seawall.core import Affinity, Audience, Severity, Unknown
from seawall.inventory import Resource
from seawall.model import Role, View
from seawall.model.permissions import (
    Answer,
    PolicyRule,
    grants,
    grants_everything,
    mentions,
    owns_core,
    resource_words,
    rules_of,
)
from seawall.rules.rbac._holders import given_to
from seawall.rules.spec import ANALYST, ARCHITECT, CARES, DEVELOPER, OWNS, Evidence, fail, unsure

RIGHTS_AUDIENCE: Final[Mapping[Audience, Affinity]] = {ARCHITECT: OWNS, ANALYST: CARES, DEVELOPER: CARES}
"""Rights are the platform's to give, an investigator's to know."""

WRITES: Final = ("create", "update", "patch")

_USER_FACING: Final = frozenset({"cluster-admin", "admin", "edit", "view"})
_ADDON: Final = "addonmanager.kubernetes.io/mode"
"""The label of what the add-on manager of a provider keeps as it is."""
_SHOWN: Final = 4


class Right(msgspec.Struct, frozen=True, gc=False):
    """Verbs on one resource; any of them is the right."""

    resource: str
    """With its subresource: `pods/exec`."""
    verbs: tuple[str, ...]
    group: str = ""
    cluster: bool = False
    """Whether the resource has no namespace, so that a Role, or a RoleBinding, gives nothing on it."""
    in_role: tuple[str, ...] = ()
    """The verbs that are asked for in a namespace although the resource has none."""
    mighty: frozenset[tuple[str, str]] = frozenset()
    """(verb, name) of objects of which one is worth as much as all of them."""

    @property
    def text(self) -> str:
        """As `kubectl` names it: `deployments.apps`; groups of Kubernetes' own long names are understood."""
        return self.resource if "." in self.group or not self.group else f"{self.resource}.{self.group}"

    @property
    def inside(self) -> Right:
        """What a Role can give of it; possibly no verb."""
        return msgspec.structs.replace(self, verbs=self.in_role) if self.cluster else self


class Weight(msgspec.Struct, frozen=True, gc=False):
    """How bad a right is by its reach; None means that it is no finding there."""

    cluster: Severity
    """In a ClusterRole: wherever it is bound, possibly in every namespace."""
    role: Severity | None
    """In a Role: in one namespace."""
    named: Severity | None = None
    """On objects named by `resourceNames` only."""

    @property
    def otherwise(self) -> dict[Severity, str]:
        """The severities beside that of a ClusterRole, for `Rule.otherwise`."""
        found: dict[Severity, list[str]] = {}
        for severity, when in ((self.role, "it is a Role"), (self.named, "resourceNames names the objects")):
            if severity is not None and severity is not self.cluster:
                found.setdefault(severity, []).append(when)
        return {severity: " or ".join(whens) for severity, whens in found.items()}


class Power(msgspec.Struct, frozen=True, dict=True):
    """What a rule of this family looks for, and what to do about it."""

    rights: tuple[Right, ...]
    weight: Weight
    advice: str
    """Completes `may get secrets; ...`."""
    decides: Literal["resources", "verbs"] = "resources"
    """Which field of the PolicyRule a person would edit."""
    in_role: str = ""
    """The advice for a Role, where the other one is what it does already; empty: the same."""
    if_named: str = ""
    """The advice where resourceNames names the objects, likewise."""

    @functools.cached_property
    def inside(self) -> tuple[Right, ...]:
        """The rights that a Role can give."""
        return tuple(right.inside for right in self.rights if right.inside.verbs)

    @functools.cached_property
    def words(self) -> frozenset[str]:
        """What `resources` must hold for any of the rights to be given."""
        return frozenset(word for right in self.rights for word in resource_words(right.resource))


def powers(role: Role, power: Power, view: View) -> Iterator[Evidence]:
    """One evidence for each PolicyRule of the role that gives one of the rights.

    Rules that allow everything (`owns_core`) are left to `rbac-admin-equivalent` and `rbac-namespace-admin`, which say
    so once. The cluster's own roles, and the rules of an aggregated role, which are never in force, give nothing.
    """
    if role.words is not None and power.words.isdisjoint(role.words):
        return  # the cheap question, of nearly every role
    if is_clusters_own(role.resource):
        return
    for index, rule in enumerate(role.rules):
        if mentions(rule, power.words) and owns_core(rule) is not Answer.YES:
            yield from _of_rule(rule, index, power, role, view)


def _of_rule(rule: PolicyRule, index: int, power: Power, role: Role, view: View) -> Iterator[Evidence]:
    namespaced = role.resource.kind == "Role"
    told: dict[tuple[str, ...], list[str]] = {}
    names: set[str] | None = set()
    mighty = unknown = False
    for right in power.inside if namespaced else power.rights:
        given = {verb: grants(rule, verb, right.resource, right.group) for verb in right.verbs}
        sure = {verb: grant for verb, grant in given.items() if grant.answer is Answer.YES}
        unknown |= any(grant.answer is Answer.UNKNOWN for grant in given.values())
        if sure:
            told.setdefault(tuple(sure), []).append(right.text)
            for verb, grant in sure.items():
                names = None if names is None or grant.names is None else names | set(grant.names)
                mighty |= any((verb, name) in right.mighty for name in grant.names or ())
    severity = _severity(power.weight, limited=names is not None and not mighty, namespaced=namespaced)
    if told and severity is not None:
        text = " and ".join(f"{', '.join(verbs)} {_listed(resources)}" for verbs, resources in told.items())
        limit = f" named {_listed(sorted(map(repr, names)))}" if names else ""
        advice = (power.if_named if limit else "") or (power.in_role if namespaced else "") or power.advice
        message = f"may {text}{limit}{given_to(role.resource, view)}; {advice}"
        yield fail(message, "rules", index, power.decides, value=f"{text}{limit}", severity=severity)
    elif unknown and rule.unknown is not None:
        yield unsure(rule.unknown, *rule.where)


def _severity(weight: Weight, *, limited: bool, namespaced: bool) -> Severity | None:
    reach = weight.role if namespaced else weight.cluster
    if not limited or reach is None:
        return reach
    return None if weight.named is None else min(weight.named, reach)


def _listed(words: list[str]) -> str:
    words = list(dict.fromkeys(words))
    more = len(words) - _SHOWN
    return ", ".join(words[:_SHOWN]) + (f" and {more} more" if more > 0 else "")


def listed(words: Sequence[str]) -> str:
    """`verbs`, `verbs and resources`, `verbs, resources and apiGroups`."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def is_clusters_own(resource: Resource) -> bool:
    """Whether a role is one that Kubernetes or its provider brings and puts back when it is edited.

    Anyone may call a role `system:...`, and anyone may write the label: it takes both.
    """
    label = resource.labels.get("kubernetes.io/bootstrapping")
    if isinstance(label, str) and label == "rbac-defaults":
        return resource.name in _USER_FACING or resource.name.startswith("system:")
    return resource.name.startswith("system:") and _ADDON in resource.labels


def all_powerful(view: View) -> dict[str, bool | Unknown]:
    """Whether the ClusterRoles of a name allow everything; an `Unknown` where they may, no entry where they do not.

    Overlays that are read together have several of one name.
    """
    found: dict[str, bool | Unknown] = {}
    for role in view.of("ClusterRole"):
        for rule in rules_of(role.tree):
            answer = grants_everything(rule)
            if answer is Answer.YES:
                found[role.name] = True
            elif answer is Answer.UNKNOWN and rule.unknown is not None:
                found.setdefault(role.name, rule.unknown)
    return found
