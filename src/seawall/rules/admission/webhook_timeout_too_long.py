"""A webhook may hold a request longer than the default of ten seconds.

Why: every request that the webhook sees waits for it, and several in a row wait one after the other. The API server
    gives up a request after a minute at most, so slow webhooks stop controllers, and with `Fail` the whole cluster.
Instead: `timeoutSeconds` of 10 or less; small ones, 2 to 5, for webhooks in the cluster.
Breaks: a webhook that needs longer to answer is then counted as failed.
Check: kubectl get validatingwebhookconfigurations -o 'custom-columns=NAME:.metadata.name,T:.webhooks[*].timeoutSeconds'
Source: Kubernetes, "Admission webhook good practices", "Set a small timeout value".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import WebhookConfiguration
from seawall.rules.admission._webhooks import hooks_of
from seawall.rules.spec import (
    ARCHITECT_OWNS,
    LOW,
    Evidence,
    Fix,
    Rule,
    Set,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

_DEFAULT = 10


def check(configuration: WebhookConfiguration) -> Iterator[Evidence]:
    for hook in hooks_of(configuration):
        seconds = hook.tree.get("timeoutSeconds")
        path = (*hook.path, "timeoutSeconds")
        if isinstance(seconds, Unknown):
            yield unsure(seconds, *path)
        elif isinstance(seconds, int | float) and seconds > _DEFAULT:
            message = f"lets requests wait {seconds:g} seconds for {hook.text}; set {_DEFAULT} or less"
            yield fail(message, *path, value=seconds)


def fix(evidence: Evidence) -> Fix:
    return Fix(f"Wait {_DEFAULT} seconds, the default", (Set(evidence.path, _DEFAULT),))


RULE = Rule(
    id="webhook-timeout-too-long",
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    on=WebhookConfiguration,
    fix=fix,
    examples=(
        passes(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  failurePolicy: Fail
                  timeoutSeconds: 10
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
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
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
                  timeoutSeconds: 30
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
            at="webhooks[0].timeoutSeconds",
            after_fix="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  failurePolicy: Fail
                  timeoutSeconds: 10
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
                  timeoutSeconds: ${SECONDS}
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
        ),
    ),
)
