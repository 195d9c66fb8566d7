"""A PodDisruptionBudget never lets a pod be evicted.

Why: drains of nodes wait for ever, so upgrades of nodes and their security fixes stop, or an administrator deletes
    pods by force and the budget protects nothing.
Instead: set `maxUnavailable: 1`, and run more pods than `minAvailable` asks for.
Breaks: the workload loses a pod for a moment during a drain, which is what a budget is for.
Check: kubectl get pdb -A -o custom-columns=NAME:.metadata.name,ALLOWED:.status.disruptionsAllowed
Source: Kubernetes docs, "Specifying a Disruption Budget for your Application".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.model import PodDisruptionBudget, View
from seawall.rules.pod._budgets import SCALED, coverage
from seawall.rules.pod._helpers import AUTOSCALERS, is_autoscaled, replicas_of
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(budget: PodDisruptionBudget, view: View) -> Iterator[Evidence]:
    for key, blocking in (("maxUnavailable", (0, "0", "0%")), ("minAvailable", ("100%",))):
        value = dig(budget.tree, "spec", key)
        if isinstance(value, Unknown):
            yield unsure(value, "spec", key)
        elif value in blocking:
            yield fail(f"never lets a pod be evicted ({key}: {value}); set maxUnavailable: 1", "spec", key, value=value)
            return
    yield from _too_few_pods(budget, view)


def _too_few_pods(budget: PodDisruptionBudget, view: View) -> Iterator[Evidence]:
    wanted = dig(budget.tree, "spec", "minAvailable")
    if isinstance(wanted, bool) or not isinstance(wanted, (int, float)):
        return
    found = coverage(budget.resource, view)
    if any(is_autoscaled(view, workload) for workload in found.sure):
        return
    counts = [replicas_of(workload) for workload in found.sure]
    total = sum(count for count in counts if isinstance(count, int))
    later = next((count for count in counts if isinstance(count, Unknown)), found.later)
    if total > wanted:
        return
    if later is not None:
        yield unsure(later)
    elif total:
        named = ", ".join(sorted(f'{workload.kind} "{workload.name}"' for workload in found.sure))
        have = "have" if len(found.sure) > 1 else "has"
        yield fail(
            f"asks for {wanted} pods, which is all that {named} {have} ({total}); "
            "set maxUnavailable: 1, or more replicas",
            *("spec", "minAvailable"),
            value=wanted,
        )


def _budget(spec: str) -> str:
    return f"{{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {{name: web}}, {spec}}}"


RULE = Rule(
    id="disruption-budget-blocks-drain",
    on=PodDisruptionBudget,
    check=check,
    uses=(*SCALED, *AUTOSCALERS),
    severity=MEDIUM,
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_budget("spec: {maxUnavailable: 1}")),
        passes(manifest=_budget("spec: {minAvailable: 1}")),
        fails(
            manifest="""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: web, namespace: shop}
                spec: {maxUnavailable: 0, selector: {matchLabels: {app: web}}}
            """,
            at="spec.maxUnavailable",
            instead="""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: web, namespace: shop}
                spec: {maxUnavailable: 1, selector: {matchLabels: {app: web}}}
            """,
        ),
        fails(
            manifest=_budget("spec: {maxUnavailable: 0}"),
            at="spec.maxUnavailable",
        ),
        fails(
            manifest=_budget("spec: {minAvailable: 100%}"),
            at="spec.minAvailable",
        ),
        fails(
            manifest="""
                {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web},
                 spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web},
                 spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}}
            """,
            at="spec.minAvailable",
        ),
        passes(
            manifest="""
                {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web},
                 spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: blue},
                 spec: {replicas: 2, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: green},
                 spec: {replicas: 1, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}}
            """
        ),
        fails(
            manifest="""
                {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web},
                 spec: {minAvailable: 2, selector: {matchLabels: {app: web}}}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: blue},
                 spec: {replicas: 1, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: green},
                 spec: {replicas: 1, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}}
            """,
            at="spec.minAvailable",
        ),
        passes(
            manifest="""
                apiVersion: policy/v1
                kind: PodDisruptionBudget
                metadata: {name: web}
                spec: {minAvailable: 1, selector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: web},
                 spec: {template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}}
            """
        ),
        unknown(manifest=_budget("spec: {minAvailable: '${N}'}")),
        unknown(
            manifest="""
                {apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: web},
                 spec: {minAvailable: 2, selector: {matchLabels: {app: "${APP}"}}}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: blue},
                 spec: {replicas: 1, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}}
                ---
                {apiVersion: apps/v1, kind: Deployment, metadata: {name: green},
                 spec: {replicas: 1, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}}}
            """
        ),
    ),
)
