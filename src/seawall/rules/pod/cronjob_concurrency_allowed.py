"""A CronJob starts its next job while the last one still runs.

Why: when one run hangs or takes longer than the interval, the runs pile up until the database, the other side or the
    node gives in; two of them at once may also write the same data.
Instead: set `concurrencyPolicy: Forbid`, or `Replace` where only the newest run matters.
Breaks: with Forbid a run is skipped while the last one is still at work.
Check: kubectl get cronjobs -A -o custom-columns=NAME:.metadata.name,CONCURRENCY:.spec.concurrencyPolicy
Source: Kubernetes docs, "CronJob", "Concurrency policy".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown, dig
from seawall.model import Workload
from seawall.rules.spec import (
    DEVELOPER,
    LOW,
    OWNS,
    STRICT,
    Evidence,
    Fix,
    Rule,
    Set,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

_WHERE: Final = ("spec", "concurrencyPolicy")


def check(workload: Workload) -> Iterator[Evidence]:
    if workload.resource.kind != "CronJob":
        return
    value = dig(workload.tree, *_WHERE)
    if isinstance(value, Unknown):
        yield unsure(value, *_WHERE)
    elif value in (None, "", "Allow"):
        yield fail("lets its jobs run beside each other; set concurrencyPolicy: Forbid", *_WHERE, value=value)


def fix(evidence: Evidence) -> Fix:
    return Fix("Skip a run while the last one is at work", (Set(evidence.path, "Forbid"),))


RULE = Rule(
    id="cronjob-concurrency-allowed",
    on=Workload,
    check=check,
    fix=fix,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS},
    examples=(
        passes(
            manifest="""
                {apiVersion: batch/v1, kind: CronJob, metadata: {name: run},
                 spec: {schedule: '@daily', concurrencyPolicy: Forbid}}
            """
        ),
        passes(manifest="{apiVersion: batch/v1, kind: Job, metadata: {name: run}, spec: {}}"),
        fails(
            manifest="{apiVersion: batch/v1, kind: CronJob, metadata: {name: run}, spec: {schedule: '@daily'}}",
            at="spec.concurrencyPolicy",
            after_fix="""
                {apiVersion: batch/v1, kind: CronJob, metadata: {name: run},
                 spec: {schedule: '@daily', concurrencyPolicy: Forbid}}
            """,
        ),
        fails(
            manifest="{apiVersion: batch/v1, kind: CronJob, metadata: {name: run}, spec: {concurrencyPolicy: Allow}}"
        ),
        unknown(
            manifest="{apiVersion: batch/v1, kind: CronJob, metadata: {name: run}, spec: {concurrencyPolicy: '${P}'}}"
        ),
    ),
)
