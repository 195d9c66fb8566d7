"""Small worlds of roles and bindings as Hypothesis draws them, and questions about them.

The alphabets are so small that rules, bindings and questions meet often, and hold what is easily got wrong: `pods/*`
(which matches nothing but itself), `*/scale`, verbs in another case, the empty name in resourceNames, a Role and a
ClusterRole of one name, a User that is an account, roleRefs to nothing, chains and rings of aggregation.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st
from tests.properties.rbac_reference import PLURALS, RBAC_GROUP, Rule, is_gathered, rules_of

Tree = dict[str, Any]

NAMESPACES = ("shop", "bank")
ACCOUNT, OTHER_ACCOUNT = "system:serviceaccount:shop:cart", "system:serviceaccount:bank:cart"
USERS = ("ann", "Ann", "bob", ACCOUNT, OTHER_ACCOUNT, "system:anonymous", "")
GROUPS = ("devs", "system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated", "ann")
VERBS = ("get", "list", "create", "bind", "escalate", "Get", "delete", "*")
API_GROUPS = ("", "apps", "extensions", RBAC_GROUP, "*")
RESOURCES = (
    *("pods", "pods/log", "pods/*", "*/scale", "*/log", "*", "deployments", "deployments/scale", "scale"),
    *("namespaces", "nodes", "secrets", "roles", "clusterroles", "rolebindings", "clusterrolebindings"),
)
NAMES = ("", "web", "reader", "shop", "*")
PATHS = ("/healthz", "/healthz/*", "/heal*", "/metrics", "/", "/*", "*", "/healthz**")
ASKED_PATHS = ("/healthz", "/healthz/", "/healthz/ping", "/metrics", "/", "/Healthz", "", "*", "/*")
ROLE_NAMES = ("reader", "writer", "ops")
LABELS = ("a", "b", "c")


def some(values: Sequence[str], most: int = 2) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True)


def maybe(tree: st.SearchStrategy[Tree], **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Tree]:
    """The tree with each of these fields, or without it."""
    return st.tuples(tree, st.fixed_dictionaries({}, optional=fields)).map(lambda both: {**both[0], **both[1]})


resource_rules = maybe(
    st.fixed_dictionaries({"apiGroups": some(API_GROUPS), "resources": some(RESOURCES), "verbs": some(VERBS, 3)}),
    resourceNames=st.lists(st.sampled_from(NAMES), max_size=2, unique=True),
)
path_rules = st.fixed_dictionaries({"nonResourceURLs": some(PATHS), "verbs": some(VERBS)})
role_rules = st.lists(resource_rules, max_size=2)
cluster_rules = st.lists(st.one_of(resource_rules, resource_rules, path_rules), max_size=2)

selectors = st.one_of(
    st.fixed_dictionaries({"matchLabels": st.dictionaries(st.sampled_from(LABELS), st.just("yes"), min_size=1)}),
    st.fixed_dictionaries(
        {
            "matchExpressions": st.lists(
                st.one_of(
                    st.fixed_dictionaries(
                        {"key": st.sampled_from(LABELS), "operator": st.sampled_from(("Exists", "DoesNotExist"))}
                    ),
                    st.fixed_dictionaries(
                        {
                            "key": st.sampled_from(LABELS),
                            "operator": st.sampled_from(("In", "NotIn")),
                            "values": some(("yes", "no")),
                        }
                    ),
                ),
                min_size=1,
                max_size=2,
            ).map(lambda wishes: [{"key": "part-of", "operator": "In", "values": ["world"]}, *wishes])
        }
    ),
)
"""Selectors reach the roles of the world only, where an expression would also select the bootstrap roles."""

aggregation = st.fixed_dictionaries({"clusterRoleSelectors": st.lists(selectors, min_size=1, max_size=2)})
labels = st.dictionaries(st.sampled_from(LABELS), st.sampled_from(("yes", "no")), max_size=2).map(
    lambda drawn: {"part-of": "world", **drawn}
)

users = st.fixed_dictionaries({"kind": st.just("User"), "name": st.sampled_from(USERS[:-1])})
members = st.fixed_dictionaries({"kind": st.just("Group"), "name": st.sampled_from(GROUPS)})
accounts = st.fixed_dictionaries(
    {"kind": st.just("ServiceAccount"), "name": st.just("cart"), "namespace": st.sampled_from(NAMESPACES)}
)
local_accounts = st.just({"kind": "ServiceAccount", "name": "cart"})
people = maybe(st.one_of(users, members), apiGroup=st.just(RBAC_GROUP))


def metadata(name: str, namespace: str | None) -> Tree:
    return {"name": name} if namespace is None else {"name": name, "namespace": namespace}


def of_kind(kind: str, name: str, namespace: str | None) -> st.SearchStrategy[Tree]:
    """An object of RBAC of this kind, valid, with this name."""
    head = {"apiVersion": f"{RBAC_GROUP}/v1", "kind": kind, "metadata": metadata(name, namespace)}
    body: st.SearchStrategy[Tree]
    if kind == "Role":
        body = st.fixed_dictionaries({"rules": role_rules})
    elif kind == "ClusterRole":
        body = maybe(st.fixed_dictionaries({"rules": cluster_rules}), aggregationRule=aggregation)
        return st.tuples(body, labels).map(
            lambda drawn: {**head, "metadata": {**metadata(name, None), "labels": drawn[1]}, **drawn[0]}
        )
    else:
        body = binding_bodies(kind)
    return body.map(lambda drawn: {**head, **drawn})


def binding_bodies(kind: str) -> st.SearchStrategy[Tree]:
    in_namespace = kind == "RoleBinding"
    subjects = st.one_of(people, accounts, local_accounts) if in_namespace else st.one_of(people, accounts)
    role_ref = maybe(
        st.fixed_dictionaries(
            {
                "kind": st.sampled_from(("ClusterRole", "Role") if in_namespace else ("ClusterRole",)),
                "name": st.sampled_from((*ROLE_NAMES, *ROLE_NAMES, "missing")),
            }
        ),
        apiGroup=st.just(RBAC_GROUP),
    )
    return st.fixed_dictionaries({"roleRef": role_ref, "subjects": st.lists(subjects, max_size=3)})


@st.composite
def worlds(draw: st.DrawFn) -> list[Tree]:
    """Objects of RBAC with different names, in any order."""
    keys: list[tuple[str, str, str | None]] = [("ClusterRole", name, None) for name in draw(some(ROLE_NAMES, 3))]
    keys += [("Role", name, space) for name in draw(some(ROLE_NAMES)) for space in draw(some(NAMESPACES))]
    keys += [("ClusterRoleBinding", f"all-{n}", None) for n in range(draw(st.integers(0, 2)))]
    for space in NAMESPACES:
        keys += [("RoleBinding", f"here-{n}", space) for n in range(draw(st.integers(0, 2)))]
    return without_history([draw(of_kind(*key)) for key in draw(st.permutations(keys))])


def without_history(world: list[Tree]) -> list[Tree]:
    """The world without rules that only the past of its cluster could tell.

    Own rules of a role with an aggregationRule may go round in a ring of roles for ever.
    """
    gathering = [each for each in world if each.get("aggregationRule")]
    ringed = {id(each) for each in gathering for other in gathering if is_gathered(other, each["aggregationRule"])}
    return [{**each, "rules": []} if id(each) in ringed else each for each in world]


resource_questions = st.fixed_dictionaries(
    {
        "resourceAttributes": maybe(
            st.fixed_dictionaries({"verb": st.sampled_from(VERBS), "resource": st.sampled_from(RESOURCES)}),
            namespace=st.sampled_from(("", *NAMESPACES, *NAMESPACES, "other")),
            group=st.sampled_from(API_GROUPS),
            version=st.sampled_from(("v1", "*")),
            subresource=st.sampled_from(("", "log", "scale", "*", "status")),
            name=st.sampled_from((*NAMES, "other")),
        )
    }
)
path_questions = st.fixed_dictionaries(
    {
        "nonResourceAttributes": st.fixed_dictionaries(
            {"path": st.sampled_from(ASKED_PATHS), "verb": st.sampled_from(VERBS)}
        )
    }
)


@st.composite
def who(draw: st.DrawFn) -> Tree:
    """A user and groups; one of them is not empty, as the API asks."""
    groups = draw(st.lists(st.sampled_from((*GROUPS * 3, "system:masters")), max_size=3, unique=True))
    user = draw(st.sampled_from(USERS if groups else USERS[:-1]))
    return {"user": user, "groups": groups}


@st.composite
def reviews(draw: st.DrawFn, world: Sequence[Tree]) -> Tree:
    """A SubjectAccessReview's spec; three of four come near something that is granted in the world."""
    review = {**draw(who()), **draw(st.one_of(resource_questions, resource_questions, path_questions))}
    grants = [
        (binding, subject, rule)
        for binding in world
        for subject in binding.get("subjects") or []
        for rule in rules_of(world, binding["roleRef"], binding["metadata"].get("namespace") or "") or []
    ]
    aimed = draw(st.integers(0, 3)) > 0
    if not grants or not aimed:
        return review
    binding, subject, rule = draw(st.sampled_from(grants))
    asked = draw(near(rule, binding["metadata"].get("namespace") or "", review.get("resourceAttributes") or {}))
    return {"user": review["user"], "groups": review["groups"], **meant(subject, binding), **asked}


def meant(subject: Tree, binding: Tree) -> Tree:
    if subject["kind"] == "Group":
        return {"groups": [subject["name"]]}
    if subject["kind"] == "User":
        return {"user": subject["name"]}
    home = subject.get("namespace") or binding["metadata"]["namespace"]
    return {"user": f"system:serviceaccount:{home}:{subject['name']}"}


def near(rule: Rule, namespace: str, attributes: Tree) -> st.SearchStrategy[Tree]:
    """A question that this rule may allow, with other attributes left in it now and then."""
    if "nonResourceURLs" in rule:
        paths, verbs = st.sampled_from([*rule["nonResourceURLs"], *ASKED_PATHS]), st.sampled_from(rule["verbs"])
        return st.fixed_dictionaries({"nonResourceAttributes": st.fixed_dictionaries({"path": paths, "verb": verbs})})
    base = {"verb": "get", "resource": "pods", **attributes, "namespace": namespace}
    fitting = st.fixed_dictionaries(
        {"verb": st.sampled_from(rule["verbs"]), "group": st.sampled_from(rule["apiGroups"])},
        optional={
            "resource": st.sampled_from(rule["resources"]),
            "name": st.sampled_from(rule.get("resourceNames") or NAMES),
        },
    )
    return fitting.map(lambda drawn: {"resourceAttributes": divided({**base, **drawn})})


def divided(asked: Tree) -> Tree:
    resource, slash, subresource = asked["resource"].partition("/")
    return {**asked, "resource": resource, "subresource": subresource} if slash else asked


def written() -> st.SearchStrategy[Tree]:
    """An object of RBAC that somebody tries to create."""
    return st.one_of(
        of_kind("ClusterRole", "new", None),
        of_kind("ClusterRoleBinding", "new", None),
        st.sampled_from(NAMESPACES).flatmap(lambda space: of_kind("Role", "new", space)),
        st.sampled_from(NAMESPACES).flatmap(lambda space: of_kind("RoleBinding", "new", space)),
    )


def creating(subject: Tree, namespace: str | None) -> list[Tree]:
    """What lets a subject create objects of RBAC, so that the check against escalation decides."""
    kind, place = ("RoleBinding", {"namespace": namespace}) if namespace else ("ClusterRoleBinding", {})
    rule = {"apiGroups": [RBAC_GROUP], "resources": list(PLURALS.values()), "verbs": ["create"]}
    return [
        {"apiVersion": f"{RBAC_GROUP}/v1", "kind": "ClusterRole", "metadata": {"name": "creates"}, "rules": [rule]},
        {
            "apiVersion": f"{RBAC_GROUP}/v1",
            "kind": kind,
            "metadata": {"name": "creating", **place},
            "roleRef": {"kind": "ClusterRole", "name": "creates"},
            "subjects": [subject],
        },
    ]


@st.composite
def writes(draw: st.DrawFn, world: Sequence[Tree]) -> tuple[list[Tree], Tree]:
    """The world, mostly with a right to create, and who tries to create which object."""
    wanted, asker = draw(written()), draw(who())
    grants = [(binding, subject) for binding in world for subject in binding.get("subjects") or []]
    rights: list[Tree] = []
    if grants:
        binding, subject = draw(st.sampled_from(grants))
        asker = {**asker, **meant(subject, binding)}
        everywhere = {"kind": "User", "name": asker["user"]} if subject["kind"] == "ServiceAccount" else subject
        entitled = draw(st.integers(0, 5)) > 0
        rights = creating(everywhere, wanted["metadata"].get("namespace")) if entitled else []
        rules = rules_of(world, binding["roleRef"], binding["metadata"].get("namespace") or "") or []
        held = [rule for rule in rules if "resources" in rule or wanted["kind"] == "ClusterRole"]
        known = draw(st.booleans())
        if known and held and wanted.get("rules"):
            wanted = {**wanted, "rules": [draw(st.sampled_from(held).flatmap(narrower))]}
    return [*world, *rights], {**asker, "object": wanted}


def narrower(rule: Rule) -> st.SearchStrategy[Tree]:
    """The rule, or a part of it."""
    return st.fixed_dictionaries(
        {
            key: st.one_of(st.just(values), st.sampled_from(values).map(lambda one: [one]))
            for key, values in rule.items()
        }
        if all(rule.values())
        else {key: st.just(values) for key, values in rule.items()}
    )
