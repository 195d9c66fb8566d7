"""Each corner of the semantics of RBAC, by its number in the project's reference, asked as `seawall can` asks.

The reference is `plugin/pkg/auth/authorizer/rbac` and `pkg/registry/rbac` of k8s.io/kubernetes v1.34.
"""

from __future__ import annotations

import pytest
from tests.unit.model.access.objects import (
    ANN,
    CART,
    CART_USER,
    RBAC,
    access,
    bound,
    creates,
    gathering,
    may,
    named,
    paths,
    role,
    rule,
)

from seawall.model.access.identity import parse_identity
from seawall.model.permissions import Answer, Request

PODS = rule("get", "pods")


def test_corner_1_any_rule_allows_and_none_denies() -> None:
    world = [role(PODS), role(rule("list", "pods"), name="lister"), bound(ANN), bound(ANN, to="lister")]
    assert may(world, "get pods") is True
    assert may(world, "list pods") is True
    assert may(world, "delete pods") is False


@pytest.mark.parametrize(
    ("held", "question", "allowed"),
    [
        ("*", "get pods/log", True),
        ("*", "get inventions", True),
        ("pods", "get pods/log", False),
        ("pods/log", "get pods", False),
        ("pods/log", "get pods/log", True),
        ("pods/*", "get pods/log", False),
        ("pods/*", "get pods", False),
        ("*/scale", "get deployments/scale", True),
        ("*/scale", "get deployments", False),
    ],
)
def test_corner_2_resources_and_subresources(held: str, question: str, allowed: bool) -> None:
    assert may([role(rule("get", held)), bound(ANN)], question) is allowed


def test_corner_3_groups_and_verbs_are_exact_or_a_star() -> None:
    apps = [role(rule("get", "deployments", "apps")), bound(ANN)]
    assert may(apps, "get deployments.apps") is True
    assert may(apps, "get deployments.extensions") is False
    assert may(apps, "get deployments") is False
    assert may([role(rule("Get", "pods")), bound(ANN)], "get pods") is False
    every = [role(rule("*", "*", "*")), bound(ANN)]
    for verb in ("bind", "escalate", "impersonate", "approve", "sign", "use"):
        assert may(every, f"{verb} clusterroles.{RBAC}") is True


def test_corner_4_resource_names_are_matched_with_the_name_that_is_asked_about() -> None:
    world = [role(rule("create list deletecollection get", "pods secrets/x pods/exec", names="web")), bound(ANN)]
    for verb in ("create", "list", "deletecollection"):
        assert may(world, f"{verb} pods") is False
    assert may(world, "list pods web") is True, "with a field selector on metadata.name"
    assert may(world, "create pods/exec web") is True
    assert may(world, "get pods web-2") is False
    assert may([role(rule("get", "pods", names="web-*")), bound(ANN)], "get pods web-2") is False
    assert may([role(rule("create", "pods", names="")), bound(ANN)], "create pods") is True


@pytest.mark.parametrize(
    ("held", "asked", "allowed"),
    [
        ("/healthz", "/healthz", True),
        ("/healthz", "/healthz/", False),
        ("/healthz/*", "/healthz/ping", True),
        ("/healthz/*", "/healthz", False),
        ("*", "/anything", True),
        ("/a*b", "/aXb", False),
    ],
)
def test_corner_5_paths_and_only_through_the_cluster(held: str, asked: str, allowed: bool) -> None:
    reader = role(paths("get", held))
    assert may([reader, bound(ANN)], f"get {asked}") is allowed
    assert may([reader, bound(ANN, namespace="shop")], f"get {asked}") is False


def test_corner_6_a_role_binding_grants_in_its_namespace() -> None:
    world = [role(rule("get", "pods nodes namespaces persistentvolumes")), bound(ANN, namespace="shop")]
    assert may(world, "get pods @shop") is True
    assert may(world, "get pods @bank") is False
    assert may(world, "get pods") is False
    assert may(world, "get nodes n") is False
    assert may(world, "get namespaces shop @shop") is True
    assert may(world, "get namespaces bank @bank") is False


def test_corner_7_subjects() -> None:
    here = {"kind": "ServiceAccount", "name": "cart"}
    assert may([role(PODS), bound(here, namespace="shop")], "get pods @shop", CART_USER) is True
    assert may([role(PODS), bound(here, namespace="bank")], "get pods @bank", CART_USER) is False
    assert may([role(PODS), bound(here)], "get pods", CART_USER) is False, "the API refuses it in a ClusterRoleBinding"
    assert may([role(PODS), bound(CART, namespace="bank")], "get pods @bank", CART_USER) is True
    as_user = {"kind": "User", "name": CART_USER, "namespace": "elsewhere"}
    assert may([role(PODS), bound(as_user)], "get pods", CART_USER) is True
    assert may([role(PODS), bound({"kind": "User", "name": "Ann"})], "get pods") is False


def test_corner_8_groups_that_come_with_an_identity() -> None:
    group = {"kind": "Group", "name": "system:serviceaccounts:shop"}
    everyone = {"kind": "Group", "name": "system:authenticated"}
    asked = Request(verb="get", resource="pods")
    for subject in (group, everyone, {"kind": "Group", "name": "system:serviceaccounts"}):
        estate = access(role(PODS), bound(subject))
        assert estate.review(parse_identity("sa:shop/cart"), asked).answer is Answer.YES
        assert may([role(PODS), bound(subject)], "get pods", CART_USER) is False, "a review lists its groups"
    outside = access(role(PODS), bound({"kind": "Group", "name": "devs"}))
    assert outside.review(parse_identity("user:ann"), asked).answer is Answer.UNKNOWN
    assert outside.review(parse_identity("user:ann", ("ops",)), asked).answer is Answer.NO
    assert outside.review(parse_identity("sa:shop/cart"), asked).answer is Answer.NO
    nobody = access(role(PODS), bound({"kind": "Group", "name": "system:unauthenticated"}))
    assert nobody.review(parse_identity("user:system:anonymous"), asked).answer is Answer.YES
    assert may([], "delete nodes n", groups="system:masters") is True
    assert may([], "get /", groups="system:masters") is True


def test_corner_9_references_that_lead_nowhere_and_roles_of_every_cluster() -> None:
    lost = [bound(ANN, to="lost", namespace="shop"), bound(ANN, to="lost"), role(PODS), bound(ANN, namespace="shop")]
    assert may(lost, "get pods @shop") is True
    assert may(lost, "list pods @shop") is False
    assert may([bound(ANN, to="cluster-admin")], "delete nodes n") is True
    assert may([bound(ANN, to="view", namespace="shop")], "list pods @shop") is True
    assert may([bound(ANN, to="view", namespace="shop")], "list secrets @shop") is False
    one_name = [role(PODS), role(rule("list", "pods"), namespace="shop"), bound(ANN, kind="Role", namespace="shop")]
    assert may(one_name, "list pods @shop") is True
    assert may(one_name, "get pods @shop") is False
    assert may([role(PODS), bound(ANN, kind="Role", namespace="shop")], "get pods @shop") is False


def test_corner_10_aggregation() -> None:
    world = [
        gathering("middle", "other", name="top", own=rule("delete", "pods")),
        gathering("low", name="middle", labels={"middle": "yes"}),
        role(PODS, name="low", labels={"low": "yes"}),
        role(rule("list", "pods"), name="other", labels={"other": "yes"}),
        bound(ANN, to="top"),
    ]
    assert may(world, "get pods") is True
    assert may(world, "list pods") is True
    assert may(world, "delete pods") is False
    to_view = {"rbac.authorization.k8s.io/aggregate-to-view": "true"}
    widened = [role(rule("get", "widgets", "example.com"), name="w", labels=to_view), bound(ANN, to="edit")]
    assert may(widened, "get widgets.example.com") is True, "edit aggregates view"


WRITES = [
    role(rule("create", "roles clusterroles rolebindings clusterrolebindings", RBAC), name="w"),
    bound(ANN, to="w"),
]
REFUSED, PASSED = (False, True), (True, True)


def test_corner_11_a_role_is_covered_part_by_part() -> None:
    wanted = role(rule("get list", "pods"), name="new", namespace="shop")
    split = [*WRITES, role(PODS, rule("list", "pods")), bound(ANN, namespace="shop")]
    assert creates(split, wanted) == PASSED
    assert creates(split, role(rule("get list", "pods"), name="new", namespace="bank")) == REFUSED
    assert creates(split[:2], wanted) == REFUSED
    assert creates(split[2:], wanted) == (True, False), "the check passes, and RBAC lets nobody get there"
    assert creates([], wanted, groups="system:masters") == PASSED


def test_corner_11_escalate_is_asked_without_a_name_on_create() -> None:
    wanted = role(rule("*", "*", "*"), name="new")
    assert creates([*WRITES, role(rule("escalate", "clusterroles", RBAC)), bound(ANN)], wanted) == PASSED
    assert creates([*WRITES, role(rule("escalate", "clusterroles", RBAC, "new")), bound(ANN)], wanted) == REFUSED


def test_corner_11_bind_is_asked_in_the_namespace_of_the_binding() -> None:
    may_bind = role(rule("bind", "clusterroles", RBAC, "cluster-admin"))
    local, everywhere = bound(CART, to="cluster-admin", namespace="shop"), bound(CART, to="cluster-admin")
    assert creates([*WRITES, may_bind, bound(ANN, namespace="shop")], local) == PASSED
    assert creates([*WRITES, may_bind, bound(ANN, namespace="shop")], everywhere) == REFUSED
    assert creates([*WRITES, may_bind, bound(ANN, namespace="bank")], local) == REFUSED
    assert creates([*WRITES, may_bind, bound(ANN)], everywhere) == PASSED
    assert creates([*WRITES, role(PODS), bound(ANN)], bound(CART)) == PASSED, "ann holds all that the role gives"
    assert creates(WRITES, bound(CART, to="lost")) == REFUSED


def test_corner_11_an_aggregation_rule_needs_everything() -> None:
    assert creates(WRITES, gathering("x", name="new")) == REFUSED
    assert creates([*WRITES, bound(ANN, to="cluster-admin")], gathering("x", name="new")) == PASSED
    assert creates([*WRITES, bound(ANN, to="cluster-admin", namespace="shop")], gathering("x", name="new")) == REFUSED


def test_corner_12_impersonation() -> None:
    world = [
        role(
            rule("impersonate", "users serviceaccounts"),
            rule("impersonate", "userextras/team", "authentication.k8s.io"),
        )
    ]
    in_shop = [*world, bound(ANN, namespace="shop")]
    assert may(in_shop, "impersonate users bob") is False
    assert may(in_shop, "impersonate serviceaccounts cart @shop") is True
    assert may(in_shop, "impersonate serviceaccounts cart @bank") is False
    assert may([*world, bound(ANN)], "impersonate users bob") is True
    assert may([*world, bound(ANN)], "impersonate userextras.authentication.k8s.io/team red") is True
    assert may([*world, bound(ANN)], "impersonate userextras.authentication.k8s.io/cost red") is False
    assert may([*world, bound(ANN)], "impersonate groups devs") is False


def test_corner_13_verbs_that_come_near_each_other_are_strangers() -> None:
    assert may([role(rule("delete", "secrets")), bound(ANN)], "deletecollection secrets @shop") is False
    assert may([role(rule("list", "secrets")), bound(ANN)], "get secrets db @shop") is False
    assert may([role(rule("update", "secrets")), bound(ANN)], "patch secrets db @shop") is False


def test_corner_14_a_review_is_a_match_of_texts() -> None:
    dead = [role(rule("get", "clusterroles", RBAC)), bound(ANN, namespace="shop")]
    assert may(dead, f"get clusterroles.{RBAC} x @shop") is True
    assert may(dead, f"get clusterroles.{RBAC} x") is False


def test_corner_15_a_review_takes_groups_literally() -> None:
    world = [role(PODS), bound({"kind": "Group", "name": "system:authenticated"})]
    assert may(world, "get pods") is False
    assert may(world, "get pods", groups="system:authenticated") is True
    assert may(world, "get pods", user="", groups="system:authenticated") is True


def test_what_is_filled_in_later_leaves_only_what_it_decides_open() -> None:
    world = [role(PODS, rule("${VERB}", "pods")), bound(ANN)]
    assert may(world, "get pods") is True
    assert may(world, "list pods") == "unknown"
    assert may(world, "list secrets") is False
    later = named("RoleBinding", "b", "${NAMESPACE}", roleRef={"kind": "ClusterRole", "name": "reader"}, subjects=[ANN])
    assert may([role(PODS), later], "get pods @shop") == "unknown"
    assert may([role(PODS), later], "get pods") is False
