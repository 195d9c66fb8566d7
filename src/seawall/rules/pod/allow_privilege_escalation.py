r"""A process of a container may gain more rights than it started with.

Why: unless it is forbidden, a program that is not root becomes root through any setuid file of the image (su, sudo,
    mount) or a file capability: running as another user is then no barrier.
Instead: set `allowPrivilegeEscalation: false` on each container.
Breaks: sudo, su and ping inside the container. Beside `privileged: true` or
    CAP_SYS_ADMIN the API server refuses it: drop those first.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..allowPrivilegeEscalation}{"\n"}{end}'
Source: Pod Security Standards, restricted, "Privilege Escalation"; Linux kernel documentation, "no_new_privs".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Verdict, items
from seawall.model import Container, PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._helpers import is_privileged, listed
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import (
    DEVELOPER_OWNS,
    LOW,
    MEDIUM,
    Evidence,
    Fix,
    Remove,
    Rule,
    Set,
    fail,
    fails,
    passes,
    unknown,
)

# The API server refuses allowPrivilegeEscalation: false beside privileged: true, and beside the capability in this
# spelling (ValidateSecurityContext in pkg/apis/core/validation).
_REFUSED_BESIDE: Final = "CAP_SYS_ADMIN"
_PRIVILEGED: Final = (
    "lets its processes gain rights, which privileged: true demands; "
    "leave that out, then set allowPrivilegeEscalation: false"
)
_SYS_ADMIN: Final = (
    "adds the capability CAP_SYS_ADMIN, with which its processes may gain rights whatever else it says; "
    "leave that out, then set allowPrivilegeEscalation: false"
)


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("allowPrivilegeEscalation", pod, view.kube_version):
        container = violation.container
        index = None if container is None else _sys_admin(container)
        if is_privileged(container):
            yield told(violation, _PRIVILEGED, LOW)
        elif index is not None and violation.verdict is Verdict.FAIL:
            where = (*violation.path[:-1], "capabilities", "add", index)
            yield fail(_SYS_ADMIN, *where, value=_REFUSED_BESIDE, severity=LOW)
        else:
            yield told(violation, "lets its processes gain rights; set allowPrivilegeEscalation: false")


def _sys_admin(container: Container) -> int | None:
    """Where the container adds the capability that the API server refuses to go with; None where it does not."""
    added = items(listed(container, "add"))
    return next((index for index, name in added if isinstance(name, str) and name == _REFUSED_BESIDE), None)


def fix(evidence: Evidence) -> Fix:
    path = evidence.path
    if evidence.message == _SYS_ADMIN:
        forbid = Set((*path[:-3], "allowPrivilegeEscalation"), False)
        return Fix("Forbid privilege escalation", (Remove(path), forbid))
    forbid = Set(path, False)
    if evidence.message == _PRIVILEGED:
        return Fix("Forbid privilege escalation", (Set((*path[:-1], "privileged"), False), forbid))
    return Fix("Forbid privilege escalation", (forbid,))


RULE = Rule(
    id="allow-privilege-escalation",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=MEDIUM,
    otherwise={LOW: "the container is privileged or adds CAP_SYS_ADMIN, beside which the API server refuses `false`"},
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
        fails(
            container="securityContext: {capabilities: {add: [CHOWN, CAP_SYS_ADMIN]}}",
            at="spec.containers[0].securityContext.capabilities.add[1]",
            after_fix="securityContext: {capabilities: {add: [CHOWN]}, allowPrivilegeEscalation: false}",
        ),
        fails(
            container="securityContext: {capabilities: {add: [SYS_ADMIN]}}",
            at="spec.containers[0].securityContext.allowPrivilegeEscalation",
        ),
        fails(pod="os: {name: windows}", kube="1.24"),
        unknown(container="securityContext: {allowPrivilegeEscalation: '${ESCALATE}'}"),
        unknown(pod="os: {name: '${OS}'}"),
    ),
)
