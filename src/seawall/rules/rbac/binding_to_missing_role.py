"""A binding names a role that does not exist.

Why: it gives nothing today, and its subjects are refused what somebody meant them to have. Whoever may create a role of
    that name decides, later, what they are given.
Instead: create the role with the binding, correct the name or the kind, or delete the binding.
Breaks: nothing; the binding gives nothing.
Check: kubectl describe rolebinding NAME -n NAMESPACE; kubectl get role NAME -n NAMESPACE
Source: Kubernetes, "Using RBAC Authorization", "RoleBinding and ClusterRoleBinding".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Binding, View
from seawall.model.bindings import is_bootstrap_role, role_of
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(binding: Binding, view: View) -> Iterator[Evidence]:
    role = role_of(binding.resource)
    if role.unknown is not None:
        yield unsure(role.unknown, *role.where)
    elif role.kind in ("Role", "ClusterRole") and not is_bootstrap_role(role.kind, role.name):
        namespace = binding.resource.namespace if role.kind == "Role" else None
        if view.get(role.kind, namespace, role.name) is None:
            yield fail(
                f'names {role.kind} "{role.name}", which does not exist: it gives nothing; create or correct it',
                *("roleRef", "name"),
                value=role.name,
            )


RULE = Rule(
    id="binding-to-missing-role",
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    on=Binding,
    needs=("Role", "ClusterRole"),
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: cart, namespace: shop}
            """,
            estate=True,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
                subjects:
                - {kind: ServiceAccount, name: cart, namespace: shop}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: reader, namespace: shop}
                rules: []
            """,
            estate=True,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: view}
                subjects:
                - {kind: ServiceAccount, name: cart, namespace: shop}
            """,
            at="roleRef.name",
            estate=True,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
                subjects:
                - {kind: ServiceAccount, name: cart, namespace: shop}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: reader}
                rules: []
            """,
            at="roleRef.name",
            estate=True,
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
                subjects:
                - {kind: ServiceAccount, name: cart, namespace: shop}
            """,
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "${ROLE}"}
                subjects:
                - {kind: ServiceAccount, name: cart, namespace: shop}
            """,
            estate=True,
        ),
    ),
)
