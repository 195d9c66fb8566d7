"""A subject is bound to cluster-admin, or to a role that equals it.

Why: `cluster-admin` may do everything: read every Secret, run on every node, and remove whatever would record it. An
    account that programs use with it turns any flaw of the program into the loss of the cluster.
Instead: a role with the rights that are used, bound by a RoleBinding in the namespaces where they are; for people, a
    group that is joined for an hour.
Breaks: whatever needed more than was thought; the audit log names each refused request.
Check: kubectl get clusterrolebindings,rolebindings -A -o wide | grep cluster-admin
Source: CIS Kubernetes Benchmark 5.1.1; Kubernetes, "RBAC good practices", "Least privilege".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.inventory import Resource
from seawall.model import Binding, View
from seawall.model.bindings import Member, RoleRef, members_of, role_of
from seawall.rules.rbac._grants import listed_members
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, all_powerful
from seawall.rules.spec import CRITICAL, ESSENTIAL, HIGH, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(binding: Binding, view: View) -> Iterator[Evidence]:
    members = members_of(binding.resource)
    # The group system:masters holds everything without any binding; see system-masters-group.
    others = [member for member in members if (member.kind, member.name) != ("Group", "system:masters")]
    role = role_of(binding.resource)
    if not others:
        return
    if role.unknown is not None:
        yield unsure(role.unknown, *role.where)
        return
    equal = _equals_it(role, view)
    if isinstance(equal, Unknown):
        yield unsure(equal, "roleRef", "name")
    elif equal:
        yield _told(binding.resource, role, others)


def _told(binding: Resource, role: RoleRef, members: list[Member]) -> Evidence:
    people = all(member.is_person for member in members)
    namespaced = binding.kind == "RoleBinding"
    told = listed_members(members)
    what = role.name if role.name == "cluster-admin" else f"{role.name}, which allows everything,"
    return fail(
        f"gives {what} to {told}{' in its namespace' if namespaced else ''}; bind a role with what is used",
        *("roleRef", "name"),
        value=role.name,
        severity=HIGH if people or namespaced else CRITICAL,
    )


def _equals_it(role: RoleRef, view: View) -> bool | Unknown:
    """Whether the role allows everything; an `Unknown` where that is filled in later."""
    # What a Role allows ends at its namespace: rbac-namespace-admin tells of one that allows everything there.
    if role.kind != "ClusterRole":
        return False
    return role.name == "cluster-admin" or view.once(all_powerful).get(role.name, False)


RULE = Rule(
    id="cluster-admin-binding",
    check=check,
    severity=CRITICAL,
    otherwise={HIGH: "only people hold it, or a RoleBinding keeps it to one namespace"},
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    on=Binding,
    uses=("ClusterRole",),
    profile=ESSENTIAL,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: cluster-admin}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                subjects:
                - {kind: Group, name: system:masters, apiGroup: rbac.authorization.k8s.io}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                subjects:
                - {kind: Group, name: system:authenticated, apiGroup: rbac.authorization.k8s.io}
            """,
            at="roleRef.name",
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: cluster-admin}
                subjects:
                - {kind: ServiceAccount, name: ci, namespace: shop}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: cluster-admin, namespace: shop}
                rules:
                - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                subjects:
                - {kind: ServiceAccount, name: ci, namespace: ops}
            """,
            at="roleRef.name",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: ci, namespace: ops}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                subjects:
                - {kind: User, name: alice, apiGroup: rbac.authorization.k8s.io}
            """,
            at="roleRef.name",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: everything}
                subjects:
                - {kind: ServiceAccount, name: ci, namespace: ops}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: everything}
                rules:
                - {apiGroups: ["*"], resources: ["*"], verbs: ["*"]}
            """,
            at="roleRef.name",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: everything}
                subjects:
                - {kind: ServiceAccount, name: ci, namespace: ops}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: everything}
                rules:
                - {apiGroups: ["*"], resources: ["${RESOURCE}"], verbs: ["*"]}
            """,
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "${ROLE}"}
                subjects:
                - {kind: ServiceAccount, name: ci, namespace: ops}
            """,
        ),
    ),
)
