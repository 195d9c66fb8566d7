"""A Service sends traffic to a pod that never says whether it is ready.

Why: the pod counts as ready as soon as its processes run. Each rollout and each restart then sends requests to a
    program that still starts, and a broken version is rolled out to the end.
Instead: give the container that serves the port a `readinessProbe` that answers only when it can work.
Breaks: a probe that is too strict takes the pod out of its Service; watch the endpoints after the change.
Check: kubectl get pods -A -o 'custom-columns=NAME:.metadata.name,READINESS:.spec.containers[*].readinessProbe'
Source: Kubernetes docs, "Liveness, Readiness, and Startup Probes".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.inventory import Resource
from seawall.model import PodTemplate, View
from seawall.model.workloads import undecided_containers
from seawall.rules.pod._helpers import runs_to_completion, selects
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    running = [container for container in pod.containers if container.runs_on]
    hidden = undecided_containers(pod)
    if runs_to_completion(pod) or not (running or hidden):
        return
    service = _service_of(pod, view)
    if isinstance(service, Unknown):
        yield unsure(service)
    if isinstance(service, Unknown) or service is None:
        return
    for container in running:
        probe = container.spec.get("readinessProbe")
        if isinstance(probe, Unknown):
            yield unsure(probe, *container.path[len(pod.path) :], "readinessProbe")
            return
        if probe:
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


def _service_of(pod: PodTemplate, view: View) -> Resource | Unknown | None:
    """The Service, by name the first, that sends the pod traffic once it is ready; an `Unknown` where one may."""
    labels = pod.metadata.get("labels")
    services = view.once(_by_selector)
    if isinstance(labels, Unknown):
        return labels if any(space == pod.resource.namespace for space, _, _ in services) else None
    sure: list[Resource] = []
    doubts: list[tuple[str, Unknown]] = []
    for key, value in labels.items() if isinstance(labels, dict) else ():
        for service in services.get((pod.resource.namespace, key, str(value)), ()):
            if selects(dig(service.tree, "spec", "selector"), labels):
                early = dig(service.tree, "spec", "publishNotReadyAddresses")
                if not isinstance(early, Unknown):
                    sure.append(service)
                    break
                doubts.append((service.name, early))
    if sure:
        return min(sure, key=lambda service: service.name)
    return min(doubts, key=lambda doubt: doubt[0])[1] if doubts else None


def _by_selector(view: View) -> dict[tuple[str | None, str, str], list[Resource]]:
    """Services that wait for readiness, sorted, by namespace and the label of their selector that the fewest select."""
    labels = {id(service): _selected(service) for service in view.of("Service") if _waits(service)}
    popular = Counter(label for selected in labels.values() for label in selected)
    table: dict[tuple[str | None, str, str], list[Resource]] = {}
    for service in sorted(view.of("Service"), key=lambda each: each.name):
        if selected := labels.get(id(service)):
            table.setdefault(min(selected, key=popular.__getitem__), []).append(service)
    return table


def _selected(service: Resource) -> list[tuple[str | None, str, str]]:
    selector = dig(service.tree, "spec", "selector")
    pairs = selector.items() if isinstance(selector, dict) else ()
    return [(service.namespace, key, str(value)) for key, value in pairs]


def _waits(service: Resource) -> bool:
    early = dig(service.tree, "spec", "publishNotReadyAddresses")
    return not service.group and (isinstance(early, Unknown) or not early) and _serves(service)


def _serves(service: Resource) -> bool:
    """Whether it has a port for something else than figures, which nobody misses while the pod starts."""
    names = [dig(port, "name") for _, port in items(dig(service.tree, "spec", "ports"))]
    return not names or any(not isinstance(name, str) or "metrics" not in name for name in names)


RULE = Rule(
    id="no-readiness-probe",
    concept="missing-probes",
    on=PodTemplate,
    check=check,
    uses=("Service",),
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
                  {name: web, image: web:1, readinessProbe: {tcpSocket: {port: 80}}}, {name: proxy, image: proxy:1}]}}
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
