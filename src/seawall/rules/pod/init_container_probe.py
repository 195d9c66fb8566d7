"""An init container has a probe, which the API server refuses.

Why: an init container runs to its end before the pod starts, so there is nothing to probe: the object is rejected and
    the rollout stops.
Instead: remove the probe, or set `restartPolicy: Always` where the container is meant to be a sidecar.
Breaks: nothing; the object could not be applied before.
Check: kubectl apply --dry-run=server -f FILE
Source: Kubernetes API reference, "Container", `livenessProbe`; Kubernetes docs, "Init Containers".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown
from seawall.model import Container, ContainerClass
from seawall.rules.spec import DEVELOPER, LOW, OWNS, Evidence, Fix, Remove, Rule, fail, fails, passes, unknown, unsure

_FIELDS: Final = ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle")


def check(container: Container) -> Iterator[Evidence]:
    if container.kind is not ContainerClass.INIT:
        return
    policy = container.spec.get("restartPolicy")
    for field in _FIELDS:
        probe = container.spec.get(field)
        if probe is None:
            continue
        if isinstance(probe, Unknown):
            yield unsure(probe, field)
        elif isinstance(policy, Unknown):
            yield unsure(policy, "restartPolicy")
        else:
            yield fail(f"sets {field}, which only a sidecar may; remove it or set restartPolicy: Always", field)


def fix(evidence: Evidence) -> Fix:
    return Fix(f"Remove {evidence.path[0]}", (Remove(evidence.path),), safe=True)


RULE = Rule(
    id="init-container-probe",
    on=Container,
    check=check,
    fix=fix,
    severity=LOW,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS},
    examples=(
        passes(pod="initContainers: [{name: setup, image: setup:1}]"),
        passes(
            pod="initContainers: [{name: p, image: p:1, restartPolicy: Always, livenessProbe: {tcpSocket: {port: 80}}}]"
        ),
        fails(
            pod="initContainers: [{name: setup, image: setup:1, readinessProbe: {exec: {command: [ls]}}}]",
            at="spec.initContainers[0].readinessProbe",
            after_fix="initContainers: [{name: setup, image: setup:1}]",
        ),
        unknown(
            pod="initContainers: [{name: p, image: p:1, restartPolicy: '${P}', livenessProbe: {tcpSocket: {port: 80}}}]"
        ),
    ),
)
