"""A Service sends traffic to a pod that never says whether it is ready.

Why: the pod counts as ready as soon as its processes run. Each rollout and each restart then sends requests to a
    program that still starts, and a broken version is rolled out to the end.
Instead: give the container that serves the port a `readinessProbe` that answers only when it can work.
Breaks: a probe that is too strict takes the pod out of its Service; watch the endpoints after the change.
Check: kubectl get pods -A -o 'custom-columns=NAME:.metadata.name,READINESS:.spec.containers[*].readinessProbe'
Source: Kubernetes docs, "Liveness, Readiness, and Startup Probes".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import PodTemplate, View
from seawall.model.workloads import undecided_containers
from seawall.rules.pod._helpers import asks_something, runs_to_completion
from seawall.rules.pod._traffic import services_by_pod
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    running = [container for container in pod.containers if container.runs_on]
    hidden = undecided_containers(pod)
    if runs_to_completion(pod) or not (running or hidden):
        return
    service = view.once(services_by_pod).get(id(pod))
    probes = [(container, container.spec.get("readinessProbe")) for container in running]
    if service is None or any(asks_something(probe) for _, probe in probes):
        return
    if isinstance(service, Unknown):
        yield unsure(service)
        return
    for container, probe in probes:
        if isinstance(probe, Unknown):
            yield unsure(probe, *container.path[len(pod.path) :], "readinessProbe")
            return
    if hidden is not None:
        path, value = hidden
        yield unsure(value, *path)
        return
    # One ready container decides for the pod; the first one is where it most likely belongs.
    yield fail(
        f'has no readinessProbe, nor has any other container of its pod, though Service "{service.name}" sends it '
        "traffic; set readinessProbe",
        *running[0].path[len(pod.path) :],
        "readinessProbe",
    )


RULE = Rule(
    id="no-readiness-probe",
    concept="missing-probes",
    on=PodTemplate,
    check=check,
    uses=("Service", "Namespace"),
    severity=LOW,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(container="ports: [{containerPort: 80}]"),
        passes(
            manifest="""
                {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop},
                 spec: {selector: {app: web}, ports: [{port: 80}]}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}},
                 spec: {containers: [
                  {name: proxy, image: proxy:1, readinessProbe: "${PROBE}"},
                  {name: web, image: web:1, readinessProbe: {tcpSocket: {port: 80}}}, {name: log, image: log:1}]}}
            """
        ),
        passes(
            manifest="""
                {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: "${SELECTOR}"}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}},
                 spec: {containers: [{name: web, image: web:1, readinessProbe: {tcpSocket: {port: 80}}}]}}
            """
        ),
        fails(
            manifest="""
                {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop},
                 spec: {selector: {app: web}, ports: [{port: 80}]}}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: shop}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web, tier: front}}
                    spec:
                      containers:
                      - {name: web, image: web:1}
            """,
            at="spec.template.spec.containers[0].readinessProbe",
            instead="""
                {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop},
                 spec: {selector: {app: web}, ports: [{port: 80}]}}
                ---
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: shop}
                spec:
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web, tier: front}}
                    spec:
                      containers:
                      - {name: web, image: web:1, readinessProbe: {httpGet: {path: /ready, port: 80}}}
            """,
        ),
        unknown(
            manifest="""
                {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop},
                 spec: {selector: {app: web}, ports: [{port: 80}]}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}},
                 spec: {containers: [
                  {name: web, image: web:1, readinessProbe: "${PROBE}"}]}}
            """
        ),
        unknown(
            manifest="""
                {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop},
                 spec: {selector: {app: web}, ports: [{port: 80}]}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}},
                 spec: {containers: [{name: web, image: web:1}, "${SIDECAR}"]}}
            """,
            at="spec.containers[1]",
        ),
        unknown(
            manifest="""
                {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop},
                 spec: {selector: {app: web}, ports: [{port: 80}]}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: "${LABELS}"},
                 spec: {containers: [{name: web, image: web:1}]}}
            """
        ),
        fails(
            manifest="""
                {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop},
                 spec: {selector: {app: "${APP}"}}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: "${APP}"}},
                 spec: {containers: [{name: web, image: web:1}]}}
            """
        ),
        unknown(
            manifest="""
                {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop},
                 spec: {selector: {app: web, tier: "${TIER}"}, ports: [{port: 80}]}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web, tier: front}},
                 spec: {containers: [{name: web, image: web:1}]}}
            """
        ),
        unknown(
            manifest="""
                {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop}, spec: {selector: "${SELECTOR}"}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}},
                 spec: {containers: [{name: web, image: web:1}]}}
            """
        ),
        unknown(
            manifest="""
                {apiVersion: v1, kind: Service, metadata: {name: web, namespace: shop},
                 spec: {selector: {app: web}, publishNotReadyAddresses: "${EARLY}"}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}},
                 spec: {containers: [{name: web, image: web:1}]}}
            """
        ),
    ),
)
