"""A webhook that must answer runs as one pod.

Why: while that pod is moved, updated or started again, every request that the webhook is asked about is refused; when
    its node fails, for minutes.
Instead: two replicas or more, spread over nodes, and a PodDisruptionBudget; or `failurePolicy: Ignore` where nothing
    depends on it.
Breaks: nothing; a webhook keeps no state.
Check: kubectl get deployments -n NAMESPACE
Source: Kubernetes, "Admission Webhook Good Practices", "Use a high-availability deployment model".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seawall.core import Layer, Unknown, dig
from seawall.inventory import Resource
from seawall.model import View, WebhookConfiguration
from seawall.rules.admission._services import WHERE, Backend, backend_of, pods_behind
from seawall.rules.admission._webhooks import Hook, hooks_of
from seawall.rules.spec import ARCHITECT_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure

_SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")
_SCALED = frozenset({"Deployment", "StatefulSet"})


def check(configuration: WebhookConfiguration, view: View) -> Iterator[Evidence]:
    for hook in hooks_of(configuration):
        policy = hook.failure_policy
        if isinstance(policy, Unknown):
            yield unsure(policy, *hook.path, "failurePolicy")
            continue
        backend = backend_of(hook, view) if policy == "Fail" else None
        if isinstance(backend, Unknown):
            yield unsure(backend, *hook.path, *WHERE)
        elif backend is not None:
            yield from _judged(hook, backend, view)


def _judged(hook: Hook, backend: Backend, view: View) -> Iterator[Evidence]:
    at = (*hook.path, *WHERE, "name")
    for service in backend.services[:1]:
        pods, bounds = pods_behind(service, view)
        # What a controller made is the controller's.
        must, may = ({each for each in part if not _is_made(pods[each].resource)} for part in bounds)
        owners = list({id(pods[each].resource): pods[each].resource for each in sorted(must)}.values())
        if len(owners) != 1 or _is_scaled(owners[0], view):
            return
        count = _replicas(owners[0])
        if may != must:
            count = Unknown(backend.name, "which pods its Service selects depends on what is filled in later")
        if isinstance(count, Unknown):
            yield unsure(count, *at)
        elif count == 1:
            yield fail(
                f'asks {hook.text} at one pod, that of {owners[0].kind} "{owners[0].name}", and refuses what it does '
                "not answer; run two or more",
                *at,
                value=backend.name,
            )


def _is_made(resource: Resource) -> bool:
    return bool(resource.metadata.get("ownerReferences"))


def _replicas(resource: Resource) -> int | Unknown | None:
    """How many pods a workload says it has; None where its kind does not say."""
    if resource.kind == "Pod":
        return 1
    count = dig(resource.tree, "spec", "replicas") if resource.kind in _SCALED else 0
    if count is None:
        return 1
    return count if isinstance(count, int | Unknown) and count is not False else None


def _is_scaled(resource: Resource, view: View) -> bool:
    scalers: Sequence[Resource] = [each for kind in _SCALERS for each in view.within(kind, resource.namespace)]
    names = (dig(each.tree, "spec", "scaleTargetRef", "name") for each in scalers)
    return any(isinstance(name, Unknown) or name == resource.name for name in names)


def _hook(fields: str, policy: str = "Fail") -> str:
    return f"""
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: {{name: policy}}
webhooks:
- name: pods.policy.example
  failurePolicy: {policy}
  clientConfig: {{service: {{name: policy, namespace: policy}}}}
  {fields}
  rules: [{{apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}}]
"""


def _estate(replicas: str, policy: str = "Fail", more: str = "") -> str:
    return f"""{_hook("sideEffects: None", policy)}
---
{{apiVersion: v1, kind: Service, metadata: {{name: policy, namespace: policy}}, spec: {{selector: {{app: policy}}}}}}
---
{{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {{name: policy, namespace: policy}},
 spec: {{maxUnavailable: 1, selector: {{matchLabels: {{app: policy}}}}}}}}
---
{{apiVersion: apps/v1, kind: Deployment, metadata: {{name: policy, namespace: policy}}, spec: {{replicas: {replicas},
 template: {{metadata: {{labels: {{app: policy}}}}, spec: {{containers: [{{name: policy}}]}}}}}}}}
{more}"""


_SCALER = """\
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: policy, namespace: policy}
spec: {scaleTargetRef: {kind: Deployment, name: policy}, minReplicas: 2, maxReplicas: 4}
"""

RULE = Rule(
    id="webhook-single-replica",
    on=WebhookConfiguration,
    check=check,
    needs=("Namespace", "Pod", "Service"),
    uses=_SCALERS,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(manifest=_estate("2"), estate=True),
        passes(manifest=_estate("1", "Ignore"), estate=True),
        passes(manifest=_estate("1", more=_SCALER), estate=True),
        fails(
            manifest=_estate("1"),
            at="webhooks[0].clientConfig.service.name",
            estate=True,
            instead=_estate("3"),
        ),
        fails(manifest=_estate("null"), estate=True),
        unknown(manifest=_estate("'${REPLICAS}'"), estate=True),
        unknown(manifest=_estate("1", "'${POLICY}'"), estate=True),
        unknown(manifest=_estate("1")),
    ),
)
