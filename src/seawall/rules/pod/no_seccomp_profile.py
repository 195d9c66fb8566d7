"""A pod sets no seccomp profile, so that its system calls are not filtered.

Why: unless the kubelet runs with `seccompDefault: true`, which a manifest cannot show, saying nothing means Unconfined:
    every system call of the kernel is open. The runtime's profile blocks about forty, and hardly any program notices.
Instead: `securityContext: {seccompProfile: {type: RuntimeDefault}}` on the pod.
Breaks: debuggers and programs that create namespaces themselves.
Check: kubectl exec -n NAMESPACE POD -- grep Seccomp: /proc/1/status
Source: Pod Security Standards, restricted, "Seccomp"; KEP-2413 (seccompDefault).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Verdict
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import Violation, violations
from seawall.rules.pod._helpers import is_privileged
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, LOW, MEDIUM, Evidence, Fix, Rule, Set, fail, fails, passes, unknown

_POD: Final = ("securityContext", "seccompProfile", "type")


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    missing: list[Violation] = []
    for violation in violations("seccompProfile_restricted", pod, view.kube_version):
        if violation.value is None:
            missing.append(violation)
        elif violation.verdict is Verdict.UNKNOWN:
            yield told(violation, "")
    if missing:
        # One setting of the pod mends all of its containers.
        names = ", ".join(f'"{violation.name}"' if violation.name else "an unnamed container" for violation in missing)
        if all(is_privileged(violation.container) for violation in missing):
            message = f"sets no seccomp profile for {names}, which a privileged container does without anyway; "
            yield fail(f"{message}leave privileged: true out, then set seccompProfile.type", *_POD, severity=LOW)
        else:
            yield fail(f"sets no seccomp profile for {names}; set seccompProfile.type: RuntimeDefault", *_POD)


def fix(evidence: Evidence) -> Fix:
    return Fix("Use the runtime's default seccomp profile", (Set(evidence.path, "RuntimeDefault"),))


RULE = Rule(
    id="no-seccomp-profile",
    concept="seccomp-unconfined",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=MEDIUM,
    otherwise={LOW: "all of its containers are privileged and run without a profile anyway"},
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:restricted:seccompProfile_restricted",),
    examples=(
        passes(pod="securityContext: {seccompProfile: {type: RuntimeDefault}}"),
        passes(container="securityContext: {seccompProfile: {type: Localhost, localhostProfile: web.json}}"),
        passes(container="securityContext: {seccompProfile: {type: Unconfined}}"),
        passes(pod="os: {name: windows}"),
        fails(
            pod="securityContext: {runAsNonRoot: true}",
            at="spec.securityContext.seccompProfile.type",
            after_fix="securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}",
        ),
        fails(
            pod="""
                containers:
                - {name: web, image: web:1, securityContext: {seccompProfile: {type: RuntimeDefault}}}
                - {name: proxy, image: proxy:1}
            """,
            at="spec.securityContext.seccompProfile.type",
        ),
        fails(container="securityContext: {privileged: true}", at="spec.securityContext.seccompProfile.type"),
        unknown(pod="securityContext: '${CONTEXT}'"),
        unknown(pod="os: {name: '${OS}'}"),
    ),
)
