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
from seawall.model import PodTemplate, View
from seawall.rules.pod._helpers import replicas_of
from seawall.rules.pod._scaling import AUTOSCALERS, scale_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure

_WHERE: Final = "topologySpreadConstraints"


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    replicas, scale = replicas_of(pod.resource), scale_of(pod.resource, view)
    if replicas is None or scale is None:
        return
    count = max((each for each in (replicas, scale.fewest) if isinstance(each, int)), default=0)
    later = next((each for each in (replicas, scale.fewest) if isinstance(each, Unknown)), None)
    if count < 2 and later is None:
        return
    for value in (pod.spec.get(_WHERE), dig(pod.spec, "affinity", "podAntiAffinity")):
        if isinstance(value, Unknown):
            yield unsure(value, _WHERE)
            return
        if value:
            return
    if count < 2 and later is not None:
        yield unsure(later)
    else:
        yield fail(f"does not spread its {count} pods over nodes or zones; set topologySpreadConstraints", _WHERE)


def _scaled(bounds: str) -> str:
    return f"""
        {{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {{name: web}},
         spec: {{{bounds}, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}}}}}
        ---
        {{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web}},
         spec: {{template: {{spec: {{hostUsers: false}}}}}}}}
    """


RULE = Rule(
    id="no-topology-spread",
    on=PodTemplate,
    check=check,
    uses=AUTOSCALERS,
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
        fails(manifest=_scaled("minReplicas: 2, maxReplicas: 4")),
        passes(manifest=_scaled("minReplicas: 1, maxReplicas: 4")),
        unknown(manifest=_scaled("minReplicas: '${MIN}', maxReplicas: 4")),
        unknown(
            manifest="""
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web},
                 spec: {replicas: '${N}', template: {spec: {hostUsers: false}}}}
            """
        ),
    ),
)
