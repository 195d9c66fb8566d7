"""A webhook that must answer stands before every pod of the cluster.

Why: while it is down, no pod can be created anywhere: not its own, not those of DNS, the network plugin or the node
    agents in kube-system. A cluster that restarts then may never come up again.
Instead: a `namespaceSelector` (or `objectSelector`, or `matchConditions`) that leaves out kube-system and the webhook's
    own namespace, by the label `kubernetes.io/metadata.name`.
Breaks: what is left out is not judged any more; limit who may create pods there.
Check: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml | grep -n -A4 namespaceSelector
Source: Kubernetes, "Admission webhook good practices", "Exclude the system namespaces".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import WebhookConfiguration
from seawall.rules.admission._webhooks import Hook, hooks_of
from seawall.rules.spec import ARCHITECT_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_LIMITS = ("namespaceSelector", "objectSelector", "matchConditions")


def check(configuration: WebhookConfiguration) -> Iterator[Evidence]:
    for hook in hooks_of(configuration):
        if hook.sees("", "pods", "CREATE"):
            yield from _judged(hook)
        elif hook.unknown is not None:
            yield unsure(hook.unknown, *hook.path, "rules")


def _judged(hook: Hook) -> Iterator[Evidence]:
    limits = {field: hook.tree.get(field) for field in _LIMITS}
    policy = hook.failure_policy
    if not isinstance(policy, Unknown) and policy != "Fail":
        return
    for field, limit in limits.items():
        leaves_out = _leaves_out(limit)
        if isinstance(leaves_out, Unknown):
            yield unsure(leaves_out, *hook.path, field)
        if leaves_out is not False:
            return
    if isinstance(policy, Unknown):
        yield unsure(policy, *hook.path, "failurePolicy")
    else:
        yield fail(
            f"stops every pod of the cluster, also in kube-system, while {hook.text} is down; add a namespaceSelector",
            *(*hook.path, "namespaceSelector"),
        )


def _leaves_out(limit: object) -> bool | Unknown:
    """Whether a selector, or a list of conditions, is about some objects only; `matchLabels: {}` selects all."""
    parts = list(limit.values()) if isinstance(limit, dict) else [limit]
    if any(part for part in parts if not isinstance(part, Unknown)):
        return True
    return next((part for part in parts if isinstance(part, Unknown)), False)


RULE = Rule(
    id="webhook-no-namespace-exemption",
    check=check,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    on=WebhookConfiguration,
    examples=(
        passes(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  failurePolicy: Fail
                  namespaceSelector:
                    matchExpressions:
                    - {key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system, policy]}
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
        ),
        passes(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  failurePolicy: Ignore
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
        ),
        passes(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  failurePolicy: Fail
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [configmaps]}
                  - {apiGroups: [""], apiVersions: ['*'], operations: [DELETE], resources: [pods]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  failurePolicy: Fail
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
            at="webhooks[0].namespaceSelector",
        ),
        fails(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  namespaceSelector: {}
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*']}
            """,
            at="webhooks[0].namespaceSelector",
        ),
        fails(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - ${FIRST}
                - name: pods.policy.example
                  namespaceSelector: {matchLabels: {}, matchExpressions: []}
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
            at="webhooks[1].namespaceSelector",
        ),
        passes(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: volumes.policy.example
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: ['*'], scope: Cluster}
            """,
        ),
        unknown(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  failurePolicy: ${POLICY}
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
        ),
        unknown(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  failurePolicy: Fail
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: ["${RESOURCE}"]}
            """,
        ),
    ),
)
