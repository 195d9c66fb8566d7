r"""A pod does not run as root today, and nothing forbids that it will.

Why: `runAsUser: 1000` alone says who runs today. With `runAsNonRoot: true` the kubelet refuses to start as root
    whatever an image or an overlay changes later, and only that satisfies a namespace at the restricted level.
Instead: set `securityContext.runAsNonRoot: true` on the pod, and no `runAsUser: 0` anywhere in it.
Breaks: containers of images whose user is root, or is given by name instead of by number.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..runAsNonRoot}{"\n"}{end}'
Source: Pod Security Standards, restricted, "Running as Non-root" and "Running as Non-root user".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Verdict
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod import run_as_root
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Fix, Remove, Rule, Set, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    rooted = {each.path for each in run_as_root.check(pod, view) if each.verdict is Verdict.FAIL}
    for violation in violations("runAsNonRoot", pod, view.kube_version):
        if violation.path not in rooted:
            yield told(violation, "is not forbidden to run as root; set runAsNonRoot: true")
    for violation in violations("runAsUser", pod, view.kube_version):
        if violation.path not in rooted:
            yield told(violation, "asks for root (runAsUser: 0), which its containers override; use another number")


def fix(evidence: Evidence) -> Fix:
    if evidence.path[-1] == "runAsUser":
        return Fix("Leave runAsUser: 0 out", (Remove(evidence.path),))
    return Fix("Refuse to run as root", (Set(evidence.path, True),))


RULE = Rule(
    id="non-root-not-enforced",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:restricted:runAsNonRoot", "pss:restricted:runAsUser"),
    examples=(
        passes(pod="securityContext: {runAsNonRoot: true}"),
        passes(
            pod="""
                hostUsers: false
                securityContext: {runAsUser: 1000}
            """
        ),
        fails(
            container="securityContext: {runAsUser: 1000}",
            at="spec.containers[0].securityContext.runAsNonRoot",
            after_fix="securityContext: {runAsUser: 1000, runAsNonRoot: true}",
        ),
        fails(
            pod="""
                securityContext: {runAsNonRoot: true, runAsUser: 0}
                containers: [{name: web, image: web:1, securityContext: {runAsUser: 1000}}]
            """,
            at="spec.securityContext.runAsUser",
            after_fix="""
                securityContext: {runAsNonRoot: true}
                containers: [{name: web, image: web:1, securityContext: {runAsUser: 1000}}]
            """,
        ),
        fails(pod="os: {name: windows}"),
        passes(container="securityContext: {readOnlyRootFilesystem: true}"),
        fails(
            pod="""
                hostUsers: false
                securityContext: {runAsUser: 1000}
            """,
            kube="1.34",
        ),
        unknown(container="securityContext: {runAsNonRoot: '${NON_ROOT}'}"),
    ),
)
