"""What a rule says where several objects are to blame alike does not depend on which of them was read first."""

from __future__ import annotations

import pytest

from seawall.core import Document
from seawall.findings import judge
from seawall.inventory import collect
from seawall.model import Estate
from seawall.rules.catalog import catalog
from seawall.yamltext import Broken, read

SERVICE = "{apiVersion: v1, kind: Service, metadata: {name: %s, namespace: shop}, spec: {selector: {app: web}}}"
EARLY = SERVICE.replace("{selector:", "{publishNotReadyAddresses: '%s', selector:")
POD = (
    "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, "
    "spec: {containers: [{name: web, image: web:1}]}}"
)
PARTIAL = (
    "{apiVersion: monitoring.coreos.com/v1, kind: %s, metadata: {name: %s, namespace: shop}, "
    "spec: {containers: [{name: web}]}}"
)

INGRESS = "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: shop}}"
WORKLOAD = (
    "{apiVersion: apps/v1, kind: Deployment, metadata: {name: %s, namespace: shop}, "
    "spec: {replicas: 3, template: {metadata: {labels: {app: '%s'}}, spec: {containers: [{name: web}]}}}}"
)
BUDGET = (
    "{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: %s, namespace: shop}, "
    "spec: {minAvailable: 3, selector: {matchLabels: {app: '%s'}}}}"
)
ACCOUNT = (
    "{apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: shop}, automountServiceAccountToken: %s}"
)
ROLE = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: ops}, rules: [%s]}"
BINDING = (
    "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: ops}, "
    "roleRef: {kind: ClusterRole, name: ops}, subjects: [{kind: User, name: jane}]}"
)


def in_default(text: str) -> str:
    return text.replace("namespace: shop", "namespace: default")


def nowhere(text: str) -> str:
    return text.replace(", namespace: shop", "")


def said(rule: str, texts: list[str]) -> list[tuple[str, str]]:
    documents = [Document("x.yaml", text) for text in read("\n---\n".join(texts)) if not isinstance(text, Broken)]
    rules = [each for each in catalog() if each.id == rule]
    findings = judge(Estate(collect(documents, whole=True)), rules).findings
    return sorted((finding.message, finding.fingerprint) for finding in findings)


@pytest.mark.parametrize(
    ("rule", "texts"),
    [
        ("no-readiness-probe", [POD, SERVICE % "front", SERVICE % "back"]),
        ("no-readiness-probe", [in_default(POD), in_default(SERVICE % "b"), nowhere(SERVICE % "a")]),
        ("no-readiness-probe", [POD, EARLY % ("front", "${A}"), EARLY % ("back", "${B}")]),
        (
            "service-selects-nothing",
            [SERVICE % "front", PARTIAL % ("Prometheus", "a"), PARTIAL % ("Alertmanager", "b")],
        ),
        ("no-pod-disruption-budget", [WORKLOAD % ("w", "web"), BUDGET % ("a", "${A}"), BUDGET % ("b", "${B}")]),
        (
            "disruption-budget-blocks-drain",
            [WORKLOAD % ("v", "${V}"), WORKLOAD % ("w", "${W}"), BUDGET % ("a", "web")],
        ),
    ],
)
def test_the_first_one_read_is_not_preferred(rule: str, texts: list[str]) -> None:
    assert said(rule, texts)
    assert said(rule, texts) == said(rule, texts[::-1])


def test_of_each_workload_its_own_doubt_is_told() -> None:
    found = said("no-pod-disruption-budget", [WORKLOAD % (x, f"${{{x}}}") for x in "vw"] + [BUDGET % ("a", "web")])
    assert [("${v}" in message, "${w}" in message) for message, _ in found] == [(True, False), (False, True)]


def test_the_order_of_annotations_means_nothing() -> None:
    # A server gives them back in another order than the file has them: `make e2e` found it.
    ingress = INGRESS.replace("shop", "shop, annotations: {%s, %s}")
    names = ['nginx.ingress.kubernetes.io/ssl-redirect: "true"', 'nginx.ingress.kubernetes.io/proxy-body-size: "8m"']
    found = said("eol-ingress-controller", [ingress % (names[0], names[1])])
    assert found == said("eol-ingress-controller", [ingress % (names[1], names[0])])
    assert len(found) == 1
