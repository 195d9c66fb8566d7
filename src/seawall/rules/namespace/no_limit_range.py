"""A namespace has pods and no LimitRange.

Why: a container that says nothing about cpu and memory gets no limit, and one pod can starve its node. A ResourceQuota
    alone refuses such pods instead of giving them a sane value.
Instead: a LimitRange with `default` and `defaultRequest` for containers, and a `max`.
Breaks: containers that need more than the default and say nothing are killed or throttled; only new pods get them.
Check: kubectl get limitranges -n NAMESPACE
Source: NSA and CISA, Kubernetes Hardening Guide, resource policies; OWASP Kubernetes Top Ten 2025, K04.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import NamespaceScope, View
from seawall.rules.namespace._common import unless_stated
from seawall.rules.spec import ARCHITECT_OWNS, LOW, STRICT, Evidence, Rule, fails, passes, unknown


def check(scope: NamespaceScope, _: View) -> Iterator[Evidence]:
    lacks = "has pods and no LimitRange that says anything, so containers that say nothing have no limit"
    return unless_stated(scope, "LimitRange", "limits", f"{lacks}; give defaults")


RULE = Rule(
    id="no-limit-range",
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    on=NamespaceScope,
    needs=("LimitRange",),
    profile=STRICT,
    examples=(
        passes(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
                ---
                apiVersion: v1
                kind: LimitRange
                metadata: {name: limits, namespace: shop}
                spec: {limits: [{type: Container, default: {memory: 256Mi}, defaultRequest: {cpu: 100m}}]}
            """,
            estate=True,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
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
                kind: LimitRange
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
                kind: LimitRange
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
