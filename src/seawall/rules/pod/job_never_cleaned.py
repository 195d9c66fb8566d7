"""A Job and its pods stay when they are done.

Why: finished pods keep their logs, environment and tokens readable to whoever may read pods, and fill the API server's
    database until somebody cleans up.
Instead: set `ttlSecondsAfterFinished`, for example to a day.
Breaks: `kubectl logs` of a finished run after that time; collect logs elsewhere.
Check: kubectl get jobs -A -o custom-columns=NAME:.metadata.name,TTL:.spec.ttlSecondsAfterFinished
Source: Kubernetes docs, "Automatic Cleanup for Finished Jobs".
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

_WHERE: Final = ("spec", "ttlSecondsAfterFinished")
_CLEANED: Final = ("helm.sh/hook-delete-policy", "argocd.argoproj.io/hook-delete-policy")


def check(workload: Workload) -> Iterator[Evidence]:
    resource = workload.resource
    # A CronJob keeps only the last few of its jobs.
    if resource.kind != "Job" or resource.metadata.get("ownerReferences"):
        return
    value = dig(workload.tree, *_WHERE)
    if isinstance(value, Unknown):
        yield unsure(value, *_WHERE)
    elif value is None and not any(key in resource.annotations for key in _CLEANED):
        yield fail("stays when it is done; set ttlSecondsAfterFinished", *_WHERE)


def fix(evidence: Evidence) -> Fix:
    return Fix("Clean up a day after it is done", (Set(evidence.path, 86400),))


RULE = Rule(
    id="job-never-cleaned",
    on=Workload,
    check=check,
    fix=fix,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS},
    examples=(
        passes(manifest="{apiVersion: batch/v1, kind: Job, metadata: {name: run}, spec: {ttlSecondsAfterFinished: 0}}"),
        passes(
            manifest="""
                {apiVersion: batch/v1, kind: Job, spec: {backoffLimit: 1},
                 metadata: {name: run, annotations: {helm.sh/hook-delete-policy: hook-succeeded}}}
            """
        ),
        passes(manifest="{apiVersion: batch/v1, kind: CronJob, metadata: {name: run}, spec: {schedule: '@daily'}}"),
        fails(
            manifest="{apiVersion: batch/v1, kind: Job, metadata: {name: run}, spec: {backoffLimit: 1}}",
            at="spec.ttlSecondsAfterFinished",
            after_fix="""
                {apiVersion: batch/v1, kind: Job, metadata: {name: run},
                 spec: {backoffLimit: 1, ttlSecondsAfterFinished: 86400}}
            """,
        ),
        unknown(
            manifest="{apiVersion: batch/v1, kind: Job, metadata: {name: run}, spec: {ttlSecondsAfterFinished: '${T}'}}"
        ),
    ),
)
