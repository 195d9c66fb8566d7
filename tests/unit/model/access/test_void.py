"""What a PolicyRule says in vain."""

from __future__ import annotations

from typing import Any

import pytest

from seawall.model.access.void import only_outside, outside_namespaces, refusals, void_entries
from seawall.model.permissions import Answer, read_rule


def role(rule: dict[str, list[str]], kind: str = "ClusterRole") -> dict[str, Any]:
    return {"kind": kind, "rules": [rule]}


def void(**rule: list[str]) -> list[tuple[object, ...]]:
    return [each.path for each in void_entries(role(rule), 0, read_rule(rule))]


@pytest.mark.parametrize(
    ("groups", "resources"),
    [
        ([""], ["pods", "pods/log", "*", "*/scale", "bindings", "nodes/proxy"]),
        (["apps", ""], ["deployments", "services", "statefulsets/scale"]),
        (["events.k8s.io"], ["events"]),
        (["metrics.k8s.io"], ["pods", "nodes"]),
        (["*"], ["deployments", "carts"]),
        (["extensions"], ["daemonsets", "networkpolicies", "podsecuritypolicies"]),
    ],
)
def test_entries_that_may_match_are_left_alone(groups: list[str], resources: list[str]) -> None:
    assert not void(apiGroups=groups, resources=resources, verbs=["get", "use", "escalate", "approve"])


@pytest.mark.parametrize("entry", ["pods/*", "*/*", "Pods", "pod", "deployments", "deployments/scale", "leases"])
def test_entries_of_the_core_group_that_match_nothing(entry: str) -> None:
    assert void(apiGroups=[""], resources=["secrets", entry], verbs=["get"]) == [("rules", 0, "resources", 1)]


@pytest.mark.parametrize("verb", ["GET", "Read", "write", "deleteCollection"])
def test_words_that_are_no_verbs(verb: str) -> None:
    assert void(apiGroups=[""], resources=["secrets"], verbs=["get", verb]) == [("rules", 0, "verbs", 1)]
    assert not void(apiGroups=["shop.example"], resources=["carts"], verbs=[verb])


def test_the_names_limit_what_has_none() -> None:
    named = {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["a"]}
    assert void(**named, verbs=["create", "deletecollection"])
    assert not void(**named, verbs=["create", "get"])
    assert not void(**{**named, "resources": ["*"]}, verbs=["create"])
    assert not void(**{**named, "resources": ["pods/exec"]}, verbs=["create"])


@pytest.mark.parametrize(
    ("groups", "resources", "outside"),
    [
        ([""], ["nodes", "pods", "namespaces", "nodes/proxy", "*"], ["nodes", "nodes/proxy"]),
        (["storage.k8s.io"], ["storageclasses"], ["storageclasses"]),
        (["shop.example"], ["nodes"], []),
        (["", "*"], ["nodes"], []),
    ],
)
def test_resources_outside_of_namespaces(groups: list[str], resources: list[str], outside: list[str]) -> None:
    rule = {"apiGroups": groups, "resources": resources, "verbs": ["get"]}
    assert [entry for _, entry in outside_namespaces(role(rule), 0, read_rule(rule))] == outside


@pytest.mark.parametrize(("verbs", "outside"), [(["get", "list"], False), (["list", "create"], True), (["*"], False)])
def test_a_namespace_is_asked_for_in_itself_by_its_name_only(verbs: list[str], *, outside: bool) -> None:
    rule = read_rule({"apiGroups": [""], "resources": ["namespaces"], "verbs": verbs})
    assert (only_outside(rule) is Answer.YES) is outside


@pytest.mark.parametrize("group", ["v1", "core", "apps/v1", "*.shop.example"])
def test_words_that_are_no_groups(group: str) -> None:
    assert void(apiGroups=[group], resources=["pods"], verbs=["get"]) == [("rules", 0, "apiGroups", 0)]


def test_names_are_no_patterns() -> None:
    def names(resource: str) -> list[tuple[object, ...]]:
        return void(apiGroups=[""], resources=[resource], resourceNames=["a", "a-*"], verbs=["get"])

    assert names("secrets") == [("rules", 0, "resourceNames", 1)]
    assert not names("*")


def test_a_rule_is_only_outside_if_all_of_it_is() -> None:
    both = {"apiGroups": [""], "resources": ["nodes", "pods"], "verbs": ["get"]}
    assert only_outside(read_rule(both)) is Answer.NO
    assert only_outside(read_rule({**both, "resources": ["nodes"]})) is Answer.YES
    assert only_outside(read_rule({"nonResourceURLs": ["/x"], "verbs": ["get"]})) is Answer.YES


def test_what_the_server_refuses() -> None:
    def fields(kind: str = "ClusterRole", **rule: list[str]) -> list[object]:
        return [each.path[-1] for each in refusals(role(rule, kind), 0, read_rule(rule))]

    assert fields() == ["verbs", "apiGroups", "resources"]
    assert fields(verbs=["get"], nonResourceURLs=["/x"]) == []
    assert fields("Role", verbs=["get"], nonResourceURLs=["/x"]) == ["nonResourceURLs"]
    assert fields(verbs=["get"], nonResourceURLs=["/x"], resources=["pods"]) == ["nonResourceURLs"]
    assert fields(apiGroups=[""], resources=["pods"], verbs=["get"]) == []
