"""A role changes who may log in to an EKS cluster.

Why: on EKS the ConfigMap `aws-auth` in kube-system says which user and groups an AWS identity is. Who writes it makes
    any identity a member of `system:masters`, which may do everything and asks no RBAC.
Instead: access entries of EKS, with the authentication mode `API`, which does not read the ConfigMap. Where it is still
    read, leave it to the pipeline that sets up the cluster.
Breaks: tools that add nodes or people by editing the ConfigMap.
Check: kubectl auth can-i update configmap/aws-auth -n kube-system --as=SUBJECT
Source: Amazon EKS User Guide, "Grant IAM users and roles access to Kubernetes APIs"; MITRE ATT&CK T1098.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._config_maps import Target, rewritten
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import HIGH, MEDIUM, Evidence, Rule, fails, passes, unknown

_TARGET = Target(
    ("aws-auth",),
    'the ConfigMap "aws-auth" in kube-system, which makes anyone system:masters on EKS',
    named=HIGH,
    # Whether it is a cluster of EKS, only the name says.
    role=MEDIUM,
    cluster=None,
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return rewritten(role, _TARGET, view)


RULE = Rule(
    id="rbac-aws-auth-write",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=HIGH,
    otherwise={MEDIUM: "a Role in kube-system reaches it among all ConfigMaps, on a cluster that may be no EKS"},
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    controls=("attack-18.1:T1098",),
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: kube-system}
                rules:
                - {apiGroups: [""], resources: [configmaps], verbs: [get, list, create]}
                - {apiGroups: [""], resources: [configmaps], resourceNames: [leader], verbs: [update]}
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [configmaps], resourceNames: [aws-auth], verbs: [update]}
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [configmaps], verbs: [get, update]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: access}
                rules:
                - {apiGroups: [""], resources: [configmaps], resourceNames: [aws-auth], verbs: [get, patch]}
            """,
            at="rules[0].resources",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: access}
                rules:
                - {apiGroups: [""], resources: [configmaps], resourceNames: [aws-auth], verbs: [get]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: access, namespace: kube-system}
                rules:
                - {apiGroups: [""], resources: [configmaps], verbs: [update]}
            """,
            at="rules[0].resources",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: access}
                rules:
                - {apiGroups: [""], resources: [configmaps], resourceNames: ["${NAME}"], verbs: [update]}
            """,
            at="rules[0].resourceNames[0]",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: access, namespace: "${NAMESPACE}"}
                rules:
                - {apiGroups: [""], resources: [configmaps], resourceNames: [aws-auth], verbs: [update]}
            """,
            at="metadata.namespace",
        ),
    ),
)
