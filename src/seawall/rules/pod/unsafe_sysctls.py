r"""A pod changes a kernel setting that is not one of the safe ones.

Why: settings that are not kept apart per pod change the node for everyone on it: memory, networking, or how the kernel
    handles crashes. The kubelet refuses the pod unless the node allows the setting.
Instead: leave it out, or set it on a pool of nodes of its own, outside the pod.
Breaks: what was tuned by it; measure before and after.
Check: kubectl get pods -A -o jsonpath='{range .items[*]}{.metadata.name}{"\t"}{..sysctls}{"\n"}{end}'
Source: Pod Security Standards, baseline, "Sysctls"; Kubernetes docs, "Using sysctls in a Kubernetes Cluster".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import PodTemplate, View
from seawall.model.podsecurity import violations
from seawall.rules.pod._podsecurity import told
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Fix, Remove, Rule, fails, passes, unknown


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    for violation in violations("sysctls", pod, view.kube_version):
        yield told(violation, f"sets the kernel setting {violation.shown}, which is not a safe one; leave it out")


def fix(evidence: Evidence) -> Fix:
    return Fix(f"Leave the kernel setting {evidence.value} out", (Remove(evidence.path[:-1]),))


RULE = Rule(
    id="unsafe-sysctls",
    on=PodTemplate,
    check=check,
    fix=fix,
    versioned=True,
    severity=MEDIUM,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    controls=("pss:baseline:sysctls",),
    examples=(
        passes(pod="securityContext: {sysctls: [{name: net.ipv4.ip_local_port_range, value: '1024 65535'}]}"),
        passes(pod="securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '4096'}]}", kube="1.32"),
        fails(pod="securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '4096'}]}", kube="1.31"),
        fails(
            pod="""
                securityContext: {sysctls: [
                  {name: kernel.msgmax, value: '65536'}, {name: net.ipv4.tcp_syncookies, value: '1'}]}
            """,
            at="spec.securityContext.sysctls[0].name",
            after_fix="securityContext: {sysctls: [{name: net.ipv4.tcp_syncookies, value: '1'}]}",
        ),
        unknown(pod="securityContext: {sysctls: [{name: '${NAME}', value: '1'}]}"),
    ),
)
