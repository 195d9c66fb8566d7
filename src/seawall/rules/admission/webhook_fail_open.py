"""A security webhook lets everything through when it does not answer.

Why: with `failurePolicy: Ignore` the API server goes on without the webhook when it is down, slow or has an expired
    certificate. An attacker who can make it slow, or delete its pods, has switched it off, and nobody is told.
Instead: `failurePolicy: Fail` with two or more replicas, a disruption budget, a short timeout, and a
    `namespaceSelector` that leaves out kube-system and the webhook's own namespace.
Breaks: while the webhook is down, what it judges cannot be created or changed.
Check: kubectl get validatingwebhookconfigurations -o 'custom-columns=N:.metadata.name,P:.webhooks[*].failurePolicy'
Source: Kubernetes, "Admission webhook good practices"; OWASP Kubernetes Top Ten 2025, K04; MITRE ATT&CK T1562.001.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import WebhookConfiguration
from seawall.rules.admission._webhooks import Hook, hooks_of
from seawall.rules.spec import (
    ARCHITECT_OWNS,
    MEDIUM,
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

_SECURITY = re.compile(
    r"polic|secur|gatekeeper|kyverno|opa\b|kubewarden|polaris|jspolicy|sigstore|cosign|connaisseur|portieris|image|signature|"
    r"verif|trust|guard|scan|audit|admission-control|tenan|capsule|falco|trivy|datree|prisma|twistlock|aqua|neuvector",
    re.IGNORECASE,
)
"""Words by which tools that refuse things call their webhooks."""

_SENSITIVE = (
    ("", "pods"),
    ("", "secrets"),
    ("", "namespaces"),
    ("apps", "deployments"),
    ("rbac.authorization.k8s.io", "clusterrolebindings"),
)


def check(configuration: WebhookConfiguration) -> Iterator[Evidence]:
    if configuration.resource.kind != "ValidatingWebhookConfiguration":
        return
    for hook in hooks_of(configuration):
        policy = hook.failure_policy
        if isinstance(policy, Unknown):
            yield unsure(policy, *hook.path, "failurePolicy")
        elif policy == "Ignore" and _guards(configuration, hook):
            yield fail(
                f"lets everything through when {hook.text} does not answer (failurePolicy Ignore); set Fail",
                *(*hook.path, "failurePolicy"),
                value=policy,
            )
        elif policy == "Ignore" and hook.unknown is not None:
            yield unsure(hook.unknown, *hook.path, "rules")


def _guards(configuration: WebhookConfiguration, hook: Hook) -> bool:
    if _SECURITY.search(f"{configuration.resource.name} {hook.name}"):
        return True
    return any(hook.sees(group, resource) for group, resource in _SENSITIVE)


def fix(evidence: Evidence) -> Fix:
    return Fix("Refuse what the webhook cannot judge", (Set(evidence.path, "Fail"),))


RULE = Rule(
    id="webhook-fail-open",
    check=check,
    severity=MEDIUM,
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
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
        ),
        passes(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: feeds}
                webhooks:
                - name: feeds.larkfield.example
                  failurePolicy: Ignore
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [feeds.example], apiVersions: ['*'], operations: [CREATE], resources: [feeds]}
            """,
        ),
        passes(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: sidecar.mesh.example
                  failurePolicy: Ignore
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
                  failurePolicy: Ignore
                  namespaceSelector:
                    matchExpressions:
                    - {key: kubernetes.io/metadata.name, operator: NotIn, values: [kube-system, policy]}
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
            at="webhooks[0].failurePolicy",
            after_fix="""
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
        fails(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: feeds}
                webhooks:
                - name: feeds.larkfield.example
                  failurePolicy: Ignore
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [configmaps, secrets]}
            """,
            at="webhooks[0].failurePolicy",
        ),
        fails(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1beta1
                kind: ValidatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [pods]}
            """,
            at="webhooks[0].failurePolicy",
        ),
        unknown(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingWebhookConfiguration
                metadata: {name: feeds}
                webhooks:
                - name: feeds.example
                  failurePolicy: Ignore
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: ["${RESOURCE}"]}
            """,
        ),
    ),
)
