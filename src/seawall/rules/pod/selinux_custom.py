r"""A pod chooses its own SELinux user, role or type.

Why: types such as `spc_t` take SELinux' walls away, and a chosen user or role can reach files of the node that
    container types cannot.
Instead: leave `type`, `user` and `role` out: the runtime gives each pod a type and a level of its own.
Breaks: containers that read files of the node which carry a label of their own.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..seLinuxOptions}{"\n"}{end}'
Source: Pod Security Standards, baseline, "SELinux".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Fix, Remove, Rule, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("seLinuxOptions", pod, view.kube_version):
        field = violation.path[-1]
        yield told(violation, f"sets seLinuxOptions.{field} to {violation.shown}; leave it to the runtime")


def fix(evidence: Evidence) -> Fix:
    return Fix(f"Leave seLinuxOptions.{evidence.path[-1]} out", (Remove(evidence.path),))


RULE = Rule(
    id="selinux-custom",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=MEDIUM,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:baseline:seLinuxOptions",),
    examples=(
        passes(pod="securityContext: {seLinuxOptions: {level: 's0:c123,c456', type: container_t}}"),
        passes(pod="securityContext: {seLinuxOptions: {type: container_engine_t}}"),
        fails(pod="securityContext: {seLinuxOptions: {type: container_engine_t}}", kube="1.30"),
        fails(
            container="securityContext: {seLinuxOptions: {type: spc_t, level: s0}}",
            at="spec.containers[0].securityContext.seLinuxOptions.type",
            after_fix="securityContext: {seLinuxOptions: {level: s0}}",
        ),
        fails(pod="securityContext: {seLinuxOptions: {user: root}}", at="spec.securityContext.seLinuxOptions.user"),
        unknown(pod="securityContext: {seLinuxOptions: {type: '${TYPE}'}}"),
    ),
)
