"""A pod uses the network of its node.

Why: it listens on the node's addresses, reads the traffic of all pods of the node, reaches services that listen on
    localhost only (the kubelet, the cloud's metadata endpoint), and NetworkPolicy does not apply to it.
Instead: leave `hostNetwork` out and publish ports with a Service.
Breaks: clients that use the node's address, and programs that manage the node's network; `dnsPolicy:
    ClusterFirstWithHostNet` is no longer needed.
Check: kubectl get pods -A -o custom-columns=NAME:.metadata.name,HOSTNETWORK:.spec.hostNetwork
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
        if violation.path == ("hostNetwork",):
            yield told(
                violation,
                "uses the network of its node (hostNetwork: true), where no NetworkPolicy applies to it; "
                "leave hostNetwork out and publish ports with a Service",
            )


def fix(evidence: Evidence) -> Fix:
    return Fix("Leave hostNetwork out", (Remove(evidence.path),))


RULE = Rule(
    id="host-network",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=HIGH,
    profile=ESSENTIAL,
    layer=Layer.CONTAINER,
    audience={DEVELOPER: OWNS, ARCHITECT: CARES, ANALYST: CARES},
    controls=("pss:baseline:hostNamespaces", "pss:baseline:hostPorts"),
    examples=(
        passes(pod="hostNetwork: false"),
        fails(
            pod="""
                enableServiceLinks: false
                hostNetwork: true
            """,
            at="spec.hostNetwork",
            after_fix="enableServiceLinks: false",
        ),
        unknown(pod="hostNetwork: '${HOST_NETWORK}'"),
    ),
)
