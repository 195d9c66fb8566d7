"""What the permissions of somebody come to, against the escalation check, and under what is added or left open."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.core import Document
from seawall.core.objects import ObjectText
from seawall.inventory import Resource, collect
from seawall.model.access import Access, account, may_write
from seawall.model.access.might import Admins, Chain, holds_of
from seawall.model.permissions import RBAC_GROUP, Answer, Request

Tree = dict[str, Any]

CART = account("shop", "cart")
ROLES = ("a", "b", "c")
RESOURCES = ("clusterroles", "clusterrolebindings", "users", "groups", "serviceaccounts", "serviceaccounts/token", "*")
VERBS = ("create", "update", "patch", "bind", "escalate", "impersonate", "get", "*")


def some(values: Sequence[str], most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True)


rules = st.fixed_dictionaries(
    {"apiGroups": some(("", RBAC_GROUP, "*"), 2), "resources": some(RESOURCES, 2), "verbs": some(VERBS, 3)},
    optional={"resourceNames": some(("cluster-admin", "a", "system:masters", "root"), 2)},
)


def thing(kind: str, name: str, namespace: str = "", **fields: Any) -> Tree:
    metadata = {"name": name, "namespace": namespace} if namespace else {"name": name}
    return {"apiVersion": f"{RBAC_GROUP}/v1", "kind": kind, "metadata": metadata, **fields}


@st.composite
def bindings(draw: st.DrawFn, name: str) -> Tree:
    space = draw(st.sampled_from(("", "", "shop")))
    who = draw(st.sampled_from(("cart", "cart", "root")))
    subjects = [{"kind": "ServiceAccount", "name": who, "namespace": "shop"}]
    role = {"apiGroup": RBAC_GROUP, "kind": "ClusterRole", "name": draw(st.sampled_from((*ROLES, "cluster-admin")))}
    return thing("RoleBinding" if space else "ClusterRoleBinding", name, space, roleRef=role, subjects=subjects)


@st.composite
def worlds(draw: st.DrawFn) -> list[Tree]:
    roles = [thing("ClusterRole", name, rules=draw(st.lists(rules, min_size=1, max_size=2))) for name in ROLES]
    return [*roles, *(draw(bindings(f"bound-{number}")) for number in range(draw(st.integers(1, 3))))]


def access(world: Sequence[Tree]) -> Access:
    documents = [Document(f"{number}.yaml", ObjectText(tree, f"{number}.yaml")) for number, tree in enumerate(world)]
    return Access(collect(documents, whole=True))


def chain(world: Sequence[Tree]) -> Chain | None:
    return Admins(access(world)).of(CART)


def admin_binding() -> Resource:
    role = {"apiGroup": RBAC_GROUP, "kind": "ClusterRole", "name": "cluster-admin"}
    tree = thing("ClusterRoleBinding", "new", roleRef=role, subjects=[{"kind": "User", "name": "x"}])
    (resource,) = collect([Document("new.yaml", ObjectText(tree, "new.yaml"))]).resources
    return resource


@given(worlds())
@settings(deadline=None, max_examples=150)
def test_whoever_the_server_lets_bind_cluster_admin_equals_it(world: list[Tree]) -> None:
    asked = access(world)
    create = asked.review(CART, Request(verb="create", group=RBAC_GROUP, resource="clusterrolebindings"))
    may = min(create.answer, may_write(asked, CART, admin_binding()).answer)
    found = chain(world)
    if may is Answer.YES:
        assert found is not None
        assert found.answer is Answer.YES
    if found is not None and "create ClusterRoleBindings" in found.text:
        assert may is Answer.YES


@given(worlds(), st.data())
@settings(deadline=None, max_examples=80)
def test_another_binding_takes_nothing_away(world: list[Tree], data: st.DataObject) -> None:
    before, held = chain(world), holds_of(access(world), CART)
    more = [*world, data.draw(bindings("more"))]
    after = chain(more)
    if before is not None:
        assert after is not None
        assert after.answer >= before.answer
    texts = {(hold.grip.text, hold.namespace) for hold in held}
    assert texts <= {(hold.grip.text, hold.namespace) for hold in holds_of(access(more), CART)}


@given(worlds(), st.data())
@settings(deadline=None, max_examples=150)
def test_what_is_filled_in_later_hides_nothing(world: list[Tree], data: st.DataObject) -> None:
    """The world itself is one way to fill the hole in."""
    holed = copy.deepcopy(world)
    role = data.draw(st.sampled_from(holed[: len(ROLES)]))
    rule = data.draw(st.sampled_from(role["rules"]))
    words = rule[data.draw(st.sampled_from(sorted(rule)))]
    words[data.draw(st.integers(0, len(words) - 1))] = "${LATER}"
    if chain(world) is not None:
        assert chain(holed) is not None
    open_ = {(hold.grip.text, hold.namespace) for hold in holds_of(access(holed), CART)}
    assert {(hold.grip.text, hold.namespace) for hold in holds_of(access(world), CART)} <= open_
