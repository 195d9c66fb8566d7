"""Rights are bound to people who have not logged in.

Why: `system:anonymous` and `system:unauthenticated` are every request without credentials, from whatever can reach the
    API server. What they may do, anybody may.
Instead: bind the account or group that needs it. Health checks and the cluster's public facts are already open, by the
    built-in binding `system:public-info-viewer`.
Breaks: clients that send no credentials; give them a token.
Check: kubectl auth can-i --list --as=system:anonymous
Source: Kubernetes, "RBAC good practices", "Hardening"; CIS Google Kubernetes Engine Benchmark 4.1.8 and 4.1.9.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Binding, View
from seawall.model.bindings import ANONYMOUS, role_of
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._grants import gives_no_more_than, judged
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import CRITICAL, ESSENTIAL, Evidence, Rule, fails, passes, unknown, unsure

_OF_KUBERNETES = "system:public-info-viewer"
"""Versions and health."""
_OF_KUBEADM = ("Role", "kubeadm:bootstrap-signer-clusterinfo")
"""The address and CA of the cluster, which stand in the namespace kube-public."""


def check(binding: Binding, view: View) -> Iterator[Evidence]:
    found = list(_judged(binding))
    return iter(() if found and gives_no_more_than(binding, view, [_OF_KUBERNETES]) else found)


def _judged(binding: Binding) -> Iterator[Evidence]:
    role, home = role_of(binding.resource), binding.resource.namespace or ""
    for evidence in _anonymous(binding):
        if (role.kind, role.name) != _OF_KUBEADM:
            yield evidence
        elif has_placeholder(home):
            yield unsure(Unknown(home), "metadata", "namespace")
        elif home != "kube-public":
            yield evidence


def _anonymous(binding: Binding) -> Iterator[Evidence]:
    return judged(
        binding,
        lambda member: (member.kind, member.name) in ANONYMOUS,
        'gives the role "{role}" to {member}, which is {reach}; bind who needs it',
        lambda _: CRITICAL,
        ("User", "Group"),
    )


def _bound(url: str, who: str = "kind: Group, name: system:unauthenticated") -> str:
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: example}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: example}}
subjects:
- {{{who}}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: example}}
rules: [{{nonResourceURLs: [{url}], verbs: [get]}}]
"""


RULE = Rule(
    id="rbac-anonymous",
    check=check,
    finds_by=RBAC_KINDS,
    severity=CRITICAL,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    on=Binding,
    profile=ESSENTIAL,
    examples=(
        # No account is one of these, whatever it will be called.
        passes(manifest=_bound("/x", "kind: ServiceAccount, namespace: shop, name: '${ACCOUNT}'")),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: Group, name: developers, apiGroup: rbac.authorization.k8s.io}
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: system:public-info-viewer}
                subjects:
                - {kind: Group, name: system:authenticated, apiGroup: rbac.authorization.k8s.io}
                - {kind: Group, name: system:unauthenticated, apiGroup: rbac.authorization.k8s.io}
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: system:anonymous, namespace: shop}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: User, name: system:anonymous, apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[0].name",
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: kube-public}
                roleRef:
                  {apiGroup: rbac.authorization.k8s.io, kind: Role, name: "kubeadm:bootstrap-signer-clusterinfo"}
                subjects:
                - {kind: User, name: system:anonymous, apiGroup: rbac.authorization.k8s.io}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef:
                  {apiGroup: rbac.authorization.k8s.io, kind: Role, name: "kubeadm:bootstrap-signer-clusterinfo"}
                subjects:
                - {kind: User, name: system:anonymous, apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[0].name",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: "${NAMESPACE}"}
                roleRef:
                  {apiGroup: rbac.authorization.k8s.io, kind: Role, name: "kubeadm:bootstrap-signer-clusterinfo"}
                subjects:
                - {kind: User, name: system:anonymous, apiGroup: rbac.authorization.k8s.io}
            """,
            at="metadata.namespace",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: system:public-info-viewer}
                subjects:
                - {kind: User, name: system:anonymous, apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[0].name",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
                subjects:
                - {kind: Group, name: developers, apiGroup: rbac.authorization.k8s.io}
                - {kind: Group, name: system:unauthenticated, apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[1].name",
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
        # The built-in binding opens the cluster's health and version already.
        passes(manifest=_bound("/healthz")),
        fails(manifest=_bound("/metrics")),
    ),
)
