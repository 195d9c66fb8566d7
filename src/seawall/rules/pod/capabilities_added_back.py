r"""A container adds back a capability that the restricted standard takes away.

Why: a namespace at the restricted level refuses the pod: of all capabilities only NET_BIND_SERVICE may be added.
    CHOWN, SETUID and the like matter little alone, and much to an attacker who is root in the container.
Instead: prepare files and users in the image, and start the program as its own user.
Breaks: entry points that change owners or switch users at their start.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..capabilities.add}{"\n"}{end}'
Source: Pod Security Standards, restricted, "Capabilities".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Verdict
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Fix, Remove, Rule, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    added = [each for each in violations("capabilities_restricted", pod, view.kube_version) if "drop" not in each.path]
    if not added:
        return
    # What baseline refuses already is added-capabilities' matter.
    baseline = violations("capabilities_baseline", pod, view.kube_version)
    refused = {each.path for each in baseline if each.verdict is Verdict.FAIL}
    for violation in added:
        if violation.path not in refused:
            yield told(violation, f"adds the capability {violation.value}; only NET_BIND_SERVICE may be added")


def fix(evidence: Evidence) -> Fix:
    return Fix(f"Leave the capability {evidence.value} out", (Remove(evidence.path),))


RULE = Rule(
    id="capabilities-added-back",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:restricted:capabilities_restricted",),
    examples=(
        passes(container="securityContext: {capabilities: {add: [NET_BIND_SERVICE]}}"),
        passes(container="securityContext: {capabilities: {add: [SYS_NICE]}}"),
        fails(
            container="securityContext: {capabilities: {drop: [ALL], add: [CHOWN, NET_BIND_SERVICE]}}",
            at="spec.containers[0].securityContext.capabilities.add[0]",
            after_fix="securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}}",
        ),
        unknown(container="securityContext: {capabilities: {drop: [ALL], add: ['${EXTRA}']}}"),
    ),
)
