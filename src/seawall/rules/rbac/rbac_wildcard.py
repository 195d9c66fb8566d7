"""A role has a rule with a wildcard.

Why: `*` also covers what is not there yet: the next version's resources, the next operator's, subresources such as
    `pods/exec`, and verbs such as `escalate`, `bind` and `impersonate`. Nobody reviews what it will mean.
Instead: write out the API groups, resources and verbs that are used; the audit log shows them.
Breaks: whatever relies on a right that nobody wrote down; watch the audit log for "Forbidden" after the change.
Check: kubectl get clusterroles,roles -A -o yaml | grep -n "'\\*'"
Source: CIS Kubernetes Benchmark 5.1.3; Kubernetes, "RBAC good practices", "Least privilege".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Severity
from seawall.model import Role, View
from seawall.model.permissions import Answer, PolicyRule, owns_core, starred
from seawall.model.view import RBAC_KINDS
from seawall.model.workloads import is_builtin_group
from seawall.rules.rbac._holders import given_to
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, is_clusters_own, listed
from seawall.rules.spec import HIGH, LOW, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_FIELDS = ("verbs", "resources", "apiGroups", "nonResourceURLs")
_READ_ONLY: Final = frozenset({"metrics.k8s.io"})
"""API groups in which there is nothing to change, whatever the verb."""


def check(role: Role, view: View) -> Iterator[Evidence]:
    if is_clusters_own(role.resource):
        return
    for index, rule in enumerate(role.rules):
        stars = starred(rule)
        fields = [field for field in _FIELDS if stars[field] is Answer.YES]
        # rbac-admin-equivalent and rbac-namespace-admin tell of a rule that is nothing but wildcards.
        if owns_core(rule) is Answer.YES:
            continue
        if fields:
            yield fail(
                f'has "*" in {listed(fields)}{given_to(role.resource, view)}; write out what is used',
                *("rules", index, fields[0]),
                value="*",
                severity=_severity(rule, fields, namespaced=role.resource.kind == "Role"),
            )
        elif Answer.UNKNOWN in stars.values() and rule.unknown is not None:
            yield unsure(rule.unknown, *rule.where)


def _severity(rule: PolicyRule, fields: list[str], *, namespaced: bool) -> Severity:
    """Everything of a group is worst; an operator's own resources, and what is named, are mild."""
    groups = rule.groups
    own = groups.unknown is None and not any(
        group == "*" or (is_builtin_group(group) and group not in _READ_ONLY) for group in groups.known
    )
    if own or rule.names.absent is Answer.NO or not {"verbs", "resources"} & set(fields):
        return LOW
    worst = HIGH if {"verbs", "resources"} <= set(fields) else MEDIUM
    return Severity(worst - 1) if namespaced else worst


RULE = Rule(
    id="rbac-wildcard",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=HIGH,
    otherwise={
        MEDIUM: "verbs or resources are written out, or it is a Role",
        LOW: "it reaches named objects, an operator's own API group or, in a Role, one field only",
    },
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: autoscaler}
                rules:
                - {apiGroups: [""], resources: [pods], verbs: [get, list]}
                - {apiGroups: [apps], resources: ["*/scale"], verbs: [get, update]}
                - {nonResourceURLs: ["/metrics/*"], verbs: [get]}
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: cluster-admin
                  labels: {kubernetes.io/bootstrapping: rbac-defaults}
                rules:
                - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: everything}
                rules:
                - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: apps}
                rules:
                - {apiGroups: [apps], resources: ["*"], verbs: ["*"]}
            """,
            at="rules[0].verbs",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: apps}
                rules:
                - {apiGroups: [apps], resources: [deployments, statefulsets], verbs: [get, list, watch]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: reader, namespace: shop}
                rules:
                - {apiGroups: [""], resources: ["*"], verbs: [get]}
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: probe}
                rules:
                - {nonResourceURLs: ["*"], verbs: [get]}
            """,
            at="rules[0].nonResourceURLs",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: reader}
                rules:
                - {apiGroups: [apps], resources: ["*"], verbs: [get, list]}
            """
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: reader}
                rules:
                - {apiGroups: [""], resources: [pods], verbs: ["${VERB}"]}
            """,
            at="rules[0].verbs[0]",
        ),
    ),
)
