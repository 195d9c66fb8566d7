"""Rules of its own that an aggregated ClusterRole keeps, as the worlds of `make e2e` found that a server does."""

from __future__ import annotations

from typing import Any

import pytest

from seawall.app.reviews import answer
from seawall.inventory import collect
from seawall.model import KubeVersion
from seawall.model.access import Access
from seawall.sources.manifests import read_manifests
from seawall.yamltext import Reader

HEAD = "apiVersion: rbac.authorization.k8s.io/v1\n"
BINDING = f"""---
{HEAD}kind: ClusterRoleBinding
metadata: {{name: all}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: top}}
subjects: [{{kind: User, name: ann, apiGroup: rbac.authorization.k8s.io}}]
"""
RULE = '{apiGroups: [""], resources: [pods], verbs: [%s]}'


def role(name: str, *, verb: str = "", label: str = "", gathers: str = "") -> str:
    rules = f"rules: [{RULE % verb}]" if verb else "rules: []"
    aggregation = (
        f'\naggregationRule: {{clusterRoleSelectors: [{{matchLabels: {{{gathers}: "yes"}}}}]}}' if gathers else ""
    )
    labels = f'{{{label}: "yes"}}' if label else "{}"
    return f"---\n{HEAD}kind: ClusterRole\nmetadata: {{name: {name}, labels: {labels}}}\n{rules}{aggregation}\n"


def says(verb: str, *roles: str, minor: int = 37, whole: bool = True) -> Any:
    documents = read_manifests("".join((*roles, BINDING)), "rbac.yaml", Reader(), named=True)
    access = Access(collect(documents, whole=whole), KubeVersion(minor))
    attributes = {"verb": verb, "resource": "pods"}
    return answer(access, {"id": 1, "user": "ann", "resourceAttributes": attributes})["allowed"]


TOP = role("top", verb="get", gathers="a")


def test_they_stay_where_it_gathers_nothing() -> None:
    assert says("get", TOP) is True
    assert says("get", TOP, role("empty", label="a")) is True


@pytest.mark.parametrize(("minor", "kept"), [(20, False), (21, True)])
def test_since_the_controller_applies_them(minor: int, kept: bool) -> None:
    assert says("get", TOP, minor=minor) is kept


def test_they_are_lost_where_it_gathers_any() -> None:
    assert says("get", TOP, role("low", verb="list", label="a")) is False
    assert says("list", TOP, role("low", verb="list", label="a")) is True


def test_what_a_gathered_role_keeps_is_gathered() -> None:
    middle = role("middle", verb="list", label="a", gathers="b")
    assert says("list", TOP, middle) is True
    assert says("get", TOP, middle) is False
    assert says("list", TOP, middle, role("low", verb="watch", label="b")) is False
    assert says("watch", TOP, middle, role("low", verb="watch", label="b")) is True


def test_another_file_may_hold_what_it_gathers() -> None:
    assert says("get", TOP, whole=False) == "unknown"


def test_a_label_that_is_filled_in_later_leaves_it_open() -> None:
    low = role("low", verb="list", label="a").replace('"yes"', '"${GATHERED}"')
    assert says("get", TOP, low) == "unknown"
    assert says("list", TOP, low) == "unknown"


def test_a_ring_with_rules_of_its_own_ends_and_is_open() -> None:
    ring = [role("top", verb="get", label="b", gathers="a"), role("middle", verb="list", label="a", gathers="b")]
    assert says("list", *ring) in {"unknown", True}
    assert says("get", *ring) == "unknown"
