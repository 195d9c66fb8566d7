"""Lines of JSON in, lines of JSON out: reviews and creations, bad lines among them."""

from __future__ import annotations

import json
from typing import Any

from seawall.app.reviews import answer, answers
from seawall.inventory import collect
from seawall.model import KubeVersion
from seawall.model.access import Access
from seawall.sources.manifests import read_manifests
from seawall.yamltext import Reader

ESTATE = """
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
rules:
- {apiGroups: [""], resources: [secrets], verbs: [get], resourceNames: [db]}
- {apiGroups: [""], resources: [pods, pods/log], verbs: [get, list]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: readers, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
subjects:
- {kind: ServiceAccount, name: cart}
- {kind: Group, name: dev, apiGroup: rbac.authorization.k8s.io}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: root}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
subjects:
- {kind: User, name: root, apiGroup: rbac.authorization.k8s.io}
"""


def access(text: str = ESTATE, *, whole: bool = True) -> Access:
    documents = read_manifests(text, "rbac.yaml", Reader(), named=True)
    return Access(collect(documents, whole=whole), KubeVersion(37))


def ask(user: str = "jane", groups: tuple[str, ...] = (), **attributes: str) -> dict[str, Any]:
    spec = {"user": user, "groups": list(groups), "resourceAttributes": {"namespace": "shop", **attributes}}
    return answer(access(), {"id": 7, **spec})


def test_a_yes_names_the_binding_and_the_rule() -> None:
    said = ask(groups=("dev",), verb="get", resource="pods", subresource="log")
    assert said["id"] == 7
    assert said["allowed"] is True
    assert said["assumes"] == []
    assert [fact["text"] for fact in said["because"]] == [
        'RoleBinding "shop/readers" gives Role "reader" to group "dev"',
        'Role "shop/reader" allows get, list on pods, pods/log',
    ]
    assert [fact["path"] for fact in said["because"]] == ["subjects[1]", "rules[1]"]


def test_a_no_says_what_it_rests_on() -> None:
    said = ask(groups=("dev",), verb="delete", resource="pods")
    assert said["allowed"] is False
    assert said["assumes"] == ["bootstrap-rbac=1.37", "authorization-mode=Node,RBAC"]


def test_groups_count_as_they_are_written() -> None:
    version = {"nonResourceAttributes": {"path": "/version", "verb": "get"}}
    assert answer(access(), {"user": "jane", **version})["allowed"] is False
    asked = {"user": "jane", "groups": ["system:authenticated"], **version}
    assert answer(access(), asked)["allowed"] is True
    assert answer(access(), asked)["assumes"] == ["bootstrap-rbac=1.37"]


def test_without_the_whole_cluster_a_no_is_unknown() -> None:
    spec = {"user": "jane", "resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "shop"}}
    said = answer(access(whole=False), spec)
    assert (said["allowed"], said["if_whole"]) == ("unknown", False)
    assert "--estate" in said["because"][-1]["text"]


def role(*rules: dict[str, list[str]], kind: str = "Role") -> dict[str, Any]:
    metadata = {"name": "new", "namespace": "shop"} if kind == "Role" else {"name": "new"}
    return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": metadata, "rules": list(rules)}


READ = {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}


def creates(user: str, thing: dict[str, Any], *groups: str) -> dict[str, Any]:
    return answer(access(), {"id": "c", "user": user, "groups": list(groups), "object": thing})


def test_an_account_without_a_namespace_is_one_of_its_role_binding() -> None:
    for text, space in ((ESTATE, "shop"), (ESTATE.replace(", namespace: shop}", "}"), "default")):
        spec = {"resourceAttributes": {"verb": "get", "resource": "pods", "namespace": space}}
        said = answer(access(text), {"user": f"system:serviceaccount:{space}:cart", **spec})
        assert said["allowed"] is True
        assert f'service account "{space}/cart"' in said["because"][0]["text"]
    nobody = ESTATE.replace("- {kind: User, name: root,", "- {kind: ServiceAccount, name: cart,")
    spec = {"resourceAttributes": {"verb": "delete", "resource": "pods", "namespace": "default"}}
    assert answer(access(nobody), {"user": "system:serviceaccount:default:cart", **spec})["allowed"] is False


def test_nobody_gives_away_what_they_do_not_hold() -> None:
    assert creates("jane", role(READ), "dev")["allowed"] is True
    assert creates("jane", role({**READ, "verbs": ["get", "delete"]}), "dev")["allowed"] is False
    assert creates("jane", role(READ, kind="ClusterRole"), "dev")["allowed"] is False
    assert creates("root", role(READ, kind="ClusterRole"))["allowed"] is True
    assert creates("jane", role(READ, kind="ClusterRole"), "system:masters")["allowed"] is True


def test_a_refusal_names_what_is_missing() -> None:
    said = creates("jane", role({**READ, "verbs": ["get", "delete"]}), "dev")
    assert "nobody gives it delete on pods" in [fact["text"] for fact in said["because"]]


def test_whether_such_objects_may_be_created_at_all_is_told_apart() -> None:
    assert creates("jane", role(READ), "dev")["create"] is False
    assert creates("root", role(READ))["create"] is True


def test_an_object_that_lands_somewhere_later_may_pass_there() -> None:
    later = role(READ) | {"metadata": {"name": "new", "namespace": "${NS}"}}
    assert creates("jane", later, "dev")["allowed"] == "unknown"
    assert creates("jane", later, "dev")["create"] == "unknown"
    assert creates("root", later)["allowed"] is True


def test_aggregation_takes_everything() -> None:
    gathers = role(kind="ClusterRole") | {"aggregationRule": {"clusterRoleSelectors": [{"matchLabels": {"a": "b"}}]}}
    assert creates("jane", gathers, "dev")["allowed"] is False
    assert creates("root", gathers)["allowed"] is True


def test_lines_keep_their_order_and_bad_ones_cost_only_themselves() -> None:
    good = {
        "user": "jane",
        "groups": ["dev"],
        "resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "shop"},
    }
    lines = [
        json.dumps({"id": 1, **good}),
        "{",
        "",
        "[1]",
        json.dumps({"id": 4}),
        json.dumps({"id": 5, "user": 3}),
        json.dumps({"id": 6, "user": "jane"}),
        json.dumps({"id": 7, "user": "jane", "object": {"kind": "Pod", "apiVersion": "v1"}}),
        json.dumps({"id": 8, "user": "jane", "groups": "dev"}),
        json.dumps({"id": 9, "user": "jane", "resourceAttributes": {"verb": 7}}),
        json.dumps({"id": 10, "user": "jane", "resourceAttributes": []}),
        json.dumps({"id": 11, "spec": 5}),
        json.dumps({"id": 12, "spec": good}),
    ]
    said = [json.loads(line) for line in answers(access(), lines)]
    assert [each["id"] for each in said] == [1, None, None, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert [each.get("allowed") for each in said] == [True, *(None,) * 10, True]
    assert all(each["error"] for each in said[1:-1])
    assert said[1]["line"] == 2


def test_a_binding_that_lands_somewhere_later_may_find_a_role_there() -> None:
    later = ESTATE.replace(
        "metadata: {name: readers, namespace: shop}", 'metadata: {name: readers, namespace: "${NS}"}'
    )
    spec = {
        "user": "jane",
        "groups": ["dev"],
        "resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "shop"},
    }
    assert answer(access(later), spec)["allowed"] == "unknown"
    spec["resourceAttributes"] = {"verb": "get", "resource": "nodes"}
    assert answer(access(later), spec)["allowed"] is False
