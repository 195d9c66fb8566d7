r"""A container with a user namespace of its own sees /proc without the runtime's masks.

Why: in its own user namespace that is safe enough for baseline, but a namespace at the restricted level refuses it:
    the masked parts of /proc are still a way to read about the kernel.
Instead: leave `procMount` out unless the pod builds images or runs containers of its own.
Breaks: builds of images and nested containers inside the pod.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..procMount}{"\n"}{end}'
Source: Pod Security Standards, restricted, "/proc Mount Type" (from v1.35).
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Fix, Remove, Rule, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("procMount_restricted", pod, view.kube_version):
        yield told(violation, f"mounts /proc as {violation.shown}, which restricted namespaces refuse; leave it out")


def fix(evidence: Evidence) -> Fix:
    return Fix("Leave procMount out", (Remove(evidence.path),))


RULE = Rule(
    id="proc-mount-in-user-namespace",
    concept="proc-mount-unmasked",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:restricted:procMount_restricted",),
    examples=(
        passes(container="securityContext: {procMount: Default}"),
        passes(container="securityContext: {procMount: Unmasked}", kube="1.34"),
        fails(
            pod="""
                hostUsers: false
                containers: [{name: build, image: build:1, securityContext: {procMount: Unmasked}}]
            """,
            at="spec.containers[0].securityContext.procMount",
            after_fix="""
                hostUsers: false
                containers: [{name: build, image: build:1, securityContext: {}}]
            """,
        ),
        unknown(container="securityContext: {procMount: '${PROC}'}"),
    ),
)
