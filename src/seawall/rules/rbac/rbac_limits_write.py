"""A role takes away the limits of the namespaces that it works in.

Why: NetworkPolicies, quotas and limit ranges are what keeps a namespace from the others. Who may delete them, or add a
    policy that allows everything, is kept by them only as long as they like.
Instead: leave quotas and limit ranges to whoever owns the cluster, as the built-in role `admin` does; and
    NetworkPolicies to a Role in the namespaces that need it.
Breaks: operators that bring policies or quotas of their own.
Check: kubectl auth can-i delete networkpolicies.networking.k8s.io --as=SUBJECT -n NAMESPACE
Source: Kubernetes, "Multi-tenancy", "Network isolation" and "Quotas"; "Using RBAC Authorization", "User-facing roles".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, WRITES, Power, Right, Weight, powers
from seawall.rules.spec import LOW, STRICT, Evidence, Rule, fails, passes, unknown

_CHANGES = (*WRITES, "delete", "deletecollection")

POWER = Power(
    (
        Right("networkpolicies", _CHANGES, "networking.k8s.io"),
        Right("resourcequotas", _CHANGES),
        Right("limitranges", _CHANGES),
    ),
    Weight(LOW, role=None),
    "leave the limits to whoever owns the cluster",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-limits-write",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: ["", networking.k8s.io]
                  resources: [networkpolicies, resourcequotas]
                  verbs: [get, list, watch]
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [networking.k8s.io], resources: [networkpolicies], verbs: [create]}
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [networking.k8s.io]
                  resources: [networkpolicies]
                  resourceNames: [operator]
                  verbs: [patch]
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [resourcequotas], verbs: [get, update]}
            """,
            at="rules[0].resources",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [resourcequotas], verbs: [get]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [networking.k8s.io], resources: ["*"], verbs: [delete]}
            """,
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [resourcequotas], verbs: ["${VERB}"]}
            """,
            at="rules[0].verbs[0]",
        ),
    ),
)
