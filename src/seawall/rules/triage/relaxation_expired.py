"""A relaxation has ended.

Why: somebody accepted a risk for a time, and the time is over. What it covered is reported again, unless a baseline
    holds it, and this finding says why it came back.
Instead: repair what it covered and delete it, or ask whoever accepts the risk for another reason and another day.
Breaks: nothing; a relaxation changes reports, not the cluster.
Check: kubectl get pods -A -o yaml | grep -n 'seawall.dev/relax'
Source: Seawall's documentation, "Relaxations".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model.relaxation import Relaxation
from seawall.rules.spec import DEVELOPER_OWNS, LOW, RECOMMENDED, Evidence, Rule, fail, fails, passes


def check(relaxation: Relaxation) -> Iterator[Evidence]:
    if relaxation.ended and not relaxation.is_dated:
        message = f"does not hold: {relaxation.until!r} is no day; write its last day like this: until 2027-01-31"
        yield fail(message, *relaxation.where)
    elif relaxation.ended:
        became = f", and what it covered {relaxation.became}" if relaxation.became else ""
        advice = "repair what it covered, or give a new reason and a later day"
        yield fail(f"ended with {relaxation.until!r}{became}; {advice}", *relaxation.where)


RULE = Rule(
    id="relaxation-expired",
    on=Relaxation,
    check=check,
    severity=LOW,
    profile=RECOMMENDED,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web
                  annotations:
                    seawall.dev/relax.host-pid: "reads the node's processes; until 2027-12-31"
                spec:
                  hostPID: true
                  containers: [{name: web, image: registry.example/web:1.0}]
            """
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata:
                  name: web
                  annotations:
                    seawall.dev/relax.host-pid: "reads the node's processes; until 2020-12-31"
                spec:
                  hostPID: true
                  containers: [{name: web, image: registry.example/web:1.0}]
            """,
            at="metadata.annotations['seawall.dev/relax.host-pid']",
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web}
                spec:
                  hostPID: true # seawall: relax host-pid until=soon reads the node's processes
                  containers: [{name: web, image: registry.example/web:1.0}]
            """
        ),
    ),
)
