"""A webhook sends objects to an address outside the cluster.

Why: whoever runs that address reads every object that the webhook sees, and a mutating one rewrites it. A webhook by
    URL is also how an intruder stays: nothing of it runs in the cluster.
Instead: `clientConfig.service`, a Service in the cluster. Where a provider's own address is meant, keep the rules as
    narrow as they can be, and `caBundle` set.
Breaks: nothing, once the Service answers; its certificate must name the Service.
Check: kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations,crd -o yaml | grep -n ' url: http'
Source: Kubernetes, "Dynamic Admission Control", "URL", and "Versions in CustomResourceDefinitions"; Microsoft Threat
    Matrix for Kubernetes.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from seawall.core import Layer, Path, Unknown, dig
from seawall.inventory.placeholders import has_placeholder
from seawall.model import WebhookClient, WebhookConfiguration
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


def check(thing: WebhookClient) -> Iterator[Evidence]:
    resource = thing.resource
    if (resource.group, resource.kind) in WebhookConfiguration.KINDS:
        for hook in hooks_of(WebhookConfiguration(resource)):
            yield from _judge(thing, (*hook.path, "clientConfig", "url"), f"what {hook.text} sees")
    else:
        for keys in (("webhook", "clientConfig"), ("webhookClientConfig",)):
            yield from _judge(thing, ("spec", "conversion", *keys, "url"), "its objects, for conversion,")


def _judge(thing: WebhookClient, path: Path, what: str) -> Iterator[Evidence]:
    url = dig(thing.tree, *path)
    text = url.text if isinstance(url, Unknown) and has_placeholder(url.text) else url
    host = _host(text) if isinstance(text, str) and text else text
    if isinstance(host, Unknown):
        yield unsure(host, *path)
    elif isinstance(host, str) and host not in _LOCAL and not host.endswith((".svc", ".svc.cluster.local")):
        # The rest of the address may hold a login.
        yield fail(f'sends {what} to "{host}", outside the cluster; use clientConfig.service', *path, value=url)


def _host(url: str) -> str | Unknown:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return Unknown(url, "it is no URL")
    return Unknown(url) if has_placeholder(parts.netloc or url) else host


def _conversion(client: str) -> str:
    return f"""
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {{name: feeds.feeds.example}}
spec:
  group: feeds.example
  scope: Namespaced
  names: {{kind: Feed, plural: feeds}}
  conversion: {{strategy: Webhook, webhook: {{conversionReviewVersions: [v1], clientConfig: {client}}}}}
  versions: []
"""


RULE = Rule(
    id="webhook-external-url",
    check=check,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience={ARCHITECT: OWNS, ANALYST: CARES},
    on=WebhookClient,
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
        passes(manifest=_conversion("{url: 'https://hooks.feeds.svc:443/${PATH}'}")),
        fails(manifest=_conversion("{url: 'https://hooks.example.org/${PATH}'}")),
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
        passes(manifest=_conversion("{service: {name: feeds, namespace: feeds, path: /convert}}")),
        fails(
            manifest=_conversion("{url: 'https://hooks.example.com/convert'}"),
            at="spec.conversion.webhook.clientConfig.url",
        ),
        unknown(manifest=_conversion("{url: 'https://${HOST}/convert'}")),
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
