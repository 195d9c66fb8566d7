"""A workload has a restart policy that the API server refuses for its kind.

Why: the object is rejected and the rollout stops. A Job needs `OnFailure` or `Never`, and saying nothing means
    `Always`; every other controller takes `Always` only.
Instead: in a Job or CronJob write `restartPolicy: OnFailure` or `Never`; elsewhere leave it out.
Breaks: nothing; the object could not be applied before.
Check: kubectl apply --dry-run=server -f FILE
Source: Kubernetes docs, "Jobs", "Pod Template", and "Deployments", "Pod Template".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown
from seawall.model import PodTemplate
from seawall.rules.pod._helpers import is_controlled_by
from seawall.rules.spec import DEVELOPER, LOW, OWNS, Evidence, Rule, fail, fails, passes, unknown, unsure

_ENDLESS: Final = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController")


def check(pod: PodTemplate) -> Iterator[Evidence]:
    policy = pod.spec.get("restartPolicy")
    ends, endless = is_controlled_by(pod, "Job", "CronJob"), is_controlled_by(pod, *_ENDLESS)
    if isinstance(policy, Unknown):
        if ends or endless:
            yield unsure(policy, "restartPolicy")
        return
    if ends and policy not in ("OnFailure", "Never"):
        yield fail(
            f"has restartPolicy {policy or 'Always'}, which a job may not; set OnFailure or Never",
            "restartPolicy",
            value=policy,
        )
    elif endless and policy not in (None, "", "Always"):
        yield fail(
            f"has restartPolicy {policy}, which only jobs may; leave it out or make it a Job",
            "restartPolicy",
            value=policy,
        )


RULE = Rule(
    id="restart-policy-refused",
    on=PodTemplate,
    check=check,
    severity=LOW,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS},
    examples=(
        passes(pod="restartPolicy: Never"),
        passes(
            manifest="""
                {apiVersion: batch/v1, kind: Job, metadata: {name: once},
                 spec: {template: {spec: {restartPolicy: Never, containers: [{name: run, image: run:1}]}}}}
            """
        ),
        fails(
            manifest="""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: once}
                spec:
                  template:
                    spec:
                      containers: [{name: run, image: registry.example/run:1.0}]
            """,
            at="spec.template.spec.restartPolicy",
            instead="""
                apiVersion: batch/v1
                kind: Job
                metadata: {name: once}
                spec:
                  template:
                    spec:
                      restartPolicy: Never
                      containers: [{name: run, image: registry.example/run:1.0}]
            """,
        ),
        fails(
            manifest="""
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {matchLabels: {a: b}},
                 template: {metadata: {labels: {a: b}}, spec: {restartPolicy: Never, containers: [
                   {name: run, image: run:1}]}}}}
            """,
            at="spec.template.spec.restartPolicy",
        ),
        unknown(
            manifest="""
                {apiVersion: batch/v1, kind: Job, metadata: {name: once},
                 spec: {template: {spec: {restartPolicy: "${POLICY}", containers: [{name: run, image: run:1}]}}}}
            """
        ),
    ),
)
