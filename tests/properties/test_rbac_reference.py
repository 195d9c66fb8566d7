"""The judge of `seawall can` is judged first: answers worked out by hand from the source of the API server."""

from __future__ import annotations

from typing import Any

import pytest
from tests.properties.rbac_reference import MASTERS, RBAC_GROUP, covers, decide, may_write

Tree = dict[str, Any]

ANN, CART = "ann", "system:serviceaccount:shop:cart"


def role(*rules: Tree, name: str = "reader", namespace: str | None = None, **fields: Any) -> Tree:
    kind = "Role" if namespace else "ClusterRole"
    place = {"namespace": namespace} if namespace else {}
    labels = {"labels": fields.pop("labels")} if "labels" in fields else {}
    return {"kind": kind, "metadata": {"name": name, **place, **labels}, "rules": list(rules), **fields}


def binding(
    *subjects: Tree, to: str = "reader", kind: str = "ClusterRole", namespace: str | None = None, name: str = "b"
) -> Tree:
    return {
        "kind": "RoleBinding" if namespace else "ClusterRoleBinding",
        "metadata": {"name": name, **({"namespace": namespace} if namespace else {})},
        "roleRef": {"apiGroup": RBAC_GROUP, "kind": kind, "name": to},
        "subjects": list(subjects),
    }


def rule(verbs: str, resources: str, group: str = "", *names: str) -> Tree:
    named = {"resourceNames": list(names)} if names else {}
    return {"apiGroups": [group], "resources": resources.split(","), "verbs": verbs.split(","), **named}


def user(name: str = ANN) -> Tree:
    return {"kind": "User", "name": name}


def ask(objects: list[Tree], verb: str, resource: str, who: str = ANN, **attributes: str) -> bool:
    groups = attributes.pop("groups", "")
    asked = {"verb": verb, "resource": resource, **attributes}
    return decide(objects, {"user": who, "groups": groups.split(), "resourceAttributes": asked})


def path(objects: list[Tree], asked: str) -> bool:
    return decide(objects, {"user": ANN, "groups": [], "nonResourceAttributes": {"path": asked, "verb": "get"}})


@pytest.mark.parametrize(
    ("held", "resource", "subresource", "allowed"),
    [
        ("*", "pods", "log", True),
        ("pods", "pods", "", True),
        ("pods", "pods", "log", False),
        ("pods/log", "pods", "", False),
        ("pods/log", "pods", "log", True),
        ("pods/*", "pods", "log", False),
        ("pods/*", "pods", "", False),
        ("*/scale", "deployments", "scale", True),
        ("*/scale", "deployments", "", False),
        ("*/scale", "scale", "", False),
        ("Pods", "pods", "", False),
    ],
)
def test_resources(held: str, resource: str, subresource: str, allowed: bool) -> None:
    world = [role(rule("get", held)), binding(user())]
    assert ask(world, "get", resource, subresource=subresource) is allowed


@pytest.mark.parametrize(
    ("names", "asked", "allowed"),
    [((), "", True), ((), "web", True), (("web",), "web", True), (("web",), "", False), (("w*",), "web", False)],
)
def test_resource_names(names: tuple[str, ...], asked: str, allowed: bool) -> None:
    world = [role(rule("create", "pods", "", *names)), binding(user())]
    assert ask(world, "create", "pods", name=asked) is allowed


def test_the_empty_resource_name_is_a_request_without_a_name() -> None:
    world = [role(rule("create", "pods", "", "")), binding(user())]
    assert ask(world, "create", "pods")
    assert not ask(world, "create", "pods", name="web")


def test_verbs_and_groups() -> None:
    world = [role(rule("Get", "pods"), rule("*", "pods", "apps")), binding(user())]
    assert not ask(world, "get", "pods")
    assert ask(world, "Get", "pods")
    assert ask(world, "bind", "pods", group="apps")
    assert not ask(world, "get", "pods", group="extensions")


@pytest.mark.parametrize(
    ("held", "asked", "allowed"),
    [
        ("/healthz", "/healthz", True),
        ("/healthz", "/healthz/ping", False),
        ("/healthz/*", "/healthz", False),
        ("/healthz/*", "/healthz/", True),
        ("/heal**", "/healthz", True),
        ("*", "", True),
    ],
)
def test_paths(held: str, asked: str, allowed: bool) -> None:
    world = [role({"nonResourceURLs": [held], "verbs": ["get"]}), binding(user())]
    assert path(world, asked) is allowed
    assert not path([world[0], binding(user(), namespace="shop")], asked)


def test_a_binding_in_a_namespace_counts_there() -> None:
    world = [role(rule("get", "pods,namespaces,nodes")), binding(user(), namespace="shop")]
    assert ask(world, "get", "pods", namespace="shop")
    assert not ask(world, "get", "pods", namespace="bank")
    assert not ask(world, "get", "nodes")
    assert ask(world, "get", "namespaces", namespace="shop", name="shop")


def test_subjects() -> None:
    reader = role(rule("get", "pods"))
    account = {"kind": "ServiceAccount", "name": "cart"}
    assert ask([reader, binding(account, namespace="shop")], "get", "pods", CART, namespace="shop")
    assert not ask([reader, binding(account, namespace="bank")], "get", "pods", CART, namespace="bank")
    assert ask([reader, binding({**account, "namespace": "shop"})], "get", "pods", CART)
    assert ask([reader, binding(user(CART))], "get", "pods", CART)
    group = binding({"kind": "Group", "name": "system:serviceaccounts"})
    assert not ask([reader, group], "get", "pods", CART)
    assert ask([reader, group], "get", "pods", CART, groups="system:serviceaccounts")
    assert ask([], "delete", "nodes", groups=MASTERS)


def test_role_references() -> None:
    world = [role(rule("get", "pods"), namespace="shop"), role(rule("list", "pods"))]
    local = [*world, binding(user(), kind="Role", namespace="shop"), binding(user(), to="missing", name="c")]
    assert ask(local, "get", "pods", namespace="shop")
    assert not ask(local, "list", "pods", namespace="shop")
    assert not ask([*world, binding(user(), kind="Role", namespace="bank")], "get", "pods", namespace="bank")


def test_aggregation_goes_through_chains_and_loses_own_rules() -> None:
    def gathers(*labels: str) -> Tree:
        return {"clusterRoleSelectors": [{"matchLabels": {label: "yes"}} for label in labels]}

    world = [
        role(rule("delete", "pods"), name="top", aggregationRule=gathers("middle")),
        role(name="middle", labels={"middle": "yes"}, aggregationRule=gathers("low", "other")),
        role(rule("get", "pods"), name="low", labels={"low": "yes"}),
        role(rule("list", "pods"), name="other", labels={"other": "yes"}),
        binding(user(), to="top"),
    ]
    assert ask(world, "get", "pods")
    assert ask(world, "list", "pods")
    assert not ask(world, "delete", "pods")


CREATES = role(rule("create", "roles,clusterroles,rolebindings,clusterrolebindings", RBAC_GROUP), name="creates")


def writing(*held: Tree, namespace: str | None = None) -> list[Tree]:
    """A world in which ann may create objects of RBAC, and holds these rules in the namespace."""
    return [
        *(CREATES, binding(user(), to="creates", name="creating")),
        *(role(*held, name="held"), binding(user(), to="held", name="holding", namespace=namespace)),
    ]


def test_a_role_needs_create_and_coverage_by_single_rules() -> None:
    wanted = role(rule("get,list", "pods,secrets"), name="new", namespace="shop")
    split = [rule("get", "pods"), rule("list", "pods"), rule("get,list", "secrets")]
    assert may_write(writing(*split), ANN, [], wanted)
    assert may_write(writing(*split, namespace="shop"), ANN, [], wanted)
    assert not may_write(writing(*split, namespace="bank"), ANN, [], wanted)
    assert not may_write(writing(*split[1:]), ANN, [], wanted)
    assert not may_write(writing(*split)[2:], ANN, [], wanted)
    assert may_write([], ANN, [MASTERS], wanted)


def test_escalate_is_asked_without_a_name() -> None:
    wanted = role(rule("*", "*", "*"), name="new", namespace="shop")
    assert may_write(writing(rule("escalate", "roles", RBAC_GROUP)), ANN, [], wanted)
    assert not may_write(writing(rule("escalate", "roles", RBAC_GROUP, "new")), ANN, [], wanted)
    assert may_write(writing(rule("escalate", "roles", RBAC_GROUP), namespace="shop"), ANN, [], wanted)


def test_bind_is_asked_with_the_roles_name_in_the_bindings_namespace() -> None:
    strong = role(rule("*", "*", "*"), name="strong")
    here, everywhere = (binding(user("bob"), to="strong", namespace=space, name="new") for space in ("shop", None))
    may_bind = rule("bind", "clusterroles", RBAC_GROUP, "strong")
    assert may_write([*writing(may_bind, namespace="shop"), strong], ANN, [], here)
    assert not may_write([*writing(may_bind, namespace="shop"), strong], ANN, [], everywhere)
    assert may_write([*writing(may_bind), strong], ANN, [], everywhere)
    assert not may_write([*writing(rule("bind", "clusterroles", RBAC_GROUP, "other")), strong], ANN, [], here)
    assert may_write(writing(may_bind), ANN, [], here), "whoever may bind a role needs not that it is there"
    assert not may_write(writing(rule("get", "pods")), ANN, [], here), "no role, nothing to compare with"


def test_an_aggregation_rule_needs_all() -> None:
    wanted = role(name="new", aggregationRule={"clusterRoleSelectors": [{"matchLabels": {"a": "yes"}}]})
    assert not may_write(writing(rule("get", "*", "*")), ANN, [], wanted)
    assert not may_write(writing(rule("*", "*", "*"), namespace="shop"), ANN, [], wanted)
    assert may_write(writing(rule("*", "*", "*")), ANN, [], wanted), (
        "* on *.* holds escalate, so that paths are not asked"
    )
    assert may_write(writing(rule("escalate", "clusterroles", RBAC_GROUP)), ANN, [], wanted)
    assert may_write(writing(), ANN, [], {**wanted, "aggregationRule": {"clusterRoleSelectors": []}})


@pytest.mark.parametrize(
    ("held", "granted", "covered"),
    [
        (rule("get", "*/scale"), rule("get", "deployments/scale"), True),
        (rule("get", "*/scale"), rule("get", "*/scale"), True),
        (rule("get", "pods/*"), rule("get", "pods/log"), False),
        (rule("get", "*"), rule("get", "*/scale"), True),
        (rule("get", "pods", "", "web"), rule("get", "pods", "", "web"), True),
        (rule("get", "pods", "", "web"), rule("get", "pods"), False),
        (rule("get", "pods"), rule("get", "pods", "", "web", "db"), True),
        (rule("get", "pods", "", "web", "db"), rule("get", "pods", "", "web"), True),
        ({"nonResourceURLs": ["/a*"], "verbs": ["*"]}, {"nonResourceURLs": ["/ab*"], "verbs": ["get"]}, True),
        ({"nonResourceURLs": ["/ab*"], "verbs": ["*"]}, {"nonResourceURLs": ["/a*"], "verbs": ["get"]}, False),
    ],
)
def test_coverage(held: Tree, granted: Tree, covered: bool) -> None:
    assert covers([held], [granted]) is covered
