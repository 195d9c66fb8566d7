"""A pod sees and signals every process of its node.

Why: in the node's process namespace a container reads the command lines and environments of all programs, secrets
    among them, and with root or SYS_PTRACE it enters them.
Instead: leave `hostPID` out; read node figures from the kubelet or from files that are mounted read-only.
Breaks: node agents that inspect processes.
Check: kubectl get pods -A -o custom-columns=NAME:.metadata.name,HOSTPID:.spec.hostPID
Source: Pod Security Standards, baseline, "Host Namespaces".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import (
    ANALYST,
    ARCHITECT,
    CARES,
    DEVELOPER,
    ESSENTIAL,
    HIGH,
    OWNS,
    Evidence,
    Fix,
    Remove,
    Rule,
    fails,
    passes,
    unknown,
)


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("hostNamespaces", pod, view.kube_version):
        if violation.path == ("hostPID",):
            yield told(violation, "shares the process namespace of its node (hostPID: true); leave hostPID out")


def fix(evidence: Evidence) -> Fix:
    return Fix("Leave hostPID out", (Remove(evidence.path),))


RULE = Rule(
    id="host-pid",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=HIGH,
    profile=ESSENTIAL,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS, ARCHITECT: CARES, ANALYST: CARES},
    controls=("pss:baseline:hostNamespaces",),
    examples=(
        passes(pod="hostPID: false"),
        passes(pod="hostIPC: true"),
        fails(
            pod="""
                enableServiceLinks: false
                hostPID: true
            """,
            at="spec.hostPID",
            after_fix="enableServiceLinks: false",
        ),
        unknown(pod="hostPID: '${HOST_PID}'"),
    ),
)
