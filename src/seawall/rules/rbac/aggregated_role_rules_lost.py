"""An aggregated role writes rules of its own, which are lost.

Why: a controller overwrites the rules of a ClusterRole that has an `aggregationRule` with those of the roles that it
    selects. What is written beside it counts only while it selects none that has rules, and is gone with the first one
    that somebody adds: whoever reviews the manifest is misled.
Instead: put the rules into a ClusterRole of their own that carries the label that is selected; leave `rules: []` here.
Breaks: nothing, unless no role is selected so far: then the rules are in force.
Check: kubectl get clusterrole NAME -o yaml
Source: Kubernetes, "Using RBAC Authorization", "Aggregated ClusterRoles".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Role
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, is_clusters_own
from seawall.rules.spec import LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(role: Role) -> Iterator[Evidence]:
    tree, resource = role.tree, role.resource
    if resource.kind != "ClusterRole" or tree.get("aggregationRule") is None:
        return
    # An object that was read from a cluster shows what the controller wrote there.
    if "uid" in resource.metadata or is_clusters_own(resource):
        return
    rules = tree.get("rules")
    if isinstance(rules, Unknown):
        yield unsure(rules, "rules")
    elif isinstance(rules, list) and rules:
        yield fail(
            "has rules beside its aggregationRule, which are overwritten; move them to a role of their own", "rules"
        )


RULE = Rule(
    id="aggregated-role-rules-lost",
    on=Role,
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    concept="rbac-aggregation",
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: monitoring}
                aggregationRule: {clusterRoleSelectors: [{matchLabels: {monitoring: "true"}}]}
                rules: []
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: monitoring, uid: 00000000-0000-0000-0000-000000000000}
                aggregationRule: {clusterRoleSelectors: [{matchLabels: {monitoring: "true"}}]}
                rules:
                - {apiGroups: [""], resources: [pods], verbs: [get]}
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: reader}
                rules:
                - {apiGroups: [""], resources: [pods], verbs: [get]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: monitoring}
                aggregationRule: {clusterRoleSelectors: [{matchLabels: {monitoring: "true"}}]}
                rules:
                - {apiGroups: [""], resources: [pods], verbs: [get]}
            """,
            at="rules",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: monitoring}
                aggregationRule: {clusterRoleSelectors: [{matchLabels: {monitoring: "true"}}]}
                rules: ${RULES}
            """
        ),
    ),
)
