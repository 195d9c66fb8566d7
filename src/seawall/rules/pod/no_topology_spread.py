"""The pods of a workload may all run on one node or in one zone.

Why: the scheduler spreads replicas only as long as nothing else matters more; when they end up together, one node or
    zone takes the whole workload with it.
Instead: add `topologySpreadConstraints` over `kubernetes.io/hostname` and `topology.kubernetes.io/zone`, or a
    podAntiAffinity.
Breaks: with `whenUnsatisfiable: DoNotSchedule`, pods stay Pending where there are too few nodes.
Check: kubectl get pods -A -o custom-columns=NAME:.metadata.name,NODE:.spec.nodeName
Source: Kubernetes docs, "Pod Topology Spread Constraints".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown, dig
from seawall.model import PodTemplate
from seawall.rules.pod._helpers import replicas_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure

_WHERE: Final = "topologySpreadConstraints"


def check(pod: PodTemplate) -> Iterator[Evidence]:
    replicas = replicas_of(pod.resource)
    if replicas is None or (isinstance(replicas, int) and replicas < 2):
        return
    for value in (pod.spec.get(_WHERE), dig(pod.spec, "affinity", "podAntiAffinity")):
        if isinstance(value, Unknown):
            yield unsure(value, _WHERE)
            return
        if value:
            return
    if isinstance(replicas, Unknown):
        yield unsure(replicas)
    else:
        yield fail(f"does not spread its {replicas} pods over nodes or zones; set topologySpreadConstraints", _WHERE)


RULE = Rule(
    id="no-topology-spread",
    on=PodTemplate,
    check=check,
    severity=LOW,
    profile=STRICT,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="image: web:1"),
        passes(
            manifest="""
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 3, template: {spec: {
                  topologySpreadConstraints: [{maxSkew: 1, topologyKey: kubernetes.io/hostname}]}}}}
            """
        ),
        passes(
            manifest="""
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web},
                 spec: {template: {spec: {hostPID: false}}}}
            """
        ),
        fails(
            manifest="""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers: [{name: web, image: registry.example/web:1.0}]
            """,
            instead="""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      topologySpreadConstraints:
                      - maxSkew: 1
                        topologyKey: topology.kubernetes.io/zone
                        whenUnsatisfiable: ScheduleAnyway
                        labelSelector: {matchLabels: {app: web}}
                      containers: [{name: web, image: registry.example/web:1.0}]
            """,
        ),
        fails(
            manifest="""
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web},
                 spec: {replicas: 3, template: {spec: {affinity: {nodeAffinity: {}}}}}}
            """,
            at="spec.template.spec.topologySpreadConstraints",
        ),
        unknown(
            manifest="""
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web},
                 spec: {replicas: '${N}', template: {spec: {hostUsers: false}}}}
            """
        ),
    ),
)
