"""A role takes over the leases by which the cluster's controllers elect a leader.

Why: whoever writes the lease of the scheduler or of the controller manager in kube-system stops them: no pod is placed
    or replaced any more. Leases in kube-node-lease say that a node is alive: to change them drives pods off good
    nodes, or keeps them on dead ones.
Instead: a Role in the operator's own namespace, with the lease's name in `resourceNames` for all but `create`.
Breaks: operators that elect their leader in another namespace than their own.
Check: kubectl auth can-i update leases.coordination.k8s.io --as=SUBJECT -n kube-system
Source: Kubernetes, "Leases", "Node heartbeats" and "Leader election".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, Verdict
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, Power, Right, Weight, powers
from seawall.rules.spec import LOW, STRICT, Evidence, Rule, fails, passes, unknown, unsure

_SYSTEM = frozenset({"kube-system", "kube-node-lease"})
"""The namespaces of the cluster's own leases."""

_CHANGES = ("update", "patch", "delete", "deletecollection")
_LEADERS = frozenset((verb, name) for verb in _CHANGES for name in ("kube-controller-manager", "kube-scheduler"))
"""To have one of these is as bad as to have all."""

POWER = Power(
    (Right("leases", _CHANGES, "coordination.k8s.io", mighty=_LEADERS),),
    Weight(LOW, role=LOW),
    "give it by a Role in the program's own namespace",
    in_role="name the program's own lease in resourceNames",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    home = role.resource.namespace or "default"
    if role.resource.kind == "Role" and has_placeholder(home):
        for evidence in powers(role, POWER, view):
            yield unsure(Unknown(home), "metadata", "namespace") if evidence.verdict is Verdict.FAIL else evidence
    elif role.resource.kind != "Role" or home in _SYSTEM:
        yield from powers(role, POWER, view)


RULE = Rule(
    id="rbac-lease-write",
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
                - apiGroups: [coordination.k8s.io]
                  resources: [leases]
                  verbs: [get, list, watch, create]
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: ["*"]}
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: kube-system}
                rules:
                - apiGroups: [coordination.k8s.io]
                  resources: [leases]
                  resourceNames: [operator]
                  verbs: [update]
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: kube-system}
                rules:
                - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, update]}
            """,
            at="rules[0].resources",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: kube-system}
                rules:
                - apiGroups: [coordination.k8s.io]
                  resources: [leases]
                  resourceNames: [operator]
                  verbs: [get, update]
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: kube-system}
                rules:
                - apiGroups: [coordination.k8s.io]
                  resources: [leases]
                  resourceNames: [kube-scheduler]
                  verbs: [update]
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [coordination.k8s.io], resources: ["*"], verbs: [patch]}
            """,
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: ["${VERB}"]}
            """,
            at="rules[0].verbs[0]",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: "${NAMESPACE}"}
                rules:
                - {apiGroups: [coordination.k8s.io], resources: [leases], verbs: [update]}
            """,
        ),
    ),
)
