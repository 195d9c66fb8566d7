"""A pod shares the IPC namespace of its node.

Why: shared memory and semaphores of the node's programs, and of other pods that do the same, can be read and written:
    database buffers and credentials lie there.
Instead: leave `hostIPC` out; containers of one pod share memory anyway, through an emptyDir with `medium: Memory`.
Breaks: programs that talk to processes of the node through shared memory.
Check: kubectl get pods -A -o custom-columns=NAME:.metadata.name,HOSTIPC:.spec.hostIPC
Source: Pod Security Standards, baseline, "Host Namespaces".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, ESSENTIAL, MEDIUM, Evidence, Fix, Remove, Rule, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("hostNamespaces", pod, view.kube_version):
        if violation.path == ("hostIPC",):
            yield told(violation, "shares the IPC namespace of its node (hostIPC: true); leave hostIPC out")


def fix(evidence: Evidence) -> Fix:
    return Fix("Leave hostIPC out", (Remove(evidence.path),))


RULE = Rule(
    id="host-ipc",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=MEDIUM,
    profile=ESSENTIAL,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:baseline:hostNamespaces",),
    examples=(
        passes(pod="hostIPC: false"),
        fails(
            pod="""
                enableServiceLinks: false
                hostIPC: true
            """,
            at="spec.hostIPC",
            after_fix="enableServiceLinks: false",
        ),
        unknown(pod="hostIPC: '${HOST_IPC}'"),
    ),
)
