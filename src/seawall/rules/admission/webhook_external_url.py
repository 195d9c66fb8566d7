"""A webhook sends objects to an address outside the cluster.

Why: whoever runs that address reads every object that the webhook sees, and a mutating one rewrites it. A webhook by
    URL is also how an intruder stays: nothing of it runs in the cluster.
Instead: `clientConfig.service`, a Service in the cluster. Where a provider's own address is meant, keep the rules as
    narrow as they can be, and `caBundle` set.
Breaks: nothing, once the Service answers; its certificate must name the Service.
Check: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml | grep -n 'url:'
Source: Kubernetes, "Dynamic Admission Control", "URL"; Microsoft Threat Matrix for Kubernetes.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from seawall.core import Layer, Unknown, dig
from seawall.model import WebhookConfiguration
from seawall.rules.admission._webhooks import hooks_of
from seawall.rules.spec import (
    ANALYST,
    ARCHITECT,
    CARES,
    MEDIUM,
    OWNS,
    Evidence,
    Rule,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
"""What the API server reaches on its own node: a static pod beside it."""


def check(configuration: WebhookConfiguration) -> Iterator[Evidence]:
    for hook in hooks_of(configuration):
        url = dig(hook.tree, "clientConfig", "url")
        path = (*hook.path, "clientConfig", "url")
        if isinstance(url, Unknown):
            yield unsure(url, *path)
        elif isinstance(url, str) and url and not _is_inside(url):
            message = f'sends what {hook.text} sees to "{url}", outside the cluster; use clientConfig.service'
            yield fail(message, *path, value=url)


def _is_inside(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return host in _LOCAL or host.endswith((".svc", ".svc.cluster.local"))


RULE = Rule(
    id="webhook-external-url",
    check=check,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience={ARCHITECT: OWNS, ANALYST: CARES},
    on=WebhookConfiguration,
    concept="malicious-webhook",
    examples=(
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
        passes(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  failurePolicy: Fail
                  clientConfig: {url: 'https://policy.policy.svc:443/validate'}
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
                  clientConfig: {url: 'https://127.0.0.1:9443/validate'}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  failurePolicy: Fail
                  clientConfig: {url: 'https://hooks.example.com/mutate'}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
            at="webhooks[0].clientConfig.url",
            instead="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  failurePolicy: Fail
                  clientConfig: {service: {name: policy, namespace: policy, path: /mutate}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
        ),
        unknown(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  failurePolicy: Fail
                  clientConfig: {url: 'https://${HOST}/mutate'}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
        ),
    ),
)
