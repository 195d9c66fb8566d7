"""Rights are bound to a default service account.

Why: every pod that names no account runs as `default`, with its token mounted. So what is bound to it, or to all
    accounts of a namespace, is given to each pod that is started there, also the next one that nobody thought of.
Instead: an account of its own for the workload that needs the right: `serviceAccountName` in the pod, and the account's
    name in the binding.
Breaks: pods that used the right without naming an account.
Check: kubectl get rolebindings,clusterrolebindings -A -o wide | grep -E '/default( |$)'
Source: CIS Kubernetes Benchmark 5.1.5; NSA and CISA, Kubernetes Hardening Guide, pod service account tokens.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Binding
from seawall.model.bindings import ACCOUNT_GROUP, Member
from seawall.rules.rbac._grants import judged
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import HIGH, MEDIUM, Evidence, Rule, fails, passes, unknown


def check(binding: Binding) -> Iterator[Evidence]:
    return judged(
        binding,
        _is_default,
        'gives the role "{role}" to {member}, so to every pod that names no account; bind an account of its own',
        lambda _: MEDIUM if binding.resource.kind == "RoleBinding" else HIGH,
    )


def _is_default(member: Member) -> bool:
    if member.kind == "ServiceAccount":
        return member.name == "default"
    return member.kind == "Group" and member.name.startswith(f"{ACCOUNT_GROUP}:")


RULE = Rule(
    id="default-service-account-bound",
    check=check,
    severity=HIGH,
    otherwise={MEDIUM: "a RoleBinding keeps the rights to one namespace"},
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    on=Binding,
    concept="default-service-account",
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
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: User, name: default, apiGroup: rbac.authorization.k8s.io}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: default}
            """,
            at="subjects[0].name",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: User, name: system:serviceaccount:shop:default, apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[0].name",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: cart, namespace: shop}
                - {kind: Group, name: system:serviceaccounts:shop, apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[1].name",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: "${ACCOUNT}", namespace: shop}
            """,
        ),
    ),
)
