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
POD = (
    "{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, "
    "spec: {containers: [{name: web, image: web:1}]}}"
)
PARTIAL = (
    "{apiVersion: monitoring.coreos.com/v1, kind: %s, metadata: {name: %s, namespace: shop}, "
    "spec: {containers: [{name: web}]}}"
)

ACCOUNT = (
    "{apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: shop}, automountServiceAccountToken: %s}"
)
ROLE = "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: ops}, rules: [%s]}"
BINDING = (
    "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: ops}, "
    "roleRef: {kind: ClusterRole, name: ops}, subjects: [{kind: User, name: jane}]}"
)


def said(rule: str, texts: list[str]) -> list[tuple[str, str]]:
    documents = [Document("x.yaml", text) for text in read("\n---\n".join(texts)) if not isinstance(text, Broken)]
    rules = [each for each in catalog() if each.id == rule]
    findings = judge(Estate(collect(documents, whole=True)), rules).findings
    return sorted((finding.message, finding.fingerprint) for finding in findings)


@pytest.mark.parametrize(
    ("rule", "texts"),
    [
        ("no-readiness-probe", [POD, SERVICE % "front", SERVICE % "back"]),
        (
            "service-selects-nothing",
            [SERVICE % "front", PARTIAL % ("Prometheus", "a"), PARTIAL % ("Alertmanager", "b")],
        ),
    ],
)
def test_the_first_one_read_is_not_preferred(rule: str, texts: list[str]) -> None:
    assert said(rule, texts)
    assert said(rule, texts) == said(rule, texts[::-1])
