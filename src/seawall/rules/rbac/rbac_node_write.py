"""A role changes nodes.

Why: labels and taints decide what runs where: who writes them pulls sensitive pods to a node of their choice, or drives
    every pod off the others. `nodes/status` can fake room and addresses that the API server then connects to.
Instead: leave nodes to the kubelets (NodeRestriction limits each to its own), the autoscaler and administrators; name
    the nodes in `resourceNames` where a program serves some.
Breaks: autoscalers, drain and labelling tools.
Check: kubectl auth can-i patch nodes --as=SUBJECT
Source: Kubernetes, "Using Node Authorization" and "NodeRestriction"; Kubernetes, "RBAC good practices".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, Power, Right, Weight, powers
from seawall.rules.spec import MEDIUM, Evidence, Rule, fails, passes, unknown

POWER = Power(
    (
        Right("nodes", ("create", "update", "patch", "delete", "deletecollection"), cluster=True),
        Right("nodes/status", ("update", "patch"), cluster=True),
    ),
    Weight(MEDIUM, role=None),
    "leave nodes to kubelets, the autoscaler and administrators",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-node-write",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [nodes, nodes/status], verbs: [get, list, watch]}
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [nodes], verbs: [patch]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [nodes], verbs: [get, patch]}
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: ["*/status"], verbs: [patch]}
            """,
            at="rules[0].resources",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: ["${RESOURCE}"], verbs: [patch]}
            """
        ),
    ),
)
