"""A namespace has pods and no ResourceQuota.

Why: one namespace can take all memory, all pods and all load balancers of the cluster: by a mistake in `replicas`, or
    by an intruder who mines.
Instead: a ResourceQuota with `requests` and `limits` for cpu and memory, `pods`, and `services.loadbalancers`.
Breaks: pods beyond the quota, and pods without the requests and limits that it counts, are refused; add a LimitRange
    with defaults first.
Check: kubectl get resourcequotas -n NAMESPACE
Source: NSA and CISA, Kubernetes Hardening Guide, resource policies; OWASP Kubernetes Top Ten 2025, K04.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import NamespaceScope, View
from seawall.rules.namespace._common import unless_stated
from seawall.rules.spec import ARCHITECT_OWNS, LOW, RECOMMENDED, Evidence, Rule, fails, passes, unknown


def check(scope: NamespaceScope, _: View) -> Iterator[Evidence]:
    message = "has pods and no ResourceQuota that limits them: it may take the whole cluster; set cpu, memory, pods"
    return unless_stated(scope, "ResourceQuota", "hard", message)


RULE = Rule(
    id="no-resource-quota",
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    on=NamespaceScope,
    needs=("ResourceQuota",),
    profile=RECOMMENDED,
    examples=(
        passes(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec:
                  containers:
                  - {name: web, image: registry.example/web:1.0, resources: {limits: {cpu: "1", memory: 64Mi}}}
                ---
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: limits, namespace: shop}
                spec: {hard: {pods: "50", limits.cpu: "20", limits.memory: 64Gi}}
            """,
            estate=True,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec:
                  containers:
                  - {name: web, image: registry.example/web:1.0, resources: {limits: {cpu: "1", memory: 64Mi}}}
            """,
            estate=True,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
                ---
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: limits, namespace: shop}
                spec: {}
            """,
            estate=True,
        ),
        unknown(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
                ---
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: limits, namespace: shop}
                spec: ${SPEC}
            """,
            estate=True,
        ),
        unknown(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
            """,
        ),
    ),
)
