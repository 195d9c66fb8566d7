r"""A container keeps the runtime's default capabilities.

Why: more than ten parts of root's power (changing owners, raw packets, device files) are granted to a program that
    hardly ever needs one; each helps an attacker who is root in the container.
Instead: `capabilities: {drop: [ALL]}` on each container, and add back what it fails without.
Breaks: programs that change users or owners at their start, or bind ports below 1024 as root.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..capabilities.drop}{"\n"}{end}'
Source: Pod Security Standards, restricted, "Capabilities".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._helpers import is_privileged
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, LOW, MEDIUM, Evidence, Fix, Rule, Set, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("capabilities_restricted", pod, view.kube_version):
        if "add" in violation.path:
            continue
        if is_privileged(violation.container):
            yield told(
                violation,
                "keeps every capability, whatever it drops, as it is privileged; "
                'leave privileged: true out, then set capabilities.drop to ["ALL"]',
                LOW,
            )
        else:
            yield told(violation, 'does not drop ALL capabilities; set capabilities.drop to ["ALL"]')


def fix(evidence: Evidence) -> Fix:
    return Fix("Drop ALL capabilities", (Set(evidence.path, ["ALL"]),))


RULE = Rule(
    id="capabilities-not-dropped",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=MEDIUM,
    otherwise={LOW: "the container is privileged and keeps every capability, whatever it drops"},
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:restricted:capabilities_restricted",),
    examples=(
        passes(container="securityContext: {capabilities: {drop: [ALL]}}"),
        passes(container="securityContext: {capabilities: {drop: ['${MORE}', ALL], add: [CHOWN]}}"),
        passes(pod="os: {name: windows}"),
        fails(
            container="securityContext: {runAsNonRoot: true}",
            at="spec.containers[0].securityContext.capabilities.drop",
            after_fix="securityContext: {runAsNonRoot: true, capabilities: {drop: [ALL]}}",
        ),
        fails(
            container="securityContext: {capabilities: {drop: [NET_RAW, all]}}",
            at="spec.containers[0].securityContext.capabilities.drop",
            after_fix="securityContext: {capabilities: {drop: [ALL]}}",
        ),
        fails(
            container="securityContext: {privileged: true}",
            at="spec.containers[0].securityContext.capabilities.drop",
        ),
        unknown(container="securityContext: {capabilities: {drop: ['${DROP}']}}"),
        unknown(pod="os: {name: '${OS}'}"),
    ),
)
