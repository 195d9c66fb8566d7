"""A role changes the configuration of the cluster's DNS.

Why: the ConfigMap `coredns` in kube-system says how every name is answered. Who writes it sends the traffic of any
    Service to an address of their own, and no pod notices.
Instead: leave kube-system to its operators: Roles in the namespaces that a program works in, or `resourceNames`.
Breaks: programs that write ConfigMaps in every namespace; bind their ClusterRole with RoleBindings instead.
Check: kubectl auth can-i update configmap/coredns -n kube-system --as=SUBJECT
Source: Microsoft Threat Matrix for Kubernetes, "CoreDNS poisoning".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._config_maps import Target, rewritten
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import LOW, MEDIUM, STRICT, Evidence, Rule, fails, passes, unknown

_TARGET = Target(
    ("coredns", "coredns-custom", "kube-dns"),
    "the ConfigMaps of the cluster's DNS in kube-system",
    named=MEDIUM,
    role=MEDIUM,
    cluster=LOW,
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return rewritten(role, _TARGET, view)


RULE = Rule(
    id="rbac-coredns-write",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=MEDIUM,
    otherwise={LOW: "a ClusterRole reaches those ConfigMaps among all others"},
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
                - {apiGroups: [""], resources: [configmaps], verbs: [get, create]}
                - {apiGroups: [""], resources: [configmaps], resourceNames: [leader], verbs: [update]}
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [configmaps], verbs: [update]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: dns, namespace: kube-system}
                rules:
                - {apiGroups: [""], resources: [configmaps], resourceNames: [coredns], verbs: [patch]}
            """,
            at="rules[0].resources",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: dns, namespace: kube-system}
                rules:
                - {apiGroups: [""], resources: [configmaps], resourceNames: [coredns], verbs: [get]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [configmaps], verbs: [update]}
            """,
            at="rules[0].resources",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [configmaps], resourceNames: ["${NAME}"], verbs: [update]}
            """,
            at="rules[0].resourceNames[0]",
        ),
    ),
)
