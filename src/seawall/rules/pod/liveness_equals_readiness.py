"""A container is restarted for the same reason, and as soon, as it is taken out of its Service.

Why: under load, a slow answer should mean less traffic for a moment. With equal probes it means a restart, and the
    remaining pods get the load of the one that went: one after the other they all go.
Instead: let the liveness probe ask for less (a plain `/healthz`) and wait longer (`failureThreshold`).
Breaks: nothing; a hanging process is restarted somewhat later.
Check: kubectl get pods -A -o 'custom-columns=NAME:.metadata.name,LIVENESS:.spec.containers[*].livenessProbe'
Source: Kubernetes docs, "Liveness, Readiness, and Startup Probes".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown
from seawall.model import Container
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure

_DEFAULTS: Final = {"periodSeconds": 10, "timeoutSeconds": 1, "failureThreshold": 3}
_ACTIONS: Final = ("httpGet", "tcpSocket", "exec", "grpc")


def check(container: Container) -> Iterator[Evidence]:
    liveness, readiness = container.spec.get("livenessProbe"), container.spec.get("readinessProbe")
    for probe, key in ((liveness, "livenessProbe"), (readiness, "readinessProbe")):
        if isinstance(probe, Unknown):
            yield unsure(probe, key)
    if not isinstance(liveness, dict) or not isinstance(readiness, dict):
        return
    pairs = [(liveness.get(key), readiness.get(key), key) for key in _ACTIONS]
    pairs += [(_number(liveness, key), _number(readiness, key), key) for key in _DEFAULTS]
    if all(_same(left, right) for left, right, _ in pairs) and any(left is not None for left, _, _ in pairs[:4]):
        yield fail(
            "has a livenessProbe that equals its readinessProbe; let it ask for less, or set a higher failureThreshold",
            "livenessProbe",
        )


def _number(probe: dict[str, object], key: str) -> object:
    value = probe.get(key)
    return _DEFAULTS[key] if value is None else value


def _same(left: object, right: object) -> bool:
    """Equality that lets an undecided part raise, so that the verdict is unknown."""
    return left == right


RULE = Rule(
    id="liveness-equals-readiness",
    on=Container,
    check=check,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(
            container="""
                livenessProbe: {httpGet: {path: /healthz, port: 80}, failureThreshold: 6}
                readinessProbe: {httpGet: {path: /healthz, port: 80}}
            """
        ),
        passes(container="readinessProbe: {httpGet: {path: /ready, port: 80}}"),
        fails(
            container="""
                livenessProbe: {httpGet: {path: /, port: 80}, periodSeconds: 10, initialDelaySeconds: 5}
                readinessProbe: {httpGet: {path: /, port: 80}}
            """,
            at="spec.containers[0].livenessProbe",
            instead="""
                livenessProbe: {httpGet: {path: /healthz, port: 80}, periodSeconds: 10, failureThreshold: 6}
                readinessProbe: {httpGet: {path: /, port: 80}}
            """,
        ),
        unknown(
            container="""
                livenessProbe: {httpGet: {path: /, port: 80}, failureThreshold: '${N}'}
                readinessProbe: {httpGet: {path: /, port: 80}}
            """
        ),
    ),
)
