"""A container may fill the disk of its node.

Why: logs, the container's own layer and emptyDir volumes share the node's disk. When it is full, the kubelet evicts
    pods, among them ones that did nothing wrong.
Instead: set `resources.limits.ephemeral-storage`, and `sizeLimit` on each emptyDir.
Breaks: a pod that writes more than its limit is evicted.
Check: kubectl get pods -A -o 'custom-columns=NAME:.metadata.name,LIMITS:.spec.containers[*].resources.limits'
Source: Kubernetes docs, "Local ephemeral storage".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown
from seawall.model import Container, View
from seawall.rules.pod._helpers import is_zero, resource_value
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure

_WHERE: Final = ("resources", "limits", "ephemeral-storage")


def check(container: Container, view: View) -> Iterator[Evidence]:
    if not container.runs_on:
        return
    value = resource_value(container, "limits", "ephemeral-storage", view)
    if isinstance(value, Unknown):
        yield unsure(value, *_WHERE)
    elif value is None:
        yield fail("may fill the disk of its node; set resources.limits.ephemeral-storage", *_WHERE)
    elif is_zero(value):
        yield fail(
            f"may write {value} to the disk of its node, which is no limit; set resources.limits.ephemeral-storage",
            *_WHERE,
            value=value,
        )


RULE = Rule(
    id="ephemeral-storage-unlimited",
    on=Container,
    check=check,
    uses=("LimitRange",),
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="resources: {limits: {ephemeral-storage: 1Gi}}"),
        fails(
            container="resources: {limits: {memory: 1Gi}}",
            at="spec.containers[0].resources.limits.ephemeral-storage",
            instead="resources: {limits: {memory: 1Gi, ephemeral-storage: 1Gi}}",
        ),
        fails(
            container="resources: {limits: {ephemeral-storage: '0'}}",
            at="spec.containers[0].resources.limits.ephemeral-storage",
        ),
        unknown(container="resources: {limits: {ephemeral-storage: '${DISK}'}}"),
    ),
)
