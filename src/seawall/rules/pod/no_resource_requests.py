"""A container does not say how much processor time and memory it needs.

Why: the scheduler counts it as nothing and packs nodes beyond what they have; when one runs short, pods without
    requests are slowed down and evicted first.
Instead: set `resources.requests.cpu` and `.memory` to what it needs under normal load, or defaults in a LimitRange of
    the namespace. A limit without a request counts as the request.
Breaks: a pod whose requests fit on no node stays Pending.
Check: kubectl get pods -A -o 'custom-columns=NAME:.metadata.name,REQUESTS:.spec.containers[*].resources.requests'
Source: Kubernetes docs, "Resource Management for Pods and Containers"; Fairwinds Kubernetes Benchmark Report 2024.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Container, View
from seawall.rules.pod._helpers import is_zero, resource_value
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(container: Container, view: View) -> Iterator[Evidence]:
    if not container.runs_on:
        return
    missing = []
    for name in ("cpu", "memory"):
        value = resource_value(container, "requests", name, view)
        if isinstance(value, Unknown):
            yield unsure(value, "resources", "requests", name)
        elif value is None or is_zero(value):
            missing.append(name)
    if missing:
        fields = " and ".join(f"resources.requests.{name}" for name in missing)
        yield fail(f"requests no {' and no '.join(missing)}; set {fields}", "resources", "requests", missing[0])


RULE = Rule(
    id="no-resource-requests",
    concept="no-resource-limits",
    on=Container,
    check=check,
    uses=("LimitRange",),
    severity=LOW,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="resources: {requests: {cpu: 100m, memory: 128Mi}}"),
        passes(container="resources: {requests: {cpu: 100m}, limits: {memory: 128Mi}}"),
        passes(
            manifest="""
                {apiVersion: v1, kind: LimitRange, metadata: {name: all, namespace: shop},
                 spec: {limits: [{type: Container, defaultRequest: {cpu: 100m}, default: {memory: 256Mi}}]}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop},
                 spec: {containers: [{name: web, image: web:1}]}}
            """
        ),
        fails(container="resources: {requests: {cpu: 100m}}", at="spec.containers[0].resources.requests.memory"),
        fails(container="ports: [{containerPort: 80}]", at="spec.containers[0].resources.requests.cpu"),
        fails(container="resources: {requests: {memory: '${MEMORY}'}}", at="spec.containers[0].resources.requests.cpu"),
        fails(
            container="resources: {requests: {cpu: 0, memory: 128Mi}}", at="spec.containers[0].resources.requests.cpu"
        ),
        unknown(container="resources: {requests: {cpu: 100m, memory: '${MEMORY}'}}"),
    ),
)
