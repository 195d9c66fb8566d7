r"""A Windows pod runs as a process of its node.

Why: a HostProcess container is no container: it has the node's file system, network and accounts, up to SYSTEM.
Instead: leave `hostProcess` out; keep such containers for the node's own agents (network plugin, CSI, monitoring).
Breaks: programs that manage the node.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..hostProcess}{"\n"}{end}'
Source: Pod Security Standards, baseline, "HostProcess".
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
    CRITICAL,
    DEVELOPER,
    ESSENTIAL,
    OWNS,
    Evidence,
    Rule,
    fails,
    passes,
    unknown,
)


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("windowsHostProcess", pod, view.kube_version):
        yield told(violation, "runs as a process of its Windows node (hostProcess: true); leave hostProcess out")


RULE = Rule(
    id="windows-host-process",
    on=PodTemplate,
    check=check,
    versioned=True,
    severity=CRITICAL,
    profile=ESSENTIAL,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS, ARCHITECT: CARES, ANALYST: CARES},
    controls=("pss:baseline:windowsHostProcess",),
    examples=(
        passes(pod="securityContext: {windowsOptions: {hostProcess: false}}"),
        passes(pod="os: {name: windows}"),
        fails(
            pod="securityContext: {windowsOptions: {hostProcess: true}}",
            at="spec.securityContext.windowsOptions.hostProcess",
        ),
        fails(
            container="securityContext: {windowsOptions: {hostProcess: true}}",
            at="spec.containers[0].securityContext.windowsOptions.hostProcess",
        ),
        unknown(pod="securityContext: {windowsOptions: {hostProcess: '${HOST}'}}"),
    ),
)
