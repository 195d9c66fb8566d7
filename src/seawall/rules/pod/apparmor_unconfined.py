r"""A pod takes off its AppArmor profile.

Why: on nodes with AppArmor the runtime's profile keeps a container from mounting file systems and writing to the
    kernel's settings. `Unconfined` takes that away, and nothing else stands in its place.
Instead: leave the profile out, which is the runtime's default, or set `RuntimeDefault` or a `Localhost` profile.
Breaks: programs that mount file systems or trace others.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..appArmorProfile}{"\n"}{end}'
Source: Pod Security Standards, baseline, "AppArmor".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Rule, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("appArmorProfile", pod, view.kube_version):
        where = f"the annotation {violation.name}" if violation.in_metadata else "its appArmorProfile"
        yield told(violation, f"has {violation.shown} as {where}; leave it out or use RuntimeDefault")


RULE = Rule(
    id="apparmor-unconfined",
    on=PodTemplate,
    check=check,
    versioned=True,
    severity=MEDIUM,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:baseline:appArmorProfile",),
    examples=(
        passes(container="securityContext: {appArmorProfile: {type: RuntimeDefault}}"),
        passes(container="image: web:1"),
        fails(
            container="securityContext: {appArmorProfile: {type: Unconfined}}",
            at="spec.containers[0].securityContext.appArmorProfile.type",
        ),
        fails(
            pod="securityContext: {appArmorProfile: {type: Unconfined}}",
            at="spec.securityContext.appArmorProfile.type",
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, annotations: {container.apparmor.security.beta.kubernetes.io/web: unconfined}}
                spec: {containers: [{name: web, image: web:1}]}
            """
        ),
        unknown(pod="securityContext: {appArmorProfile: {type: '${PROFILE}'}}"),
        unknown(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, annotations: {container.apparmor.security.beta.kubernetes.io/web: "${PROFILE}"}}
                spec: {containers: [{name: web, image: web:1}]}
            """
        ),
    ),
)
