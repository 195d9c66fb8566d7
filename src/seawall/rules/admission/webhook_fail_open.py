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

_VERIFIES = re.compile(
    r"kyverno|connaisseur|sigstore|cosign|portieris|\bratify|\bnotation|image-?polic|image-?sign|signature|verif",
    re.IGNORECASE,
)
"""Words by which tools that refuse unsigned images call their webhooks: they mutate, to write the digest in.

All other mutating webhooks only add what is missing.
"""

_SENSITIVE = (
    ("", "pods"),
    ("", "secrets"),
    ("", "namespaces"),
    ("apps", "deployments"),
    ("rbac.authorization.k8s.io", "clusterrolebindings"),
)


def check(configuration: WebhookConfiguration) -> Iterator[Evidence]:
    mutates = configuration.resource.kind == "MutatingWebhookConfiguration"
    for hook in hooks_of(configuration):
        if mutates and not _VERIFIES.search(_names(configuration, hook)):
            continue
        policy = hook.failure_policy
        if isinstance(policy, Unknown):
            yield unsure(policy, *hook.path, "failurePolicy")
        elif policy == "Ignore" and (_sees_pods(hook) if mutates else _guards(configuration, hook)):
            yield fail(
                f"lets everything through when {hook.text} does not answer (failurePolicy Ignore); set Fail",
                *(*hook.path, "failurePolicy"),
                value=policy,
            )
        elif policy == "Ignore" and hook.unknown is not None:
            yield unsure(hook.unknown, *hook.path, "rules")


def _guards(configuration: WebhookConfiguration, hook: Hook) -> bool:
    if _SECURITY.search(_names(configuration, hook)):
        return True
    return any(hook.sees(group, resource) for group, resource in _SENSITIVE)


def _sees_pods(hook: Hook) -> bool:
    return hook.sees("", "pods") or hook.sees("apps", "deployments")


def _names(configuration: WebhookConfiguration, hook: Hook) -> str:
    return f"{configuration.resource.name} {hook.name}"


def fix(evidence: Evidence) -> Fix:
    return Fix("Refuse what the webhook cannot judge", (Set(evidence.path, "Fail"),))


def _ignoring(kind: str, name: str, resource: str) -> str:
    return f"""
apiVersion: admissionregistration.k8s.io/v1
kind: {kind}WebhookConfiguration
metadata: {{name: {name}}}
webhooks:
- name: hook.larkfield.example
  failurePolicy: Ignore
  clientConfig: {{service: {{name: hook, namespace: hook}}}}
  rules:
  - {{apiGroups: [""], apiVersions: ['*'], operations: [CREATE], resources: [{resource}]}}
"""


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
        passes(manifest=_ignoring("Validating", "feeds", "feeds")),
        passes(manifest=_ignoring("Mutating", "policy", "pods")),
        passes(manifest=_ignoring("Mutating", "connaisseur", "configmaps")),
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
        fails(manifest=_ignoring("Validating", "feeds", "configmaps, secrets"), at="webhooks[0].failurePolicy"),
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
        fails(manifest=_ignoring("Mutating", "connaisseur", "pods"), at="webhooks[0].failurePolicy"),
        fails(
            manifest=_ignoring("Mutating", "kyverno-resource-mutating-webhook-cfg", "pods"),
            at="webhooks[0].failurePolicy",
        ),
        unknown(manifest=_ignoring("Mutating", "connaisseur", "'${RESOURCE}'")),
        unknown(manifest=_ignoring("Validating", "feeds", "'${RESOURCE}'")),
    ),
)
