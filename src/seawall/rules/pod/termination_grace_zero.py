"""A pod is killed without time to finish.

Why: with `terminationGracePeriodSeconds: 0` the process gets no signal it could answer to: open requests break, files
    stay half written, and a StatefulSet may start its next pod while the old one still writes to the same volume.
Instead: leave it out (30 seconds) or give the time that the program needs.
Breaks: a rollout takes as long as the program needs to stop.
Check: kubectl get pods -A -o custom-columns=NAME:.metadata.name,GRACE:.spec.terminationGracePeriodSeconds
Source: Kubernetes docs, "Force Delete StatefulSet Pods" and "Pod Lifecycle", "Termination of Pods".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown
from seawall.model import PodTemplate
from seawall.rules.pod._helpers import is_controlled_by
from seawall.rules.spec import (
    DEVELOPER,
    LOW,
    MEDIUM,
    OWNS,
    Evidence,
    Fix,
    Remove,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

_WHERE: Final = "terminationGracePeriodSeconds"


def check(pod: PodTemplate) -> Iterator[Evidence]:
    value = pod.spec.get(_WHERE)
    if isinstance(value, Unknown):
        yield unsure(value, _WHERE)
    elif isinstance(value, (int, float)) and value == 0:
        yield fail(
            "is killed without time to finish (terminationGracePeriodSeconds: 0); leave it out",
            _WHERE,
            value=0,
            severity=MEDIUM if is_controlled_by(pod, "StatefulSet") else None,
        )


def fix(evidence: Evidence) -> Fix:
    return Fix("Give it the default time of 30 seconds", (Remove(evidence.path),))


RULE = Rule(
    id="termination-grace-zero",
    on=PodTemplate,
    check=check,
    fix=fix,
    severity=LOW,
    otherwise={MEDIUM: "the pod is of a StatefulSet"},
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS},
    examples=(
        passes(pod="terminationGracePeriodSeconds: 60"),
        passes(pod="enableServiceLinks: false"),
        fails(
            pod="""
                enableServiceLinks: false
                terminationGracePeriodSeconds: 0
            """,
            at="spec.terminationGracePeriodSeconds",
            after_fix="enableServiceLinks: false",
        ),
        fails(
            manifest="""
                apiVersion: apps/v1
                kind: StatefulSet
                metadata: {name: db, namespace: shop}
                spec:
                  selector: {matchLabels: {app: db}}
                  template:
                    metadata: {labels: {app: db}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers: [{name: db, image: registry.example/db:1.0}]
            """,
            at="spec.template.spec.terminationGracePeriodSeconds",
        ),
        unknown(pod="terminationGracePeriodSeconds: '${GRACE}'"),
    ),
)
