"""Which account a workload is held to be, and what its account is said to hold."""

from __future__ import annotations

from seawall.core import Document
from seawall.findings import Finding, judge
from seawall.inventory import collect
from seawall.model import Estate
from seawall.rules.catalog import catalog
from seawall.yamltext import Broken, read

RULES = [rule for rule in catalog() if rule.id.startswith(("workload-cluster-", "workload-namespace-"))]
HEAD = "---\napiVersion: rbac.authorization.k8s.io/v1\n"


def pod(namespace: str = "", spec: str = "") -> str:
    where = f", namespace: {namespace}" if namespace else ""
    body = f"{{serviceAccountName: cart, {spec}containers: [{{name: web, image: registry.example/web:1}}]}}"
    return f"---\napiVersion: v1\nkind: Pod\nmetadata: {{name: cart{where}}}\nspec: {body}\n"


def gives(name: str, *spaces: str, kind: str = "ClusterRoleBinding", home: str = "") -> str:
    where = f", namespace: {home}" if home else ""
    subjects = ", ".join(f"{{kind: ServiceAccount, name: cart, namespace: {space}}}" for space in spaces)
    ref = f"roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {name}}}"
    return f"{HEAD}kind: {kind}\nmetadata: {{name: b{len(spaces)}{where}}}\n{ref}\nsubjects: [{subjects}]\n"


def found(*texts: str) -> list[Finding]:
    documents = (document for text in texts for document in read(text) if not isinstance(document, Broken))
    judgement = judge(Estate(collect(Document("x.yaml", document) for document in documents)), RULES)
    assert not judgement.problems
    return list(judgement.findings)


def ids(*texts: str) -> list[str]:
    return [finding.rule.id for finding in found(*texts)]


def test_a_workload_without_a_namespace_is_where_its_account_is_looked_for() -> None:
    assert ids(pod(), gives("cluster-admin", "ops")) == ["workload-cluster-admin"]
    assert ids(pod("shop"), gives("cluster-admin", "ops")) == []


def test_an_account_that_is_looked_for_in_two_namespaces_is_nobodys() -> None:
    assert ids(pod(), gives("cluster-admin", "ops", "shop")) == []


def test_a_volume_may_bring_the_token_that_the_pod_refuses() -> None:
    admin, refuses = gives("cluster-admin", "shop"), "automountServiceAccountToken: false, "
    volume = "volumes: [{name: t, projected: {sources: [{serviceAccountToken: {path: token}}]}}], "
    assert ids(pod("shop", refuses), admin) == []
    assert ids(pod("shop", refuses + volume), admin) == ["workload-cluster-admin"]


def test_one_cause_is_told_once() -> None:
    """Who equals cluster-admin reads Secrets too; who holds a right everywhere holds it in the own namespace."""
    assert ids(pod("shop"), gives("cluster-admin", "shop")) == ["workload-cluster-admin"]
    assert ids(pod("shop"), gives("edit", "shop")) == ["workload-cluster-takeover"]
    own = gives("edit", "shop", kind="RoleBinding", home="shop")
    assert ids(pod("shop"), own) == ["workload-namespace-takeover"]


def test_single_other_namespaces_are_named_in_order_and_counted() -> None:
    bindings = (gives("edit", "shop", kind="RoleBinding", home=home) for home in ("e", "b", "a", "d", "c"))
    (finding,) = found(pod("shop"), *bindings)
    assert "in namespace a, b, c and 2 more (" in finding.message
    assert finding.severity.label == "medium"
