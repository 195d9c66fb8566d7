r"""A process of a container may gain more rights than it started with.

Why: unless it is forbidden, a program that is not root becomes root through any setuid file of the image (su, sudo,
    mount) or a file capability: running as another user is then no barrier.
Instead: set `allowPrivilegeEscalation: false` on each container.
Breaks: sudo, su and ping inside the container. A privileged container cannot set it: the API server refuses both.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..allowPrivilegeEscalation}{"\n"}{end}'
Source: Pod Security Standards, restricted, "Privilege Escalation"; Linux kernel documentation, "no_new_privs".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._helpers import is_privileged
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, LOW, MEDIUM, Evidence, Fix, Rule, Set, fails, passes, unknown

# The API server refuses allowPrivilegeEscalation: false beside privileged: true.
_PRIVILEGED: Final = (
    "lets its processes gain rights, which privileged: true demands; "
    "leave that out, then set allowPrivilegeEscalation: false"
)


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("allowPrivilegeEscalation", pod, view.kube_version):
        if is_privileged(violation.container):
            yield told(violation, _PRIVILEGED, LOW)
        else:
            yield told(violation, "lets its processes gain rights; set allowPrivilegeEscalation: false")


def fix(evidence: Evidence) -> Fix:
    forbid = Set(evidence.path, False)
    if evidence.message == _PRIVILEGED:
        return Fix("Forbid privilege escalation", (Set((*evidence.path[:-1], "privileged"), False), forbid))
    return Fix("Forbid privilege escalation", (forbid,))


RULE = Rule(
    id="allow-privilege-escalation",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=MEDIUM,
    otherwise={LOW: "the container is privileged, which demands it"},
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:restricted:allowPrivilegeEscalation",),
    examples=(
        passes(container="securityContext: {allowPrivilegeEscalation: false}"),
        passes(pod="os: {name: windows}"),
        fails(
            container="securityContext: {runAsNonRoot: true}",
            at="spec.containers[0].securityContext.allowPrivilegeEscalation",
            after_fix="securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false}",
        ),
        fails(container="securityContext: {allowPrivilegeEscalation: true}"),
        fails(
            container="securityContext: {privileged: true}",
            at="spec.containers[0].securityContext.allowPrivilegeEscalation",
            after_fix="securityContext: {privileged: false, allowPrivilegeEscalation: false}",
        ),
        fails(pod="os: {name: windows}", kube="1.24"),
        unknown(container="securityContext: {allowPrivilegeEscalation: '${ESCALATE}'}"),
        unknown(pod="os: {name: '${OS}'}"),
    ),
)
