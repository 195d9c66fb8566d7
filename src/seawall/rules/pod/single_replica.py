"""A workload runs as one pod.

Why: each drain of a node, each failure and each eviction is an outage until the pod runs elsewhere; with one pod,
    security updates of nodes are put off.
Instead: set `replicas: 2` or more, or let a HorizontalPodAutoscaler with `minReplicas: 2` do it.
Breaks: programs that may run only once need leader election, or a Recreate strategy and an accepted finding.
Check: kubectl get deployments,statefulsets -A -o custom-columns=NAME:.metadata.name,REPLICAS:.spec.replicas
Source: Kubernetes docs, "Disruptions".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.model import View, Workload
from seawall.rules.pod._helpers import replicas_of
from seawall.rules.pod._scaling import AUTOSCALERS, is_autoscaled
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(workload: Workload, view: View) -> Iterator[Evidence]:
    replicas = replicas_of(workload.resource)
    if replicas is None or is_autoscaled(view, workload.resource):
        return
    where = ("spec", "replicas")
    if isinstance(replicas, Unknown):
        yield unsure(replicas, *where)
    elif replicas == 1:
        yield fail("runs as one pod; set replicas to 2 or more", *where, value=dig(workload.tree, *where))


RULE = Rule(
    id="single-replica",
    on=Workload,
    check=check,
    uses=AUTOSCALERS,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest="{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 2}}"),
        passes(manifest="{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 0}}"),
        passes(manifest="{apiVersion: apps/v1, kind: DaemonSet, metadata: {name: agent}, spec: {}}"),
        passes(
            manifest="""
                {apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web},
                 spec: {minReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {selector: {}}}
            """
        ),
        fails(
            manifest="{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1}}",
            at="spec.replicas",
        ),
        fails(manifest="{apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db}, spec: {serviceName: db}}"),
        unknown(manifest="{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: '${N}'}}"),
    ),
)
