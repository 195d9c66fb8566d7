"""A ClusterRole allows everything, as cluster-admin does.

Why: every verb on every resource, be it of every API group or of the core group: it reads every Secret, starts and
    enters every pod, and, by `impersonate` and `nodes/proxy`, is everybody else too. Under another name it is not found
    by those who look for bindings to `cluster-admin`.
Instead: a role with the API groups, resources and verbs that are used. Where everything is really needed, bind
    `cluster-admin` itself, for a short time and to a person.
Breaks: whatever relies on rights that nobody wrote down; find them in the audit log first.
Check: kubectl auth can-i '*' '*' --all-namespaces --as=SUBJECT
Source: CIS Kubernetes Benchmark 5.1.1 and 5.1.3; Kubernetes, "RBAC good practices", "Least privilege".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown, dig, items
from seawall.model import Role, View
from seawall.model.label_selectors import selects
from seawall.model.permissions import Answer, grants_everything, owns_core
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._holders import given_to
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, is_clusters_own
from seawall.rules.spec import CRITICAL, ESSENTIAL, HIGH, Evidence, Rule, fail, fails, passes, unknown, unsure

_OF_CLUSTER_ADMIN: Final = {"kubernetes.io/bootstrapping": "rbac-defaults"}
"""The labels of the built-in `cluster-admin`."""


def check(role: Role, view: View) -> Iterator[Evidence]:
    if role.resource.kind != "ClusterRole" or is_clusters_own(role.resource):
        return
    yield from _aggregated(role)
    for index, rule in enumerate(role.rules):
        answer = owns_core(rule)
        if answer is Answer.YES:
            whole = grants_everything(rule) is Answer.YES
            reach = "" if whole else " of the core API group"
            message = (
                f"allows every verb on every resource{reach}{given_to(role.resource, view)}; write out what is used"
            )
            yield fail(message, "rules", index, "verbs", value="*", severity=CRITICAL if whole else HIGH)
        elif answer is Answer.UNKNOWN and rule.unknown is not None:
            yield unsure(rule.unknown, *rule.where)


def _aggregated(role: Role) -> Iterator[Evidence]:
    """A selector that takes in the built-in `cluster-admin` gives its rules."""
    rule = role.tree.get("aggregationRule")
    if isinstance(rule, Unknown):
        yield unsure(rule, "aggregationRule")
        return
    where = ("aggregationRule", "clusterRoleSelectors")
    selectors = dig(rule, "clusterRoleSelectors")
    if isinstance(selectors, Unknown):
        yield unsure(selectors, *where)
    for index, selector in items(selectors):
        takes_in = selects(selector, _OF_CLUSTER_ADMIN)
        if isinstance(takes_in.holds, Unknown):
            yield unsure(takes_in.holds, *where, index, *takes_in.where)
        elif takes_in.holds:
            yield fail(
                "collects the rules of every ClusterRole that the selector takes in, cluster-admin among them; "
                "select by a label of its own",
                *where,
                index,
                value=selector,
            )


RULE = Rule(
    id="rbac-admin-equivalent",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=CRITICAL,
    otherwise={HIGH: "it allows everything of the core API group only"},
    profile=ESSENTIAL,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    concept="cluster-admin-binding",
    # It stands for every narrower rule of the family, which leave such a role to it.
    controls=(
        *(f"cis-1.12:5.1.{number}" for number in (2, 3, 4, 8, 9, 10, 11, 12, 13)),
        *("cis-aks-1.8:4.1.3", "cis-eks-1.8:4.1.3", "cis-gke-1.9:4.1.3"),
        "kubescape:C-0007",
    ),
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: apps}
                rules:
                - {apiGroups: [apps], resources: ["*"], verbs: ["*"]}
                - {apiGroups: ["*"], resources: ["*"], verbs: [get, list]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: everything}
                rules:
                - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
                - {nonResourceURLs: ["*"], verbs: ["*"]}
            """,
            at="rules[0].verbs",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: everything}
                rules:
                - {apiGroups: ["", apps], resources: [pods, services, deployments], verbs: [get, list, watch]}
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: owner, namespace: shop}
                rules:
                - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: core}
                rules:
                - {apiGroups: ["", apps], resources: ["*"], verbs: ["*"]}
            """,
            at="rules[0].verbs",
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: monitoring}
                aggregationRule: {clusterRoleSelectors: [{matchLabels: {monitoring: "true"}}]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: monitoring}
                aggregationRule: {clusterRoleSelectors: [{matchLabels: {monitoring: "true"}}, {}]}
            """,
            at="aggregationRule.clusterRoleSelectors[1]",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: monitoring}
                aggregationRule:
                  clusterRoleSelectors:
                  - matchExpressions: [{key: kubernetes.io/bootstrapping, operator: Exists}]
            """,
            at="aggregationRule.clusterRoleSelectors[0]",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: monitoring}
                aggregationRule:
                  clusterRoleSelectors:
                  - matchExpressions: [{key: monitoring, operator: DoesNotExist}]
            """,
            at="aggregationRule.clusterRoleSelectors[0]",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: monitoring}
                aggregationRule:
                  clusterRoleSelectors:
                  - matchExpressions: [{key: "${KEY}", operator: DoesNotExist}]
            """,
            at="aggregationRule.clusterRoleSelectors[0].matchExpressions[0].key",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: everything}
                rules:
                - {apiGroups: ["${GROUP}"], resources: ["*"], verbs: ["*"]}
            """,
            at="rules[0].apiGroups[0]",
        ),
    ),
)
