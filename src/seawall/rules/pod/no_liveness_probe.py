"""A container that hangs is never restarted.

Why: the kubelet restarts what exits, not what is stuck; without a probe a deadlocked process stays until somebody
    looks. A bad probe restarts healthy pods under load, hence this rule is of the strict profile.
Instead: give it a `livenessProbe` that asks only the process itself, with a `startupProbe` where it starts slowly.
Breaks: a probe that depends on other services, or is too impatient, restarts pods at the worst moment.
Check: kubectl get pods -A -o 'custom-columns=NAME:.metadata.name,LIVENESS:.spec.containers[*].livenessProbe'
Source: Kubernetes docs, "Liveness, Readiness, and Startup Probes".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Container
from seawall.rules.pod._helpers import asks_something, runs_to_completion
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(container: Container) -> Iterator[Evidence]:
    if not container.runs_on or runs_to_completion(container.pod):
        return
    probe = container.spec.get("livenessProbe")
    if isinstance(probe, Unknown):
        yield unsure(probe, "livenessProbe")
    elif not asks_something(probe):
        yield fail("is not restarted when it hangs; set livenessProbe", "livenessProbe")


RULE = Rule(
    id="no-liveness-probe",
    concept="missing-probes",
    on=Container,
    check=check,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="livenessProbe: {tcpSocket: {port: 80}}"),
        passes(pod="restartPolicy: Never"),
        fails(
            container="readinessProbe: {httpGet: {path: /ready, port: 80}}",
            at="spec.containers[0].livenessProbe",
            instead="""
                readinessProbe: {httpGet: {path: /ready, port: 80}}
                livenessProbe: {httpGet: {path: /healthz, port: 80}, failureThreshold: 6}
            """,
        ),
        fails(container="livenessProbe: {}"),
        fails(container="livenessProbe: {initialDelaySeconds: 5}", at="spec.containers[0].livenessProbe"),
        unknown(container="livenessProbe: '${PROBE}'"),
    ),
)
