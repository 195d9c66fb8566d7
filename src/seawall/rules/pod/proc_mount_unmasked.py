r"""A container sees /proc without the runtime's masks.

Why: the runtime hides and write-protects parts of /proc through which a program reads the kernel's memory layout and
    changes the node's settings. `Unmasked` shows them all; without a user namespace that is the node's /proc.
Instead: leave `procMount` out; for containers in containers add `hostUsers: false`.
Breaks: builds of images and nested containers inside the pod.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..procMount}{"\n"}{end}'
Source: Pod Security Standards, baseline, "/proc Mount Type".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, HIGH, Evidence, Fix, Remove, Rule, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("procMount", pod, view.kube_version):
        yield told(violation, f"mounts /proc as {violation.shown}; leave procMount out")


def fix(evidence: Evidence) -> Fix:
    return Fix("Leave procMount out", (Remove(evidence.path),))


RULE = Rule(
    id="proc-mount-unmasked",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=HIGH,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:baseline:procMount",),
    examples=(
        passes(container="securityContext: {procMount: Default}"),
        passes(
            pod="""
                hostUsers: false
                containers: [{name: build, image: build:1, securityContext: {procMount: Unmasked}}]
            """
        ),
        fails(
            container="securityContext: {procMount: Unmasked, runAsUser: 1000}",
            at="spec.containers[0].securityContext.procMount",
            after_fix="securityContext: {runAsUser: 1000}",
        ),
        fails(
            pod="""
                hostUsers: false
                containers: [{name: build, image: build:1, securityContext: {procMount: Unmasked}}]
            """,
            kube="1.34",
        ),
        unknown(container="securityContext: {procMount: '${PROC}'}"),
    ),
)
