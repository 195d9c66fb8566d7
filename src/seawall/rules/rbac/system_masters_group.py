"""A binding names the group system:masters.

Why: members of `system:masters` are allowed everything before RBAC is asked, so the binding adds nothing, and taking it
    away takes nothing from them. That it is there says that certificates of this group are in use, which nobody can
    revoke.
Instead: a group of your own, from your identity provider, bound to the role it needs; keep the one certificate of
    `system:masters` locked away for emergencies.
Breaks: nothing; the members keep every right that they have.
Check: kubectl get clusterrolebindings,rolebindings -A -o wide | grep system:masters
Source: CIS Kubernetes Benchmark 5.1.7; Kubernetes, "RBAC good practices", "Least privilege".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Binding
from seawall.model.bindings import role_of
from seawall.rules.rbac._grants import judged
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import MEDIUM, Evidence, Rule, fails, passes, unknown


def check(binding: Binding) -> Iterator[Evidence]:
    # Kubernetes itself makes this one binding.
    if (binding.resource.name, role_of(binding.resource).name) == ("cluster-admin", "cluster-admin"):
        return iter(())
    return judged(
        binding,
        lambda member: (member.kind, member.name) == ("Group", "system:masters"),
        "names {member}, which holds every right without it; bind a group of your own",
        lambda _: MEDIUM,
        ("Group",),
    )


RULE = Rule(
    id="system-masters-group",
    check=check,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    on=Binding,
    examples=(
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
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: Group, name: platform, apiGroup: rbac.authorization.k8s.io}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: Group, name: system:masters, apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[0].name",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: Group, name: platform, apiGroup: rbac.authorization.k8s.io}
            """,
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: Group, name: "${GROUP}", apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[0].name",
        ),
    ),
)
