"""A container may use all the memory of its node.

Why: one leak or one attacker's input and the kernel kills processes of other pods on the node, or the node goes down.
    With a limit only this container is restarted.
Instead: set `resources.limits.memory`, or `default.memory` in a LimitRange of the namespace, and the request to the
    same value, so that the scheduler counts what may be used.
Breaks: a container that needs more than its limit is killed (OOMKilled); look at its peak first.
Check: kubectl get pods -A -o 'custom-columns=NAME:.metadata.name,LIMITS:.spec.containers[*].resources.limits.memory'
Source: Kubernetes docs, "Resource Management for Pods and Containers"; OWASP Kubernetes Top Ten 2025, K01.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown
from seawall.model import Container, View
from seawall.rules.pod._helpers import is_zero, resource_value
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_WHERE: Final = ("resources", "limits", "memory")


def check(container: Container, view: View) -> Iterator[Evidence]:
    # An init container is gone before the node fills up; an ephemeral one may not name resources.
    if not container.runs_on:
        return
    value = resource_value(container, "limits", "memory", view)
    if isinstance(value, Unknown):
        yield unsure(value, *_WHERE)
    elif value is None:
        yield fail("has no memory limit; set resources.limits.memory", *_WHERE)
    elif is_zero(value):
        yield fail(
            f"has the memory limit {value}, which is none; set resources.limits.memory to what it needs",
            *_WHERE,
            value=value,
        )


RULE = Rule(
    id="no-memory-limit",
    concept="no-resource-limits",
    on=Container,
    check=check,
    uses=("LimitRange",),
    severity=MEDIUM,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="resources: {limits: {memory: 128Mi}}"),
        passes(pod="resources: {limits: {memory: 1Gi}}"),
        fails(pod="resources: {limits: {memory: 1Gi}}", kube="1.33"),
        passes(
            manifest="""
                {apiVersion: v1, kind: LimitRange, metadata: {name: all, namespace: shop},
                 spec: {limits: [{type: Container, default: {memory: 256Mi}}]}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop},
                 spec: {containers: [{name: web, image: web:1}]}}
            """
        ),
        fails(
            manifest="""
                {apiVersion: v1, kind: LimitRange, metadata: {name: all, namespace: other},
                 spec: {limits: [{type: Container, default: {memory: 256Mi}}]}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop},
                 spec: {containers: [{name: web, image: web:1}]}}
            """,
            at="spec.containers[0].resources.limits.memory",
        ),
        fails(
            container="resources: {requests: {cpu: 100m, memory: 128Mi}}",
            at="spec.containers[0].resources.limits.memory",
            instead="resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {memory: 128Mi}}",
        ),
        fails(container="resources: {requests: {memory: 128Mi}, limits: {cpu: 1}}"),
        passes(container="resources: {limits: {memory: 0.5Gi}}"),
        fails(container="resources: {limits: {memory: '0'}}", at="spec.containers[0].resources.limits.memory"),
        fails(container="resources: {limits: {memory: 0Mi}}", at="spec.containers[0].resources.limits.memory"),
        unknown(container="resources: {limits: {memory: '${MEMORY}'}}"),
        unknown(container="resources: '${RESOURCES}'"),
    ),
)
