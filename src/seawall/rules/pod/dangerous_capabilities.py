r"""A container adds a capability that gives it power over its node.

Why: SYS_ADMIN, SYS_MODULE, SYS_PTRACE or ALL are ways out of the container; BPF, NET_ADMIN and SYS_TIME change the
    node for every pod on it.
Instead: leave the capability out; drop ALL and add back only NET_BIND_SERVICE if a port below 1024 is needed. What
    really works on the node belongs in an agent of its own, in a namespace of its own.
Breaks: calls that need the capability fail with "Operation not permitted".
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..capabilities.add}{"\n"}{end}'
Source: Linux man page capabilities(7); MITRE ATT&CK T1611 "Escape to Host".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown, items
from seawall.model import Container
from seawall.rules.pod._helpers import capability, is_privileged, listed
from seawall.rules.spec import (
    ANALYST,
    ARCHITECT,
    CARES,
    CRITICAL,
    DEVELOPER,
    ESSENTIAL,
    HIGH,
    LOW,
    MEDIUM,
    OWNS,
    Evidence,
    Fix,
    Remove,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

DANGERS: Final = {
    "ALL": (CRITICAL, "which is every right of root on the node"),
    "SYS_ADMIN": (CRITICAL, "with which it mounts the node's disks"),
    "SYS_MODULE": (CRITICAL, "with which it loads code into the node's kernel"),
    "SYS_RAWIO": (CRITICAL, "with which it reads and writes the node's memory and disks"),
    "SYS_PTRACE": (HIGH, "with which it reads and changes other processes"),
    "DAC_READ_SEARCH": (HIGH, "with which it opens files of the node by handle"),
    "BPF": (HIGH, "with which it loads programs into the node's kernel"),
    "PERFMON": (HIGH, "with which it watches the node's kernel"),
    "NET_ADMIN": (HIGH, "with which it changes routes and firewall rules"),
    "SYS_BOOT": (HIGH, "with which it restarts the node"),
    "SYS_TIME": (HIGH, "with which it sets the node's clock"),
    "SYSLOG": (MEDIUM, "with which it reads the kernel's log and addresses"),
    "MAC_ADMIN": (HIGH, "with which it changes the node's mandatory access control"),
    "MAC_OVERRIDE": (HIGH, "with which it passes the node's mandatory access control"),
    "CHECKPOINT_RESTORE": (MEDIUM, "with which it sets up processes under chosen ids"),
    "LINUX_IMMUTABLE": (MEDIUM, "with which it changes files that are marked immutable"),
}
"""Capability -> (how bad it is, what it gives); all of them are refused by Pod Security at baseline."""


def check(container: Container) -> Iterator[Evidence]:
    where = ("securityContext", "capabilities", "add")
    added = listed(container, "add")
    if isinstance(added, Unknown):
        yield unsure(added, *where)
    for index, name in items(added):
        if isinstance(name, Unknown):
            yield unsure(name, *where, index)
        elif isinstance(name, str) and capability(name) in DANGERS:
            severity, power = DANGERS[capability(name)]
            if is_privileged(container):
                severity, power = LOW, "which it has as it is privileged"
            yield fail(
                f"adds the capability {name}, {power}; leave it out", *where, index, value=name, severity=severity
            )


def fix(evidence: Evidence) -> Fix:
    return Fix(f"Leave the capability {evidence.value} out", (Remove(evidence.path),))


RULE = Rule(
    id="dangerous-capabilities",
    on=Container,
    check=check,
    fix=fix,
    severity=CRITICAL,
    otherwise={
        HIGH: "the capability is not quite root on the node (NET_ADMIN, SYS_PTRACE, BPF)",
        MEDIUM: "it gives some of that power only (SYSLOG, LINUX_IMMUTABLE)",
        LOW: "the container is privileged and has it anyway",
    },
    profile=ESSENTIAL,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS, ARCHITECT: CARES, ANALYST: CARES},
    # It stands for added-capabilities, which leaves these capabilities to it.
    controls=("pss:baseline:capabilities_baseline", "pss:restricted:capabilities_restricted"),
    examples=(
        passes(container="securityContext: {capabilities: {drop: [ALL], add: [NET_BIND_SERVICE, CHOWN]}}"),
        passes(container="securityContext: {capabilities: {add: null}}"),
        fails(
            container="securityContext: {capabilities: {drop: [ALL], add: [SYS_ADMIN, CHOWN]}}",
            at="spec.containers[0].securityContext.capabilities.add[0]",
            after_fix="securityContext: {capabilities: {drop: [ALL], add: [CHOWN]}}",
        ),
        fails(
            container="securityContext: {capabilities: {add: [cap_net_admin]}}",
            at="spec.containers[0].securityContext.capabilities.add[0]",
        ),
        fails(
            container="securityContext: {capabilities: {add: ['${EXTRA}', ALL]}}",
            at="spec.containers[0].securityContext.capabilities.add[1]",
        ),
        fails(container="securityContext: {capabilities: {add: [SYSLOG]}}"),
        fails(container="securityContext: {privileged: true, capabilities: {add: [SYS_ADMIN]}}"),
        unknown(container="securityContext: {capabilities: {add: ['${EXTRA}']}}"),
    ),
)
