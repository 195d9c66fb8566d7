"""A pod's system calls are not filtered.

Why: without a seccomp profile every system call of the kernel is open to the program, the rarely used and faulty ones
    too. The runtime's default profile blocks about forty of them, and hardly any program notices.
Instead: `securityContext: {seccompProfile: {type: RuntimeDefault}}` on the pod. (A kubelet with `seccompDefault: true`
    does the same for pods that say nothing; the manifest cannot show that.)
Breaks: debuggers and programs that create namespaces themselves.
Check: kubectl exec -n NAMESPACE POD -- grep Seccomp: /proc/1/status
Source: Pod Security Standards, restricted, "Seccomp"; KEP-2413 (seccompDefault).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import Violation, violations
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, HIGH, MEDIUM, Evidence, Fix, Rule, Set, fail, fails, passes, unknown

_POD: Final = ("securityContext", "seccompProfile", "type")


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    missing: list[Violation] = []
    for violation in violations("seccompProfile_restricted", pod, view.kube_version):
        if violation.value is None:
            missing.append(violation)
        else:
            yield told(
                violation,
                f"has the seccomp profile {violation.shown}, which filters no system call; use RuntimeDefault",
                HIGH,
            )
    if missing:
        # One setting of the pod mends all of its containers.
        names = ", ".join(f'"{violation.name}"' for violation in missing)
        yield fail(
            f"sets no seccomp profile for {names}; set securityContext.seccompProfile.type: RuntimeDefault", *_POD
        )


def fix(evidence: Evidence) -> Fix:
    return Fix("Use the runtime's default seccomp profile", (Set(evidence.path, "RuntimeDefault"),))


RULE = Rule(
    id="seccomp-unconfined",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=MEDIUM,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:baseline:seccompProfile_baseline", "pss:restricted:seccompProfile_restricted"),
    examples=(
        passes(pod="securityContext: {seccompProfile: {type: RuntimeDefault}}"),
        passes(container="securityContext: {seccompProfile: {type: Localhost, localhostProfile: web.json}}"),
        passes(pod="os: {name: windows}"),
        fails(
            pod="securityContext: {runAsNonRoot: true}",
            at="spec.securityContext.seccompProfile.type",
            after_fix="securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}",
        ),
        fails(
            container="securityContext: {seccompProfile: {type: Unconfined}}",
            at="spec.containers[0].securityContext.seccompProfile.type",
            after_fix="securityContext: {seccompProfile: {type: RuntimeDefault}}",
        ),
        fails(
            pod="""
                securityContext: {seccompProfile: {type: Unconfined}}
                containers: [{name: web, image: web:1, securityContext: {seccompProfile: {type: RuntimeDefault}}}]
            """,
            at="spec.securityContext.seccompProfile.type",
        ),
        unknown(pod="securityContext: {seccompProfile: {type: '${PROFILE}'}}"),
    ),
)
