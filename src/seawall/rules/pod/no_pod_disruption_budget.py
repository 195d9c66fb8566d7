"""A workload with several pods lets all of them be evicted at once.

Why: replicas help against the failure of a node, not against a drain of several: an upgrade of the cluster may evict
    every pod of the workload within seconds.
Instead: add a PodDisruptionBudget that selects its pods, with `maxUnavailable: 1`.
Breaks: drains wait until enough pods are ready again.
Check: kubectl get pdb -A
Source: Kubernetes docs, "Disruptions", "Pod disruption budgets".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.inventory import Resource
from seawall.model import View, Workload
from seawall.rules.pod._budgets import SCALED, coverage
from seawall.rules.pod._scaling import AUTOSCALERS, scale_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(workload: Workload, view: View) -> Iterator[Evidence]:
    resource = workload.resource
    scale = scale_of(resource, view)
    if scale is None:
        return
    if isinstance(scale.several, Unknown):
        yield unsure(scale.several, "spec", "replicas")
    elif scale.several:
        yield from _uncovered(resource, view)


def _uncovered(resource: Resource, view: View) -> Iterator[Evidence]:
    answer = view.once(_answers).get(id(resource), False)
    if isinstance(answer, Unknown):
        yield unsure(answer)
    elif not answer:
        yield fail(
            "has several pods and no PodDisruptionBudget; add one with maxUnavailable: 1",
            "spec",
            "replicas",
            value=dig(resource.tree, "spec", "replicas"),
        )


def _answers(view: View) -> dict[int, bool | Unknown]:
    """Whether a budget covers a workload, by its id; only of those that one covers or may cover."""
    answers: dict[int, bool | Unknown] = {}
    # By name: the order of the input must not decide which of two doubts is told.
    for budget in sorted(view.of("PodDisruptionBudget"), key=lambda each: each.name):
        found = coverage(budget, view)
        for workload, pod in found.doubtful:
            if id(workload) not in answers:
                answers[id(workload)] = found.why(pod)
        answers.update((id(workload), True) for workload in found.sure)
    return answers


def _scaled(bounds: str) -> str:
    return f"""
        {{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {{name: web}},
         spec: {{{bounds}, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}}}}}
        ---
        {{apiVersion: apps/v1, kind: Deployment, metadata: {{name: web}},
         spec: {{template: {{metadata: {{labels: {{app: web}}}}, spec: {{containers: [{{name: web}}]}}}}}}}}
    """


RULE = Rule(
    id="no-pod-disruption-budget",
    on=Workload,
    check=check,
    uses=(*SCALED, *AUTOSCALERS),
    needs=("PodDisruptionBudget",),
    severity=LOW,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(
            manifest="""
                {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web, namespace: shop},
                 spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop},
                 spec: {replicas: 3, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}}
            """,
            estate=True,
        ),
        passes(
            manifest="""
                {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: all, namespace: shop},
                 spec: {maxUnavailable: 1, selector: {}}}
                ---
                {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop},
                 spec: {replicas: 3, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: web}]}}}}
            """,
            estate=True,
        ),
        passes(
            manifest="{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1}}", estate=True
        ),
        fails(
            manifest="""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: shop}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers: [{name: web, image: registry.example/web:1.0}]
            """,
            at="spec.replicas",
            estate=True,
            instead="""
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: web, namespace: shop}
                spec:
                  replicas: 3
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec:
                      containers: [{name: web, image: registry.example/web:1.0}]
                ---
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: web, namespace: shop}
                spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
            """,
        ),
        passes(manifest=_scaled("maxReplicas: 1"), estate=True),
        fails(manifest=_scaled("minReplicas: 1, maxReplicas: 2"), estate=True),
        unknown(manifest=_scaled("minReplicas: 1, maxReplicas: '${MAX}'"), estate=True),
        fails(
            manifest="""
                {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web, namespace: other},
                 spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop},
                 spec: {replicas: 3, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}}
            """,
            at="spec.replicas",
            estate=True,
        ),
        fails(
            manifest="""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: web, namespace: shop}
                spec: {maxUnavailable: 1, selector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop},
                 spec: {replicas: 3, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}}
            """,
            at="spec.replicas",
            estate=True,
        ),
        unknown(
            manifest="""
                {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web, namespace: shop},
                 spec: {maxUnavailable: 1, selector: {matchLabels: {app: "${APP}"}}}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop},
                 spec: {replicas: 3, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}}
            """,
            estate=True,
        ),
        unknown(
            manifest="""
                {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web, namespace: shop},
                 spec: {maxUnavailable: 1, selector: {matchLabels: {statefulset.kubernetes.io/pod-name: db-0}}}}
                ---
                {apiVersion: apps/v1, kind: StatefulSet, metadata: {name: db, namespace: shop},
                 spec: {replicas: 3, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: db}]}}}}
            """,
            estate=True,
        ),
        unknown(
            manifest="{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: '${N}'}}",
            estate=True,
        ),
        unknown(manifest="{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 3}}"),
    ),
)
