r"""A probe or lifecycle hook makes the node call another host.

Why: the kubelet makes the call, from the node's network: whoever writes the pod can reach the metadata endpoint, the
    kubelet's own ports or hosts behind the firewall, and learns from the probe's result what answered.
Instead: leave `host` out: the probe then goes to the pod itself.
Breaks: probes that watched something else than their own pod; let the program check that itself.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..httpGet.host}{"\n"}{end}'
Source: Pod Security Standards, baseline, "Host Probes / Lifecycle Hooks" (from v1.34).
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Fix, Remove, Rule, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("hostProbesAndHostLifecycle", pod, view.kube_version):
        yield told(violation, f"makes the node call host {violation.shown}; leave host out to call its own pod")


def fix(evidence: Evidence) -> Fix:
    return Fix("Leave host out", (Remove(evidence.path),))


RULE = Rule(
    id="probe-host-ssrf",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=MEDIUM,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:baseline:hostProbesAndHostLifecycle",),
    examples=(
        passes(container="livenessProbe: {httpGet: {path: /, port: 80}}"),
        passes(container="livenessProbe: {httpGet: {host: 169.254.169.254, port: 80}}", kube="1.33"),
        fails(
            container="livenessProbe: {httpGet: {host: 169.254.169.254, port: 80}}",
            at="spec.containers[0].livenessProbe.httpGet.host",
            after_fix="livenessProbe: {httpGet: {port: 80}}",
        ),
        fails(
            container="lifecycle: {preStop: {httpGet: {host: localhost, port: 80}}}",
            at="spec.containers[0].lifecycle.preStop.httpGet.host",
        ),
        unknown(container="readinessProbe: {tcpSocket: {host: '${HOST}', port: 80}}"),
    ),
)
