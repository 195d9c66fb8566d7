"""A role lifts the limits of RBAC: escalate, bind or impersonate.

Why: nobody may write a role that allows more than they are allowed, unless they have `escalate`; nobody may bind a
    role with rights they lack, unless they have `bind`; `impersonate` acts as any user, group or account. Each of them
    is one request away from every right there is. In a Role, `bind` on `clusterroles` counts too: a RoleBinding in
    the namespace then gives `cluster-admin` there.
Instead: name the roles or accounts in `resourceNames`, and never `cluster-admin` or `system:masters` among them. Who
    sets up namespaces can hold every right that they hand out, which needs none of the three.
Breaks: operators that create roles; tools that act for their users by impersonation.
Check: kubectl auth can-i impersonate users --as=SUBJECT; kubectl auth can-i bind clusterroles --as=SUBJECT
Source: CIS Kubernetes Benchmark 5.1.8; Kubernetes, "RBAC good practices", "Escalate verb"; Kubernetes, "Using RBAC
    Authorization", "Restrictions on role binding creation or update".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, Power, Right, Weight, powers
from seawall.rules.spec import CRITICAL, HIGH, LOW, Evidence, Rule, fails, passes, unknown

_ROLES = "rbac.authorization.k8s.io"
_USERS = "authentication.k8s.io"
_ADMINS = frozenset(("impersonate", group) for group in ("system:masters", "kubeadm:cluster-admins"))

POWER = Power(
    (
        Right(
            "clusterroles",
            ("escalate", "bind"),
            _ROLES,
            cluster=True,
            # Whether one may bind a role is asked in the namespace of the RoleBinding.
            in_role=("bind",),
            mighty=frozenset({("bind", "cluster-admin")}),
        ),
        Right("roles", ("escalate", "bind"), _ROLES),
        Right("users", ("impersonate",), cluster=True),
        Right("groups", ("impersonate",), cluster=True, mighty=_ADMINS),
        Right("serviceaccounts", ("impersonate",)),
        Right("uids", ("impersonate",), _USERS, cluster=True),
    ),
    Weight(CRITICAL, role=HIGH, named=LOW),
    "name the roles or accounts in resourceNames, or take the verb out",
    decides="verbs",
    if_named="keep to it only if those hold no more than whoever has this role",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-escalate-bind-impersonate",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=CRITICAL,
    otherwise={
        HIGH: "it is a Role",
        LOW: "resourceNames names roles or accounts that are not known to hold everything",
    },
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [rbac.authorization.k8s.io]
                  resources: [roles, rolebindings]
                  verbs: [get, list, create]
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [users], verbs: [impersonate]}
                - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [escalate]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [rbac.authorization.k8s.io]
                  resources: [roles, rolebindings]
                  verbs: [create, bind, escalate]
            """,
            at="rules[0].verbs",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [users, groups], verbs: [impersonate]}
            """,
            at="rules[0].verbs",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [serviceaccounts], verbs: ["*"]}
            """,
            at="rules[0].verbs",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [rbac.authorization.k8s.io]
                  resources: [clusterroles]
                  resourceNames: [view]
                  verbs: [bind]
            """,
            at="rules[0].verbs",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: [bind]}
            """,
            at="rules[0].verbs",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [groups], resourceNames: ["system:masters"], verbs: [impersonate]}
            """,
            at="rules[0].verbs",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [rbac.authorization.k8s.io], resources: [clusterroles], verbs: ["${VERB}"]}
            """,
            at="rules[0].verbs[0]",
        ),
    ),
)
