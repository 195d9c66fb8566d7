r"""A container is privileged.

Why: a privileged container has every capability and every device of its node, without seccomp and AppArmor: who gets
    in mounts the node's disk and is root there, and from there in every pod of the node.
Instead: leave `privileged` out and grant what is really needed: one capability, a device plugin, a CSI driver.
Breaks: programs that load kernel modules, mount disks or reach devices.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..privileged}{"\n"}{end}'
Source: Pod Security Standards, baseline, "Privileged Containers"; MITRE ATT&CK T1611 "Escape to Host".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import (
    ANALYST,
    ARCHITECT,
    BOSS,
    CARES,
    CRITICAL,
    DEVELOPER,
    ESSENTIAL,
    OWNS,
    Evidence,
    Fix,
    Rule,
    Set,
    fails,
    passes,
    unknown,
)


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("privileged", pod, view.kube_version):
        yield told(
            violation, "runs with privileged: true, as root of its node; leave it out and add only what it needs"
        )


def fix(evidence: Evidence) -> Fix:
    return Fix("Set privileged to false", (Set(evidence.path, False),))


RULE = Rule(
    id="privileged-container",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=CRITICAL,
    profile=ESSENTIAL,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS, ARCHITECT: CARES, ANALYST: CARES, BOSS: CARES},
    controls=("pss:baseline:privileged",),
    examples=(
        passes(container="securityContext: {privileged: false}"),
        passes(container="securityContext: {privileged: null}"),
        fails(
            container="securityContext: {privileged: true, runAsUser: 1000}",
            at="spec.containers[0].securityContext.privileged",
            after_fix="securityContext: {privileged: false, runAsUser: 1000}",
        ),
        fails(
            pod="initContainers: [{name: setup, image: setup:1, securityContext: {privileged: true}}]",
            at="spec.initContainers[0].securityContext.privileged",
        ),
        fails(
            pod="ephemeralContainers: [{name: debug, image: debug:1, securityContext: {privileged: true}}]",
            at="spec.ephemeralContainers[0].securityContext.privileged",
        ),
        fails(
            manifest="""
                apiVersion: batch/v1
                kind: CronJob
                metadata: {name: nightly}
                spec: {jobTemplate: {spec: {template: {spec: {containers: [
                  {name: run, image: run:1, securityContext: {privileged: true}}]}}}}}
            """,
            at="spec.jobTemplate.spec.template.spec.containers[0].securityContext.privileged",
        ),
        unknown(container="securityContext: {privileged: '${PRIVILEGED}'}"),
    ),
)
