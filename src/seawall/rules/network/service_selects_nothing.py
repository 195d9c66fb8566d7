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
from seawall.model.selectors import labelled, selects_none
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
        none = selects_none({"matchLabels": selector}, labelled(view, service.resource.namespace))
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
        unknown(manifest=_estate("{app: basket}")),
    ),
)
