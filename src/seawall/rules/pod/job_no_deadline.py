"""A job may run for ever.

Why: a run that hangs holds its locks, its memory and its credentials until somebody looks; with a CronJob that forbids
    concurrency no further run starts.
Instead: set `activeDeadlineSeconds` on the job to somewhat more than its longest good run.
Breaks: a run that takes longer is stopped and counts as failed.
Check: kubectl get jobs -A -o custom-columns=NAME:.metadata.name,DEADLINE:.spec.activeDeadlineSeconds
Source: Kubernetes docs, "Jobs", "Job termination and cleanup".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown, dig
from seawall.model import Workload
from seawall.rules.spec import DEVELOPER, LOW, OWNS, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure

_ROOTS: Final[dict[str, tuple[str, ...]]] = {"Job": ("spec",), "CronJob": ("spec", "jobTemplate", "spec")}


def check(workload: Workload) -> Iterator[Evidence]:
    root = _ROOTS.get(workload.resource.kind)
    if root is None or workload.resource.metadata.get("ownerReferences"):
        return
    value = dig(workload.tree, *root, "activeDeadlineSeconds")
    if value is None:
        value = dig(workload.tree, *root, "template", "spec", "activeDeadlineSeconds")
    where = (*root, "activeDeadlineSeconds")
    if isinstance(value, Unknown):
        yield unsure(value, *where)
    elif value is None:
        yield fail("may run for ever; set activeDeadlineSeconds", *where)


RULE = Rule(
    id="job-no-deadline",
    on=Workload,
    check=check,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS},
    examples=(
        passes(manifest="{apiVersion: batch/v1, kind: Job, metadata: {name: run}, spec: {activeDeadlineSeconds: 600}}"),
        passes(
            manifest="""
                {apiVersion: batch/v1, kind: CronJob, metadata: {name: run},
                 spec: {jobTemplate: {spec: {template: {spec: {activeDeadlineSeconds: 600}}}}}}
            """
        ),
        passes(manifest="{apiVersion: apps/v1, kind: Deployment, metadata: {name: run}, spec: {}}"),
        fails(
            manifest="""
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: run}
                spec:
                  schedule: '@daily'
                  jobTemplate:
                    spec:
                      template:
                        spec:
                          restartPolicy: Never
                          containers: [{name: run, image: registry.example/run:1.0}]
            """,
            at="spec.jobTemplate.spec.activeDeadlineSeconds",
            instead="""
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: run}
                spec:
                  schedule: '@daily'
                  jobTemplate:
                    spec:
                      activeDeadlineSeconds: 600
                      template:
                        spec:
                          restartPolicy: Never
                          containers: [{name: run, image: registry.example/run:1.0}]
            """,
        ),
        unknown(
            manifest="{apiVersion: batch/v1, kind: Job, metadata: {name: run}, spec: {activeDeadlineSeconds: '${T}'}}"
        ),
    ),
)
