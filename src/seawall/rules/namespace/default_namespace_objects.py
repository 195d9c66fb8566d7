"""The namespace default holds objects that are no workloads.

Why: a Service, a Secret or a RoleBinding in `default` is shared by everything that lands there. An auditor who asks
    whether the namespace is in use means every kind, not only what runs.
Instead: move them to the namespace of the application that they belong to.
Breaks: what looks for them in `default` by name; claims and Secrets have to be made anew.
Check: kubectl get all,configmaps,secrets,roles,rolebindings,ingresses -n default
Source: CIS Kubernetes Benchmark 5.6.4.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, dig
from seawall.inventory import Resource
from seawall.model import NamespaceScope
from seawall.rules.namespace._common import is_workload
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes

_OWN: Final = frozenset(
    [
        ("", "Service", "kubernetes"),
        ("", "Endpoints", "kubernetes"),
        ("discovery.k8s.io", "EndpointSlice", "kubernetes"),
        ("", "ServiceAccount", "default"),
        ("", "ConfigMap", "kube-root-ca.crt"),
    ]
)
"""(group, kind, name) of what Kubernetes itself keeps there."""

_TOKEN: Final = "kubernetes.io/service-account-token"


def check(scope: NamespaceScope) -> Iterator[Evidence]:
    if scope.name != "default":
        return
    kinds = Counter(member.kind for member in scope.members if _is_somebodys(member))
    if kinds:
        counted = ", ".join(f"{number:,} {kind}" for kind, number in sorted(kinds.items()))
        yield fail(f"is in use beside its workloads ({counted}); move them to namespaces of their own")


def _is_somebodys(resource: Resource) -> bool:
    """Whether a person put it there; workloads are default-namespace's matter."""
    if resource.chosen_namespace != "default" or is_workload(resource):
        return False
    return (resource.group, resource.kind, resource.name) not in _OWN and not _is_kept(resource)


def _is_kept(resource: Resource) -> bool:
    """Whether Kubernetes writes such objects on its own: events of nodes, the token of the default account."""
    if resource.kind == "Event":
        return resource.group in ("", "events.k8s.io")
    is_token = resource.kind == "Secret" and dig(resource.tree, "type") == _TOKEN
    return is_token and resource.name.startswith("default-token-")


RULE = Rule(
    id="default-namespace-objects",
    concept="default-namespace",
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    on=NamespaceScope,
    profile=STRICT,
    examples=(
        passes(
            manifest="""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: shop}
            """,
        ),
        passes(
            manifest="""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings}
            """,
        ),
        passes(
            manifest="""
                apiVersion: v1
                kind: Service
                metadata: {name: kubernetes, namespace: default}
                spec: {ports: [{port: 443}]}
                ---
                apiVersion: v1
                kind: ServiceAccount
                metadata: {name: default, namespace: default}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: kube-root-ca.crt, namespace: default}
                ---
                apiVersion: v1
                kind: Secret
                metadata:
                  name: default-token-x7k2p
                  namespace: default
                  annotations: {kubernetes.io/service-account.name: default}
                type: kubernetes.io/service-account-token
                ---
                apiVersion: v1
                kind: Event
                metadata: {name: node-1.17a, namespace: default}
                involvedObject: {kind: Node, name: node-1}
            """,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Service
                metadata: {name: web, namespace: default}
                spec: {ports: [{port: 80}]}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: settings, namespace: default}
            """,
        ),
    ),
)
