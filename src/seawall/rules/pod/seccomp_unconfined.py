"""A pod takes its seccomp profile off.

Why: `Unconfined` opens every system call of the kernel to the program, the rarely used and faulty ones too; even where
    the kubelet would have given it the runtime's profile.
Instead: `securityContext: {seccompProfile: {type: RuntimeDefault}}` on the pod, or a `Localhost` profile with the calls
    that it needs.
Breaks: debuggers and programs that create namespaces themselves.
Check: kubectl exec -n NAMESPACE POD -- grep Seccomp: /proc/1/status
Source: Pod Security Standards, baseline, "Seccomp".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, HIGH, Evidence, Fix, Rule, Set, fails, passes, unknown

_POD: Final = ("securityContext", "seccompProfile", "type")


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("seccompProfile_baseline", pod, view.kube_version):
        where = f" in the annotation {violation.name}" if violation.in_metadata else ""
        yield told(
            violation,
            f"has the seccomp profile {violation.shown}{where}, which filters nothing; use RuntimeDefault",
        )


def fix(evidence: Evidence) -> Fix:
    # An annotation's evidence has no path: since 1.27 the annotation means nothing, and the field is set beside it.
    return Fix("Use the runtime's default seccomp profile", (Set(evidence.path or _POD, "RuntimeDefault"),))


RULE = Rule(
    id="seccomp-unconfined",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=HIGH,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:baseline:seccompProfile_baseline", "pss:restricted:seccompProfile_restricted"),
    examples=(
        passes(pod="securityContext: {seccompProfile: {type: RuntimeDefault}}"),
        passes(container="image: web:1"),
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
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, annotations: {seccomp.security.alpha.kubernetes.io/pod: unconfined}}
                spec: {containers: [{name: web, image: web:1}]}
            """,
            kube="1.18",
        ),
        unknown(pod="securityContext: {seccompProfile: {type: '${PROFILE}'}}"),
    ),
)
