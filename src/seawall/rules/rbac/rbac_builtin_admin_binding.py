"""A built-in role that reads every Secret or starts pods is bound in every namespace.

Why: `admin` and `edit` are made for one namespace. A ClusterRoleBinding gives them in kube-system too, with its Secrets
    and accounts, from which the step to `cluster-admin` is short. The roles of Kubernetes' own controllers read every
    Secret, start pods as any account, or change any role.
Instead: a RoleBinding of `admin` or `edit` in each namespace that is worked in; for programs a role with what they use.
    Leave the roles of `system:` to those they are made for.
Breaks: whoever works in namespaces that nobody wrote down; the audit log names each refused request.
Check: kubectl get clusterrolebindings -o wide | grep -E 'ClusterRole/(admin|edit|system:)'
Source: Kubernetes, "Using RBAC Authorization", "User-facing roles", "Core component roles"; CIS Kubernetes 5.1.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown
from seawall.model import Binding
from seawall.model.bindings import Member, members_of, role_of
from seawall.rules.rbac._grants import listed_members
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import HIGH, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_CONTROLLER: Final = "system:controller:"
_TEAM: Final = "reads every Secret, enters every pod and acts as every service account"
_STARTS: Final = "starts pods everywhere, as any account"
_MAY: Final = {
    "admin": _TEAM,
    "edit": _TEAM,
    "system:aggregate-to-edit": _TEAM,
    "system:kube-controller-manager": "reads every Secret",
    "system:kubelet-api-admin": "runs commands in every pod, through the kubelets",
    "system:node": "reads every Secret and starts pods",
    **{
        _CONTROLLER + name: _STARTS
        for name in (
            *("cronjob-controller", "daemon-set-controller", "deployment-controller", "job-controller"),
            *("persistent-volume-binder", "replicaset-controller", "replication-controller", "statefulset-controller"),
        )
    },
    _CONTROLLER + "clusterrole-aggregation-controller": "puts any right into any ClusterRole",
    _CONTROLLER + "generic-garbage-collector": "reads, changes and deletes every object",
    _CONTROLLER + "legacy-service-account-token-cleaner": "changes every Secret, and sees it by that",
    _CONTROLLER + "namespace-controller": "reads and deletes every object",
    _CONTROLLER + "resourcequota-controller": "reads every object",
    _CONTROLLER + "storage-version-migrator-controller": "reads, creates and changes every object",
}
"""What built-in ClusterRoles but `cluster-admin` may; k8s.io/kubernetes `.../rbac/bootstrappolicy` has their rules."""
_USERS: Final = {
    "system:kube-controller-manager": {("User", "system:kube-controller-manager")},
    # Not one name: it is that of the API server's client certificate.
    "system:kubelet-api-admin": {
        ("User", name) for name in ("kube-apiserver", "kube-apiserver-kubelet-client", "kubernetes")
    },
    "system:node": {("Group", "system:nodes")},
}
"""Those that the roles of `system:` are made for; the controllers' are accounts of kube-system."""


def check(binding: Binding) -> Iterator[Evidence]:
    role = role_of(binding.resource)
    # The group system:masters holds everything without any binding; see system-masters-group.
    members = [m for m in members_of(binding.resource) if (m.kind, m.name) != ("Group", "system:masters")]
    if binding.resource.kind != "ClusterRoleBinding" or not members:
        return
    if role.unknown is not None:
        yield unsure(role.unknown, *role.where)
    elif role.kind == "ClusterRole" and role.name in _MAY:
        yield from _told(role.name, members)


def _told(role: str, members: list[Member]) -> Iterator[Evidence]:
    others = [member for member in members if _is_meant(member, role) is False]
    if others:
        own = role.startswith("system:")
        advice = "bind a role with what is used" if own else "bind it in namespaces, by RoleBindings"
        yield fail(
            f"gives {role}, which {_MAY[role]}, to {listed_members(others)} in every namespace; {advice}",
            *("roleRef", "name"),
            value=role,
            severity=MEDIUM if all(member.is_person for member in others) else HIGH,
        )
        return
    for member in members:
        meant = _is_meant(member, role)
        if isinstance(meant, Unknown):
            yield unsure(meant, *(member.where or ("subjects", member.index, "namespace")))


def _is_meant(member: Member, role: str) -> bool | Unknown:
    """Whether the role is made for it; nobody is the one whom `admin` and `edit` are made for everywhere."""
    if not role.startswith("system:"):
        return False
    if member.unknown is not None:
        return member.unknown
    if member.kind != "ServiceAccount":
        return (member.kind, member.name) in _USERS.get(role, ())
    if _CONTROLLER + member.name != role:
        return False
    return member.namespace if isinstance(member.namespace, Unknown) else member.namespace == "kube-system"


RULE = Rule(
    id="rbac-builtin-admin-binding",
    on=Binding,
    check=check,
    severity=HIGH,
    otherwise={MEDIUM: "only people hold it"},
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    concept="rbac-secrets-read",
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
                subjects:
                - {kind: Group, name: shop-team, apiGroup: rbac.authorization.k8s.io}
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: system:kube-controller-manager}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: system:kube-controller-manager}
                subjects:
                - {kind: User, name: system:kube-controller-manager, apiGroup: rbac.authorization.k8s.io}
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: system:controller:namespace-controller}
                roleRef:
                  {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: system:controller:namespace-controller}
                subjects:
                - {kind: ServiceAccount, name: namespace-controller, namespace: kube-system}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
                subjects:
                - {kind: ServiceAccount, name: ci, namespace: shop}
            """,
            at="roleRef.name",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit}
                subjects:
                - {kind: ServiceAccount, name: ci, namespace: shop}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
                subjects:
                - {kind: Group, name: shop-team, apiGroup: rbac.authorization.k8s.io}
            """,
            at="roleRef.name",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: system:kube-controller-manager}
                subjects:
                - {kind: User, name: system:kube-controller-manager, apiGroup: rbac.authorization.k8s.io}
                - {kind: ServiceAccount, name: backup, namespace: ops}
            """,
            at="roleRef.name",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: system:node}
                subjects:
                - {kind: Group, name: "${GROUP}", apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[0].name",
        ),
    ),
)
