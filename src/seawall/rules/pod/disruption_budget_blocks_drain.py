"""A PodDisruptionBudget never lets a pod be evicted.

Why: drains of nodes wait for ever, so upgrades of nodes and their security fixes stop, or an administrator deletes
    pods by force and the budget protects nothing.
Instead: set `maxUnavailable: 1`, and run more pods than `minAvailable` asks for.
Breaks: the workload loses a pod for a moment during a drain, which is what a budget is for.
Check: kubectl get pdb -A -o custom-columns=NAME:.metadata.name,ALLOWED:.status.disruptionsAllowed
Source: Kubernetes docs, "Specifying a Disruption Budget for your Application".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.model import PodDisruptionBudget, View
from seawall.rules.pod._budgets import SCALED, coverage
from seawall.rules.pod._scaling import AUTOSCALERS, scale_of
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_PERCENT = re.compile(r"([0-9]{1,3})%")


def check(budget: PodDisruptionBudget, view: View) -> Iterator[Evidence]:
    most, least, selector = (dig(budget.tree, "spec", key) for key in ("maxUnavailable", "minAvailable", "selector"))
    if most is None and least is None and selector is not None:
        message = "sets neither maxUnavailable nor minAvailable, so every eviction is refused; set maxUnavailable: 1"
        yield fail(message, "spec", "maxUnavailable")
    elif isinstance(most, Unknown):
        yield unsure(most, "spec", "maxUnavailable")
    elif isinstance(least, Unknown):
        yield unsure(least, "spec", "minAvailable")
    elif most is not None:
        if most == "0" or _of(most, 100) == 0:
            yield _never("maxUnavailable", most)
    elif isinstance(least, str) and _of(least, 100) == 100:
        yield _never("minAvailable", least)
    else:
        yield from _too_few_pods(budget, view, least)


def _never(key: str, value: object) -> Evidence:
    return fail(f"never lets a pod be evicted ({key}: {value}); set maxUnavailable: 1", "spec", key, value=value)


def _of(value: object, total: int) -> float | None:
    """As many pods as a field means, of so many; percentages are rounded up. None where it says no number."""
    if isinstance(value, str):
        percent = _PERCENT.fullmatch(value)
        return -(-int(percent[1]) * total // 100) if percent else None
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _too_few_pods(budget: PodDisruptionBudget, view: View, least: object) -> Iterator[Evidence]:
    found = coverage(budget.resource, view)
    scales = [scale for workload in found.sure if (scale := scale_of(workload, view)) is not None]
    total = sum(scale.most for scale in scales if isinstance(scale.most, int))
    wanted = _of(least, total)
    # More pods never let fewer of them go, whatever is not known yet.
    if wanted is None or total > wanted:
        return
    later = next((scale.most for scale in scales if isinstance(scale.most, Unknown)), found.later)
    if later is not None:
        yield unsure(later)
    elif total:
        named = ", ".join(sorted(f'{workload.kind} "{workload.name}"' for workload in found.sure))
        scaled = any(scale.fewest is not scale.most for scale in scales)
        have = "may have" if scaled else "have" if len(scales) > 1 else "has"
        share = f" ({least})" if isinstance(least, str) else ""
        yield fail(
            f"asks for {wanted} pods{share}, which is all that {named} {have} ({total}); "
            "set maxUnavailable: 1, or more replicas",
            *("spec", "minAvailable"),
            value=least,
        )


def _covering(spec: str, replicas: str, *scaler: str) -> str:
    """A budget, its only workload, and what scales that."""
    template = "{metadata: {labels: {app: web}}, spec: {containers: [{name: web}]}}"
    documents = (
        _budget(f"spec: {{{spec}, selector: {{matchLabels: {{app: web}}}}}}"),
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, "
        f"spec: {{{replicas} template: {template}}}}}",
        *(
            "{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: web}, "
            f"spec: {{{bounds}, scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: web}}}}}}"
            for bounds in scaler
        ),
    )
    return "\n---\n".join(documents)


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
        fails(manifest=_budget("spec: {minAvailable: 100%}"), at="spec.minAvailable"),
        fails(manifest=_covering("minAvailable: 1", ""), at="spec.minAvailable"),
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
        # Every eviction is refused, since the API server expects no pods.
        fails(manifest=_budget("spec: {selector: {matchLabels: {app: web}}}"), at="spec.maxUnavailable"),
        passes(manifest=_budget("spec: {}")),
        # Percentages are rounded up.
        fails(manifest=_covering("minAvailable: 50%", "replicas: 1,"), at="spec.minAvailable"),
        fails(manifest=_covering("minAvailable: 51%", "replicas: 2,"), at="spec.minAvailable"),
        fails(manifest=_covering("minAvailable: 99%", "replicas: 3,"), at="spec.minAvailable"),
        passes(manifest=_covering("minAvailable: 50%", "replicas: 2,")),
        passes(manifest=_covering("minAvailable: 66%", "replicas: 3,")),
        passes(manifest=_covering("maxUnavailable: 1%", "replicas: 1,")),
        fails(manifest=_covering("maxUnavailable: 0%", "replicas: 3,"), at="spec.maxUnavailable"),
        unknown(manifest=_covering("minAvailable: '${N}%'", "replicas: 3,")),
        unknown(manifest=_covering("minAvailable: 50%", "replicas: '${N}',")),
        fails(manifest=_covering("minAvailable: 3", "", "minReplicas: 1, maxReplicas: 3"), at="spec.minAvailable"),
        fails(manifest=_covering("minAvailable: 90%", "", "minReplicas: 2, maxReplicas: 9"), at="spec.minAvailable"),
        passes(manifest=_covering("minAvailable: 90%", "", "minReplicas: 2, maxReplicas: 10")),
        passes(manifest=_covering("minAvailable: 3", "replicas: 1,", "minReplicas: 1, maxReplicas: 4")),
        unknown(manifest=_covering("minAvailable: 3", "", "minReplicas: 1, maxReplicas: '${MAX}'")),
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
