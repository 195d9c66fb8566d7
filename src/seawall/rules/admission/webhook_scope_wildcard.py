"""A webhook is asked about every resource of every API group.

Why: it is sent every object that is written, Secrets and tokens of accounts included, and every write waits for it,
    also those by which the cluster keeps itself alive: leases, node status, events.
Instead: the API groups and resources that it judges, written out.
Breaks: nothing, if the list is complete; kinds of your own have to be added to it.
Check: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations -o yaml | grep -n -B4 -A12 'rules:'
Source: Kubernetes, "Admission webhook good practices", "Only match the resources that you need".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import WebhookConfiguration
from seawall.rules.admission._webhooks import hooks_of
from seawall.rules.spec import ARCHITECT_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(configuration: WebhookConfiguration) -> Iterator[Evidence]:
    for hook in hooks_of(configuration):
        for index, rule in enumerate(hook.rules):
            path = (*hook.path, "rules", index, "resources")
            if "*" in rule.groups.known and not {"*", "*/*"}.isdisjoint(rule.resources.known):
                message = f"asks {hook.text} about every resource of every API group; write out what it judges"
                yield fail(message, *path, value="*")
            elif rule.unknown is not None:
                yield unsure(rule.unknown, *path)


RULE = Rule(
    id="webhook-scope-wildcard",
    check=check,
    severity=LOW,
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
                  - {apiGroups: [apps], apiVersions: ['*'], operations: [CREATE], resources: ['*']}
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
                  - {apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: ['*']}
            """,
            at="webhooks[0].rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: admissionregistration.k8s.io/v1
                kind: MutatingWebhookConfiguration
                metadata: {name: policy}
                webhooks:
                - name: pods.policy.example
                  failurePolicy: Fail
                  clientConfig: {service: {name: policy, namespace: policy}}
                  rules:
                  - {apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: ['*/*']}
            """,
            at="webhooks[0].rules[0].resources",
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
                  - {apiGroups: ["${GROUP}"], apiVersions: ['*'], operations: [CREATE], resources: ['*']}
            """,
        ),
    ),
)
