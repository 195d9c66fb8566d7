"""What the rules on ConfigMaps of kube-system share: who may rewrite those of some names."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seawall.core import Severity, Unknown
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Role, View
from seawall.model.permissions import Answer, PolicyRule, Request, allows, mentions, owns_core, resource_words
from seawall.rules.rbac._holders import given_to
from seawall.rules.rbac._rights import is_clusters_own
from seawall.rules.spec import Evidence, fail, unsure

_WORDS = resource_words("configmaps")


class Target(msgspec.Struct, frozen=True):
    """ConfigMaps of kube-system, and how bad it is that a role may rewrite them."""

    names: tuple[str, ...]
    told: str
    """Completes `may rewrite ...`."""
    named: Severity
    """By `resourceNames`, in a Role or ClusterRole."""
    role: Severity
    """Among all ConfigMaps of kube-system, in a Role there."""
    cluster: Severity | None
    """Among all ConfigMaps, in a ClusterRole; None: that is no finding."""


def rewritten(role: Role, target: Target, view: View) -> Iterator[Evidence]:
    """One evidence for each PolicyRule that allows to rewrite the target; those that allow everything are left out."""
    resource = role.resource
    home = resource.namespace or ""
    away = resource.kind == "Role" and home != "kube-system"
    if is_clusters_own(resource) or (away and not has_placeholder(home)):
        return
    for index, rule in enumerate(role.rules):
        answer = _rewrites(rule, target.names) if mentions(rule, _WORDS) else Answer.NO
        severity = _severity(rule, target, namespaced=resource.kind == "Role")
        if answer is Answer.NO or severity is None or owns_core(rule) is Answer.YES:
            continue
        if away:
            yield unsure(Unknown(home), "metadata", "namespace")
        elif answer is Answer.YES:
            aimed = resource.kind == "Role" or rule.names.absent is Answer.NO
            advice = "name other ones in resourceNames" if aimed else "give it by Roles elsewhere"
            message = f"may rewrite {target.told}{given_to(resource, view)}; {advice}"
            yield fail(message, "rules", index, "resources", value="configmaps", severity=severity)
        elif rule.unknown is not None:
            yield unsure(rule.unknown, *rule.where)


def _rewrites(rule: PolicyRule, names: tuple[str, ...]) -> Answer:
    return max(
        allows(rule, Request(verb=verb, resource="configmaps", name=name, namespace="kube-system"))
        for verb in ("update", "patch")
        for name in names
    )


def _severity(rule: PolicyRule, target: Target, *, namespaced: bool) -> Severity | None:
    if rule.names.absent is not Answer.YES:
        return target.named
    return target.role if namespaced else target.cluster
