r"""A container adds a capability that containers do not get by default.

Why: each capability is a part of root's power over the node; those beyond the default set open kernel code that was
    never meant for untrusted programs.
Instead: leave it out, drop ALL, and add back only what the program fails without (often NET_BIND_SERVICE, or nothing).
Breaks: calls that need the capability fail with "Operation not permitted".
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..capabilities.add}{"\n"}{end}'
Source: Pod Security Standards, baseline, "Capabilities".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._helpers import capability, is_privileged
from seawall.rules.pod._podsecurity import told
from seawall.rules.pod.dangerous_capabilities import DANGERS
from seawall.rules.spec import DEVELOPER_OWNS, LOW, MEDIUM, Evidence, Fix, Remove, Rule, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("capabilities_baseline", pod, view.kube_version):
        name = violation.value
        # What is dangerous in itself is told once, by dangerous-capabilities.
        if isinstance(name, str) and capability(name) in DANGERS:
            continue
        if is_privileged(violation.container):
            yield told(violation, f"adds the capability {name}, which it has as it is privileged; leave both out", LOW)
        else:
            yield told(violation, f"adds the capability {name}, which is no default one; leave it out")


def fix(evidence: Evidence) -> Fix:
    return Fix(f"Leave the capability {evidence.value} out", (Remove(evidence.path),))


RULE = Rule(
    id="added-capabilities",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=MEDIUM,
    otherwise={LOW: "the container is privileged and has every capability anyway"},
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:baseline:capabilities_baseline", "pss:restricted:capabilities_restricted"),
    examples=(
        passes(container="securityContext: {capabilities: {add: [NET_BIND_SERVICE, CHOWN]}}"),
        passes(container="securityContext: {capabilities: {drop: [NET_RAW]}}"),
        passes(container="securityContext: {capabilities: {add: [SYS_ADMIN, cap_net_admin]}}"),
        fails(
            container="securityContext: {privileged: true, capabilities: {add: [AUDIT_CONTROL]}}",
            at="spec.containers[0].securityContext.capabilities.add[0]",
        ),
        fails(
            container="securityContext: {capabilities: {add: [CHOWN, SYS_NICE]}}",
            at="spec.containers[0].securityContext.capabilities.add[1]",
            after_fix="securityContext: {capabilities: {add: [CHOWN]}}",
        ),
        fails(
            container="securityContext: {capabilities: {add: [CAP_CHOWN]}}",
            at="spec.containers[0].securityContext.capabilities.add[0]",
        ),
        unknown(container="securityContext: {capabilities: {add: ['${EXTRA}']}}"),
    ),
)
