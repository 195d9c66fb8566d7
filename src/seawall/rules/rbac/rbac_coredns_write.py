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

from seawall.core import Layer, Unknown
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Role
from seawall.model.permissions import Answer, PolicyRule, Request, allows, mentions, owns_core, resource_words
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, is_clusters_own
from seawall.rules.spec import LOW, MEDIUM, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure

_WORDS = resource_words("configmaps")
_NAMES = ("coredns", "coredns-custom", "kube-dns")


def check(role: Role) -> Iterator[Evidence]:
    resource = role.resource
    home = resource.namespace or ""
    if is_clusters_own(resource) or (resource.kind == "Role" and home != "kube-system" and not has_placeholder(home)):
        return
    for index, rule in enumerate(role.rules):
        answer = _rewrites(rule) if mentions(rule, _WORDS) else Answer.NO
        if answer is not Answer.NO and resource.kind == "Role" and home != "kube-system":
            yield unsure(Unknown(home), "metadata", "namespace")
        elif answer is Answer.YES and owns_core(rule) is not Answer.YES:
            aimed = resource.kind == "Role" or rule.names.absent is Answer.NO
            advice = "name other ones in resourceNames" if aimed else "give it by Roles elsewhere"
            yield fail(
                f"may rewrite the ConfigMaps of the cluster's DNS in kube-system; {advice}",
                *("rules", index, "resources"),
                value="configmaps",
                severity=MEDIUM if aimed else LOW,
            )
        elif answer is Answer.UNKNOWN and rule.unknown is not None:
            yield unsure(rule.unknown, *rule.where)


def _rewrites(rule: PolicyRule) -> Answer:
    return max(
        allows(rule, Request(verb=verb, resource="configmaps", name=name, namespace="kube-system"))
        for verb in ("update", "patch")
        for name in _NAMES
    )


RULE = Rule(
    id="rbac-coredns-write",
    on=Role,
    check=check,
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
