"""A container is restarted for the same reason, and as soon, as it is taken out of its Service.

Why: under load, a slow answer should mean less traffic for a moment. With equal probes it means a restart, and the
    remaining pods get the load of the one that went: one after the other they all go.
Instead: let the liveness probe ask for less (a plain `/healthz`) and wait longer (`failureThreshold`).
Breaks: nothing; a hanging process is restarted somewhat later.
Check: kubectl get pods -A -o 'custom-columns=NAME:.metadata.name,LIVENESS:.spec.containers[*].livenessProbe'
Source: Kubernetes docs, "Liveness, Readiness, and Startup Probes".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from seawall.core import Layer, Unknown
from seawall.model import Container
from seawall.rules.pod._helpers import asks_something
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure

_TIMES: Final = {"periodSeconds": 10, "timeoutSeconds": 1, "failureThreshold": 3}
_ACTIONS: Final = {"httpGet": {"path": "/", "scheme": "HTTP"}, "tcpSocket": {}, "exec": {}, "grpc": {"service": ""}}
"""What the API server fills in."""


def check(container: Container) -> Iterator[Evidence]:
    liveness, readiness = container.spec.get("livenessProbe"), container.spec.get("readinessProbe")
    for probe, key in ((liveness, "livenessProbe"), (readiness, "readinessProbe")):
        if isinstance(probe, Unknown):
            yield unsure(probe, key)
    if not isinstance(liveness, dict) or not isinstance(readiness, dict):
        return
    if asks_something(liveness) and _same(_filled(liveness), _filled(readiness)):
        yield fail(
            "has a livenessProbe that equals its readinessProbe; let it ask for less, or set a higher failureThreshold",
            "livenessProbe",
        )


def _filled(probe: dict[str, object]) -> dict[str, object]:
    """What a probe does and how patiently, with what the API server fills in; null equals absent."""
    told: dict[str, object] = {key: _with(probe.get(key), filled) for key, filled in _ACTIONS.items()}
    return told | {key: filled if probe.get(key) is None else probe[key] for key, filled in _TIMES.items()}


def _with(value: object, filled: Mapping[str, object]) -> object:
    """A mapping with defaults in place of what it lacks; anything else as it is."""
    if not isinstance(value, dict):
        return value
    return {**filled} | {key: part for key, part in value.items() if part is not None}


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
        fails(
            container="""
                livenessProbe: {httpGet: {path: /, port: 80, scheme: HTTP}}
                readinessProbe: {httpGet: {port: 80}}
            """
        ),
        passes(
            container="""
                livenessProbe: {periodSeconds: 5}
                readinessProbe: {periodSeconds: 5}
            """
        ),
        unknown(
            container="""
                livenessProbe: {httpGet: {path: /, port: 80}, failureThreshold: '${N}'}
                readinessProbe: {httpGet: {path: /, port: 80}}
            """
        ),
    ),
)
