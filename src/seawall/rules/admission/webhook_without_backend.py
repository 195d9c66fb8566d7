"""A webhook is asked at a Service that does not exist, selects no pod or has no such port.

Why: with `failurePolicy: Fail` every request that it is asked about is refused, until somebody deletes the webhook;
    with `Ignore` nothing is judged and nobody is told. Whoever may create a Service of that name answers in its place.
Instead: deploy the Service and its pods before the webhook, correct the name, or delete the webhook.
Breaks: requests that fail today are let through, or judged again.
Check: kubectl get endpointslices -n NAMESPACE -l kubernetes.io/service-name=SERVICE
Source: Kubernetes, "Dynamic Admission Control", "Service reference" and "Failure policy".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig, items
from seawall.model import View, WebhookConfiguration
from seawall.rules.admission._services import SYSTEM, WHERE, Backend, backend_of, pods_behind
from seawall.rules.admission._webhooks import Hook, hooks_of
from seawall.rules.spec import ARCHITECT_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(configuration: WebhookConfiguration, view: View) -> Iterator[Evidence]:
    for hook in hooks_of(configuration):
        backend = backend_of(hook, view)
        if isinstance(backend, Unknown):
            yield unsure(backend, *hook.path, *WHERE)
        elif backend is not None and backend.namespace not in SYSTEM:
            yield from _judged(hook, backend, view)


def _judged(hook: Hook, backend: Backend, view: View) -> Iterator[Evidence]:
    at = (*hook.path, *WHERE, "name")
    what = f"asks {hook.text} at {backend.text}, which"
    if not backend.services:
        yield fail(f"{what} does not exist: {_effect(hook)}; create it or delete the webhook", *at, value=backend.name)
        return
    # One without a selector has endpoints that somebody writes by hand.
    selectors = [service.tree.get("spec") for service in backend.services]
    if any(
        not isinstance(spec, dict) or not spec.get("selector") for spec in selectors if not isinstance(spec, Unknown)
    ):
        return
    port = dig(hook.tree, *WHERE, "port")
    yield from _of_port(443 if port is None else port, hook, backend)
    bounds = [pods_behind(service, view)[1] for service in backend.services]
    if any(each.must for each in bounds):
        return
    if any(each.may for each in bounds):
        yield unsure(Unknown(backend.name, "which pods its Service selects depends on what is filled in later"), *at)
    else:
        yield fail(f"{what} selects no pod: {_effect(hook)}; correct it or delete the webhook", *at, value=backend.name)


def _of_port(port: object, hook: Hook, backend: Backend) -> Iterator[Evidence]:
    """The API server asks at a port of the Service, not at one of its pods."""
    if isinstance(port, Unknown):
        yield unsure(port, *hook.path, *WHERE, "port")
        return
    for service in backend.services:
        listed = dig(service.tree, "spec", "ports")
        ports = [] if isinstance(listed, Unknown) else [dig(entry, "port") for _, entry in items(listed)]
        later = next((each for each in (listed, *ports) if isinstance(each, Unknown)), None)
        if later is None and ports and port not in ports:
            told = ", ".join(map(str, ports))
            yield fail(
                f"asks {hook.text} at port {port} of {backend.text}, whose ports are {told}: {_effect(hook)}; "
                "write one of them",
                *(*hook.path, *WHERE, "port"),
                value=port,
            )
        elif later is not None and not any(not isinstance(each, Unknown) and each == port for each in ports):
            yield unsure(later, *hook.path, *WHERE, "port")


def _effect(hook: Hook) -> str:
    policy = hook.failure_policy
    if isinstance(policy, Unknown):
        return "nobody answers"
    return "every request that it is asked about is refused" if policy == "Fail" else "nothing is judged"


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


def _estate(selector: str, service: str = "policy", policy: str = "Fail") -> str:
    return f"""{_hook("sideEffects: None", policy)}
---
{{apiVersion: v1, kind: Service, metadata: {{name: {service}, namespace: policy}}, spec: {{selector: {selector}}}}}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: policy, namespace: policy}}
spec:
  template:
    metadata: {{labels: {{app: policy}}}}
    spec: {{containers: [{{name: policy, readinessProbe: {{tcpSocket: {{port: 443}}}}}}]}}
"""


def _on(port: str) -> str:
    return f"{{app: policy}}, ports: [{{port: {port}}}]"


_AT = "webhooks[0].clientConfig.service.name"

RULE = Rule(
    id="webhook-without-backend",
    on=WebhookConfiguration,
    check=check,
    needs=("Namespace", "Pod", "Service"),
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    examples=(
        passes(manifest=_estate("{app: policy}"), estate=True),
        passes(manifest=_estate("null"), estate=True),
        passes(
            manifest=_estate("{app: policy}", "other").replace(
                "name: policy, namespace: policy}}\n", "name: policy, namespace: kube-system}}\n"
            ),
            estate=True,
        ),
        fails(manifest=_estate("{app: gone}"), at=_AT, estate=True, instead=_estate("{app: policy}")),
        fails(manifest=_estate("{app: policy}", "other"), at=_AT, estate=True),
        fails(manifest=_estate("{app: policy}", "other", "Ignore"), at=_AT, estate=True),
        passes(manifest=_estate(_on("443")), estate=True),
        fails(manifest=_estate(_on("8443")), at="webhooks[0].clientConfig.service.port", estate=True),
        unknown(manifest=_estate(_on("'${PORT}'")), estate=True),
        # Files that are applied with `-n` leave the namespace out where they can.
        passes(
            manifest=_estate("{app: policy}").replace("name: policy, namespace: policy}}", "name: policy}}"),
            estate=True,
        ),
        unknown(manifest=_estate("{app: '${APP}'}"), estate=True),
        unknown(manifest=_estate("{app: gone}")),
    ),
)
