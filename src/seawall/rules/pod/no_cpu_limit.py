"""A container may use all the processor time of its node.

Why: without a limit a busy or mined container takes every idle cycle, and what others get depends on their requests
    alone. Teams that measure latency leave CPU limits out on purpose, hence this rule is of the strict profile.
Instead: set `resources.limits.cpu`, or `default.cpu` in a LimitRange of the namespace.
Breaks: a container at its limit is throttled, which shows as latency.
Check: kubectl get pods -A -o 'custom-columns=NAME:.metadata.name,LIMITS:.spec.containers[*].resources.limits.cpu'
Source: Kubernetes docs, "Resource Management for Pods and Containers".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown
from seawall.model import Container, View
from seawall.rules.pod._helpers import is_zero, resource_value
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure

_WHERE: Final = ("resources", "limits", "cpu")


def check(container: Container, view: View) -> Iterator[Evidence]:
    if not container.runs_on:
        return
    value = resource_value(container, "limits", "cpu", view)
    if isinstance(value, Unknown):
        yield unsure(value, *_WHERE)
    elif value is None:
        yield fail("has no CPU limit; set resources.limits.cpu", *_WHERE)
    elif is_zero(value):
        yield fail(
            f"has the CPU limit {value}, which is none; set resources.limits.cpu to what it needs",
            *_WHERE,
            value=value,
        )


RULE = Rule(
    id="no-cpu-limit",
    concept="no-resource-limits",
    on=Container,
    check=check,
    uses=("LimitRange",),
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="resources: {limits: {cpu: 500m}}"),
        passes(container="resources: {limits: {cpu: 2}}"),
        fails(
            container="resources: {limits: {memory: 1Gi}}",
            at="spec.containers[0].resources.limits.cpu",
            instead="resources: {limits: {memory: 1Gi, cpu: 500m}}",
        ),
        fails(container="resources: {}"),
        fails(container="resources: {limits: {cpu: '0'}}", at="spec.containers[0].resources.limits.cpu"),
        unknown(container="resources: {limits: {cpu: '${CPU}'}}"),
    ),
)
