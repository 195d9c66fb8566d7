"""A webhook that must answer stands before its own pods.

Why: once none of its pods runs, none can be made: each would have to be let through by the webhook that is down. It
    takes a person who deletes the webhook to end that, most likely while the cluster restarts.
Instead: a `namespaceSelector` that leaves out the webhook's own namespace, by the label `kubernetes.io/metadata.name`.
Breaks: the webhook's own pods are not judged any more; limit who may create pods there.
Check: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml | grep -n -A4 namespaceSelector
Source: Kubernetes, "Admission Webhook Good Practices", "Avoid dependency loops" and "Exclude the system namespaces".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import View, WebhookConfiguration
from seawall.model.selectors import Bearer, LabelIndex, labelled
from seawall.rules.admission._services import WHERE, Backend, backend_of, pods_behind
from seawall.rules.admission._webhooks import Hook, hooks_of
from seawall.rules.spec import ARCHITECT_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_NAME_LABEL = "kubernetes.io/metadata.name"
_SPACES, _OBJECTS = "namespaceSelector", "objectSelector"


def check(configuration: WebhookConfiguration, view: View) -> Iterator[Evidence]:
    for hook in hooks_of(configuration):
        policy = hook.failure_policy
        # One without any limit webhook-no-namespace-exemption tells of; what conditions leave out is not worked out.
        limited = any(hook.tree.get(field) for field in (_SPACES, _OBJECTS) if not _is_open(hook, field))
        if not isinstance(policy, Unknown) and policy != "Fail":
            continue
        if not hook.sees("", "pods", "CREATE") or hook.tree.get("matchConditions") is not None:
            continue
        for field in (_SPACES, _OBJECTS):
            value = hook.tree.get(field)
            if isinstance(value, Unknown):
                yield unsure(value, *hook.path, field)
        backend = backend_of(hook, view) if limited else None
        if isinstance(backend, Unknown):
            yield unsure(backend, *hook.path, *WHERE)
        elif backend is not None:
            yield from _judged(hook, backend, view)


def _is_open(hook: Hook, field: str) -> bool:
    return isinstance(hook.tree.get(field), Unknown)


def _judged(hook: Hook, backend: Backend, view: View) -> Iterator[Evidence]:
    at = (*hook.path, _SPACES)
    answers = [_selects_home(hook, backend, view), _selects_pods(hook, backend, view)]
    if False in answers:
        return
    doubt = next((answer for answer in answers if isinstance(answer, Unknown)), None)
    policy = hook.failure_policy
    if doubt is not None or isinstance(policy, Unknown):
        yield unsure(doubt if isinstance(doubt, Unknown) else Unknown("", "failurePolicy is filled in later"), *at)
    else:
        yield fail(
            f'stands, by {hook.text}, before the pods of namespace "{backend.namespace}", its own among them; '
            "leave that namespace out",
            *at,
            value=hook.tree.get(_SPACES) or None,  # a server writes an empty one
        )


def _selects_home(hook: Hook, backend: Backend, view: View) -> bool | Unknown:
    """Whether its namespaceSelector takes in the namespace of its pods."""
    own = [each.metadata.get("labels") for each in view.named("Namespace", None, backend.namespace)]
    labels = own[0] if own and isinstance(own[0], dict) else {}
    known = len(own) == 1 and not isinstance(own[0], Unknown)
    bearer = Bearer({**labels, _NAME_LABEL: backend.namespace}, open=not known, certain=(_NAME_LABEL,))
    must, may = LabelIndex([bearer]).selected(hook.tree.get(_SPACES))
    if must or not may:
        return bool(must)
    return Unknown(backend.namespace, "the labels of this namespace are not all known")


def _selects_pods(hook: Hook, backend: Backend, view: View) -> bool | Unknown:
    """Whether its objectSelector takes in the pods behind its Service."""
    selector = hook.tree.get(_OBJECTS)
    if not selector:
        return True
    space = backend.services[0].namespace if backend.services else backend.namespace
    chosen = labelled(view, space).selected(selector)
    own = [pods_behind(service, view)[1] for service in backend.services]
    if any(each.must & chosen.must for each in own):
        return True
    if not any(each.may for each in own):
        return Unknown(backend.name, "the pods behind it were not read")
    if any(each.may & chosen.may for each in own):
        return Unknown(backend.name, "the labels of its pods are filled in later")
    return False


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


def _estate(fields: str, labels: str = "team: policy", policy: str = "Fail") -> str:
    return f"""{_hook(fields, policy)}
---
{{apiVersion: v1, kind: Service, metadata: {{name: policy, namespace: policy}}, spec: {{selector: {{app: policy}}}}}}
---
{{apiVersion: v1, kind: Namespace, metadata: {{name: policy, labels: {{{labels}}}}}}}
---
{{apiVersion: v1, kind: Pod, metadata: {{name: policy, namespace: policy, labels: {{app: policy}}}},
 spec: {{containers: [{{name: policy, image: registry.example/policy:1.0}}]}}}}
"""


def _without(*names: str) -> str:
    expression = f"key: kubernetes.io/metadata.name, operator: NotIn, values: [{', '.join(names)}]"
    return f"namespaceSelector:\n    matchExpressions: [{{{expression}}}]"


RULE = Rule(
    id="webhook-guards-itself",
    on=WebhookConfiguration,
    check=check,
    uses=("Namespace", "Pod", "Service"),
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(manifest=_estate(_without("kube-system", "policy"))),
        passes(manifest=_estate(_without("kube-system"), policy="Ignore")),
        passes(manifest=_estate("namespaceSelector: {matchLabels: {guarded: 'yes'}}")),
        passes(manifest=_estate("objectSelector: {matchLabels: {guarded: 'yes'}}")),
        fails(
            manifest=_estate(_without("kube-system")),
            at="webhooks[0].namespaceSelector",
            instead=_estate(_without("kube-system", "policy")),
        ),
        fails(manifest=_estate("objectSelector: {matchExpressions: [{key: skip, operator: DoesNotExist}]}")),
        unknown(manifest=_estate(_without("'${NAMESPACE}'"))),
        unknown(manifest=_estate("namespaceSelector: {matchLabels: {team: policy}}", "'${KEY}': policy")),
        unknown(manifest=_estate(_without("kube-system"), policy="'${POLICY}'")),
    ),
)
