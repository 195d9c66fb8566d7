"""A role widens a built-in role beyond what its name promises.

Why: the labels `aggregate-to-view`, `-edit` and `-admin` add a role's rules to the built-in roles, for everybody who
    holds them, in every namespace. People give `view` away because it cannot write and does not show Secrets.
Instead: aggregate to `view` only what reads, and no Secrets; to `edit` nothing of RBAC; to none of them a wildcard over
    all API groups. Bind what is left as a role of its own.
Breaks: those who used the right through the built-in role; bind them to the new one.
Check: kubectl get clusterroles --show-labels | grep aggregate-to-
Source: Kubernetes, "Using RBAC Authorization", "Aggregated ClusterRoles" and "User-facing roles".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Role
from seawall.model.permissions import RBAC_GROUP, Answer, PolicyRule, grants, starred, writes
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, is_clusters_own
from seawall.rules.spec import HIGH, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_LABEL = f"{RBAC_GROUP}/aggregate-to-"
_RIGHTS_VERBS = ("create", "update", "patch", "bind", "escalate")


def check(role: Role) -> Iterator[Evidence]:
    if role.resource.kind != "ClusterRole" or is_clusters_own(role.resource):
        return
    labels = dig(role.tree, "metadata", "labels")
    if isinstance(labels, Unknown):
        yield unsure(labels, "metadata", "labels")
        return
    for built_in in ("view", "edit", "admin"):
        value = role.resource.labels.get(_LABEL + built_in)
        if isinstance(value, str) and has_placeholder(value):
            yield unsure(Unknown(value), "metadata", "labels", _LABEL + built_in)
        elif isinstance(value, str) and value == "true":
            yield from _widened(role, built_in)


def _widened(role: Role, built_in: str) -> Iterator[Evidence]:
    for rule in role.rules:
        reasons = _reasons(rule, built_in)
        for what, answer in reasons.items():
            if answer is Answer.YES:
                yield fail(
                    f'makes the built-in role "{built_in}" {what}; bind it as a role of its own',
                    *("metadata", "labels", _LABEL + built_in),
                    value="true",
                    severity=MEDIUM if what == "write" else HIGH,
                )
                return
        if Answer.UNKNOWN in reasons.values() and rule.unknown is not None:
            yield unsure(rule.unknown, *rule.where)


def _reasons(rule: PolicyRule, built_in: str) -> dict[str, Answer]:
    """What the built-in role could do besides, worst first."""
    reasons = {"reach every API group": starred(rule)["apiGroups"]}
    if built_in != "admin":
        rights = [
            grants(rule, verb, kind, RBAC_GROUP).answer for kind in ("roles", "rolebindings") for verb in _RIGHTS_VERBS
        ]
        reasons["give rights away"] = max(rights)
    if built_in == "view":
        reasons["read Secrets"] = max(grants(rule, verb, "secrets").answer for verb in ("get", "list", "watch"))
        reasons["write"] = writes(rule)
    return reasons


RULE = Rule(
    id="rbac-aggregation",
    on=Role,
    check=check,
    severity=HIGH,
    otherwise={MEDIUM: "it only makes a role that reads write"},
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: feeds-view
                  labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}
                rules:
                - {apiGroups: [feeds.example], resources: [productfeeds], verbs: [get, list, watch]}
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: feeds-edit
                  labels:
                    rbac.authorization.k8s.io/aggregate-to-edit: "true"
                    rbac.authorization.k8s.io/aggregate-to-admin: "true"
                    rbac.authorization.k8s.io/aggregate-to-view: "false"
                rules:
                - {apiGroups: [feeds.example], resources: [productfeeds], verbs: ["*"]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: support-view
                  labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}
                rules:
                - {apiGroups: [""], resources: [secrets], verbs: [list]}
            """,
            at="metadata.labels['rbac.authorization.k8s.io/aggregate-to-view']",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: support-view
                  labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}
                rules:
                - {apiGroups: [""], resources: [configmaps], verbs: [list]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: feeds
                  labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}
                rules:
                - {apiGroups: [feeds.example], resources: [productfeeds], verbs: [patch]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: team
                  labels: {rbac.authorization.k8s.io/aggregate-to-edit: "true"}
                rules:
                - {apiGroups: [rbac.authorization.k8s.io], resources: [rolebindings], verbs: [create]}
            """
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: team
                  labels: {rbac.authorization.k8s.io/aggregate-to-view: "true"}
                rules:
                - {apiGroups: [""], resources: ["${RESOURCE}"], verbs: [get]}
            """,
            at="rules[0].resources[0]",
        ),
    ),
)
