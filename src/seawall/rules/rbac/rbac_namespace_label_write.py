"""A role changes the labels of namespaces, and so their Pod Security.

Why: the level that Pod Security enforces is a label of the Namespace, and many NetworkPolicies and webhooks select
    namespaces by label too. Who may patch a Namespace may switch them off, even with a Role in that namespace.
Instead: leave `update` and `patch` on namespaces to those who set namespaces up; name them in `resourceNames`.
Breaks: operators that label namespaces, such as those of service meshes.
Check: kubectl auth can-i patch namespaces --as=SUBJECT
Source: Kubernetes, "RBAC good practices", "Namespace modification"; OWASP Kubernetes Top Ten 2025, K02.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, Power, Right, Weight, powers
from seawall.rules.spec import LOW, MEDIUM, Evidence, Rule, fails, passes, unknown

POWER = Power(
    (Right("namespaces", ("update", "patch")),),
    Weight(MEDIUM, role=LOW, named=LOW),
    "leave this to those who set namespaces up",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-namespace-label-write",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=MEDIUM,
    otherwise=POWER.weight.otherwise,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [namespaces], verbs: [get, list, watch, create]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [namespaces], verbs: [get, patch]}
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [namespaces], verbs: [update]}
            """,
            at="rules[0].resources",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [namespaces], verbs: ["${VERB}"]}
            """
        ),
    ),
)
