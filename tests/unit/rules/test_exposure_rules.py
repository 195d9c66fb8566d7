"""The rules about ways from outside, together on estates as people have them."""

from __future__ import annotations

import pytest
from tests.unit.model.exposure_helpers import estate

from seawall.core import Severity, Verdict
from seawall.findings import judge
from seawall.rules.catalog import catalog

RULES = (
    "backend-port-missing",
    "backend-service-missing",
    "dashboard-exposed",
    "gateway-open-to-all-namespaces",
    "public-service-exposure",
    "reference-grant-all-secrets",
    "route-backend-not-granted",
    "route-taken-by-no-gateway",
    "sensitive-interface-exposed",
    "service-target-port-missing",
    "service-target-port-undeclared",
)

SHOP = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: storefront, namespace: shop}
spec:
  selector: {matchLabels: {app: storefront}}
  template:
    metadata: {labels: {app: storefront}}
    spec:
      containers:
      - name: storefront
        image: registry.example/storefront:1.0
        ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 9100}]
      - {name: proxy, image: 'registry.example/proxy:1.0', ports: [{name: https, containerPort: 8443}]}
---
apiVersion: v1
kind: Service
metadata: {name: storefront, namespace: shop}
spec:
  selector: {app: storefront}
  ports:
  - {name: http, port: 80, targetPort: http}
  - {name: https, port: 443, targetPort: 8443}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: postgres, namespace: data}
spec:
  selector: {matchLabels: {app: postgres}}
  template:
    metadata: {labels: {app: postgres}}
    spec:
      containers: [{name: postgres, image: 'postgres:17', ports: [{name: postgres, containerPort: 5432}]}]
---
apiVersion: v1
kind: Service
metadata: {name: postgres, namespace: data}
spec: {clusterIP: None, selector: {app: postgres}, ports: [{port: 5432, targetPort: postgres}]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop}
spec:
  ingressClassName: nginx
  tls: [{hosts: [shop.example], secretName: shop}]
  rules:
  - host: shop.example
    http:
      paths:
      - {path: /, pathType: Prefix, backend: {service: {name: storefront, port: {name: http}}}}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {publish: web}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: edge, namespace: edge}
spec:
  gatewayClassName: edge
  listeners:
  - name: web
    port: 443
    protocol: HTTPS
    hostname: '*.shop.example'
    tls: {certificateRefs: [{name: shop, namespace: shop}]}
    allowedRoutes: {namespaces: {from: Selector, selector: {matchLabels: {publish: web}}}}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: shop, namespace: shop}
spec:
  parentRefs: [{name: edge, namespace: edge}]
  hostnames: [www.shop.example]
  rules:
  - backendRefs: [{name: storefront, port: 80}]
---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: edge, namespace: shop}
spec:
  from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: edge}]
  to: [{group: '', kind: Secret, name: shop}]
"""


def found(text: str, *, whole: bool = True) -> list[tuple[str, str, str, Severity]]:
    """(rule, object, place, severity) of each failure."""
    judgement = judge(estate(text, whole=whole), [rule for rule in catalog() if rule.id in RULES])
    assert not judgement.problems
    return sorted(
        (each.rule.id, each.resource.name, each.path_text, each.severity)
        for each in judgement.findings
        if each.verdict is Verdict.FAIL
    )


@pytest.mark.parametrize("whole", [True, False])
def test_an_estate_in_order_breaks_none(*, whole: bool) -> None:
    assert found(SHOP, whole=whole) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "{name: storefront, port: {name: http}}",
            "{name: storefont, port: {name: http}}",
            ("backend-service-missing", "shop", "spec.rules[0].http.paths[0].backend.service.name", Severity.LOW),
        ),
        (
            "port: {name: http}",
            "port: {number: 8080}",
            ("backend-port-missing", "shop", "spec.rules[0].http.paths[0].backend.service.port", Severity.LOW),
        ),
        (
            "backendRefs: [{name: storefront, port: 80}]",
            "backendRefs: [{name: storefront, port: 8080}]",
            ("backend-port-missing", "shop", "spec.rules[0].backendRefs[0].port", Severity.LOW),
        ),
        (
            "port: 80, targetPort: http",
            "port: 80, targetPort: web",
            ("service-target-port-missing", "storefront", "spec.ports[0].targetPort", Severity.LOW),
        ),
        (
            "targetPort: 8443",
            "targetPort: 8444",
            ("service-target-port-undeclared", "storefront", "spec.ports[1].targetPort", Severity.LOW),
        ),
        (
            "backendRefs: [{name: storefront, port: 80}]",
            "backendRefs: [{name: postgres, namespace: data, port: 5432}]",
            ("route-backend-not-granted", "shop", "spec.rules[0].backendRefs[0].namespace", Severity.LOW),
        ),
        (
            "labels: {publish: web}",
            "labels: {publish: api}",
            ("route-taken-by-no-gateway", "shop", "spec.parentRefs[0]", Severity.LOW),
        ),
        (
            "hostnames: [www.shop.example]",
            "hostnames: [www.other.example]",
            ("route-taken-by-no-gateway", "shop", "spec.parentRefs[0]", Severity.LOW),
        ),
        (
            "clusterIP: None, selector",
            "type: NodePort, selector",
            ("sensitive-interface-exposed", "postgres", "spec.ports[0].targetPort", Severity.HIGH),
        ),
        (
            "from: Selector, selector",
            "from: All, selector",
            (
                "gateway-open-to-all-namespaces",
                "edge",
                "spec.listeners[0].allowedRoutes.namespaces.from",
                Severity.LOW,
            ),
        ),
        (
            "kind: Secret, name: shop",
            "kind: Secret",
            ("reference-grant-all-secrets", "edge", "spec.to[0].name", Severity.LOW),
        ),
    ],
)
def test_one_mistake_is_told_where_it_stands(old: str, new: str, expected: tuple[str, str, str, Severity]) -> None:
    assert SHOP.count(old) == 1
    assert expected in found(SHOP.replace(old, new))


def test_a_service_that_is_not_in_the_input_is_told_only_of_a_whole_estate() -> None:
    text = SHOP.replace("{name: storefront, port: {name: http}}", "{name: storefont, port: {name: http}}")
    assert found(text, whole=False) == []


def test_a_service_of_another_namespace_is_not_the_one() -> None:
    text = SHOP.replace(
        "{name: shop, namespace: shop}\nspec:\n  ingressClassName", "{name: shop}\nspec:\n  ingressClassName"
    )
    assert ("backend-service-missing", "shop") in {each[:2] for each in found(text)}
