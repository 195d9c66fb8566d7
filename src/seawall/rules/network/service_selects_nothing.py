"""A Service selects no pod.

Why: its name resolves and nobody answers. Whoever can create a pod with the selected labels gets the traffic that was
    meant for somebody else.
Instead: select the labels of the pods' template, or delete the Service.
Breaks: nothing; nobody answers it as it is.
Check: kubectl get endpointslices -n NAMESPACE -l kubernetes.io/service-name=SERVICE
Source: Kubernetes API reference, ServiceSpec v1 core, selector.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import Service, View
from seawall.model.selectors import labelled
from seawall.rules.network._exposure import spec_of
from seawall.rules.spec import DEVELOPER_OWNS, LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(service: Service, view: View) -> Iterator[Evidence]:
    spec = spec_of(service.tree)
    selector, kind = spec.get("selector"), spec.get("type")
    if isinstance(selector, Unknown):
        yield unsure(selector, "spec", "selector")
    elif isinstance(kind, Unknown):
        yield unsure(kind, "spec", "type")
    elif selector and kind != "ExternalName":
        none = labelled(view, service.resource.namespace).selects_none({"matchLabels": selector})
        if isinstance(none, Unknown):
            yield unsure(none, "spec", "selector")
        elif none:
            message = "selects no pod of its namespace; select the labels of the pods' template"
            yield fail(message, "spec", "selector", value=selector)


def _estate(selector: str) -> str:
    return f"""
apiVersion: v1
kind: Service
metadata: {{name: cart, namespace: shop}}
spec: {{selector: {selector}}}
---
apiVersion: v1
kind: Pod
metadata: {{name: cart, namespace: shop, labels: {{app: cart, tier: web}}}}
spec:
  containers:
  - {{name: cart, image: registry.example/cart:1.0, readinessProbe: {{tcpSocket: {{port: 80}}}}}}
"""


def _of(kind: str, selector: str) -> str:
    """The Service with a controller of pods in place of the Pod."""
    group = "batch" if kind == "Job" else "apps"
    return f"""{_estate(selector).partition("---")[0]}---
apiVersion: {group}/v1
kind: {kind}
metadata: {{name: cart, namespace: shop}}
spec:
  template:
    metadata: {{labels: {{app: cart}}}}
    spec: {{containers: [{{name: cart, image: registry.example/cart:1.0}}]}}
"""


RULE = Rule(
    id="service-selects-nothing",
    on=Service,
    check=check,
    needs=("Namespace", "Pod"),
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_estate("{app: cart}"), estate=True),
        passes(manifest=_estate("null"), estate=True),
        fails(manifest=_estate("{app: basket}"), at="spec.selector", estate=True, instead=_estate("{app: cart}")),
        unknown(manifest=_estate("{app: '${APP}'}"), estate=True),
        # What a controller gives its pods stands in no template.
        unknown(manifest=_of("StatefulSet", "{app: cart, statefulset.kubernetes.io/pod-name: cart-0}"), estate=True),
        unknown(manifest=_of("Deployment", "{pod-template-hash: 6f8d7c}"), estate=True),
        unknown(manifest=_of("Job", "{batch.kubernetes.io/job-name: cart}"), estate=True),
        fails(manifest=_of("StatefulSet", "{app: db, apps.kubernetes.io/pod-index: '0'}"), estate=True),
        fails(manifest=_of("StatefulSet", "{job-name: cart}"), estate=True),
        fails(manifest=_estate("{statefulset.kubernetes.io/pod-name: cart-0}"), estate=True),
        unknown(manifest=_estate("{app: basket}")),
    ),
)
