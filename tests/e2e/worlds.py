"""Worlds of RBAC objects, questions about them and grants that somebody tries, all drawn from a seed.

Nothing here knows what the answers are: a real API server is asked. The alphabets are small, so that rules, bindings
and questions meet often, and hold what is easily got wrong: `pods/*` (which matches nothing but itself), `*/scale`,
verbs in another case, resourceNames on create, a Role and a ClusterRole of one name, a User that is an account,
roleRefs to nothing, accounts without a namespace, aggregation that widens `view`, cluster-scoped resources asked with a
namespace.

Every object would be accepted by a server; what it refuses as invalid proves nothing about permissions.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

Tree = dict[str, Any]

RBAC = "rbac.authorization.k8s.io"
LABEL = "e2e.seawall/world"
WRITERS = "e2e:writers"
"""The group that may create every RBAC object, so that only the check against escalation can refuse one."""

NAMESPACES = ("alpha", "beta", "gamma")
ACCOUNTS = (("alpha", "builder"), ("beta", "builder"), ("beta", "default"), ("gamma", "deployer"))
USERS = ("ann", "Ann", "bob", "carol@example.com", "system:anonymous", "system:kube-scheduler")
GROUPS = (
    *("devs", "ops", "ann", "system:authenticated", "system:unauthenticated"),
    *("system:serviceaccounts", "system:serviceaccounts:alpha", "system:serviceaccounts:beta"),
)
VERBS = (
    *("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"),
    *("bind", "escalate", "impersonate", "use", "GET", "*"),
)
API_GROUPS = ("", "", "apps", "extensions", "batch", RBAC, "example.com", "*")
RESOURCES = (
    *("pods", "pods/log", "pods/exec", "pods/*", "*/scale", "*/log", "*", "*/*", "deployments", "deployments/scale"),
    *("secrets", "serviceaccounts", "serviceaccounts/token", "namespaces", "nodes", "nodes/proxy", "widgets", "scale"),
    *("roles", "clusterroles", "rolebindings", "clusterrolebindings", "users", "groups"),
)
PLURALS = {
    "Role": "roles",
    "ClusterRole": "clusterroles",
    "RoleBinding": "rolebindings",
    "ClusterRoleBinding": "clusterrolebindings",
}
NAMES = ("web", "db", "reader", "writer", "alpha", "view", "*")
PATHS = ("/healthz", "/healthz/*", "/heal*", "/metrics", "/api/*", "/*", "*", "/a*b", "/logs/")
ASKED_PATHS = ("/healthz", "/healthz/", "/healthz/ping", "/metrics", "/api", "/api/v1", "/", "/a*b", "/axb", "/logs/x")
ROLE_NAMES = ("reader", "writer", "ops", "maker", "keeper")
BUILT_IN = ("view", "edit", "admin", "cluster-admin", "system:discovery")
WIDENED = tuple(f"{RBAC}/aggregate-to-{name}" for name in ("view", "edit", "admin"))
LEAF = "e2e.seawall/leaf"
SOURCES = ("e2e.seawall/a", "e2e.seawall/b")


@dataclass(frozen=True)
class World:
    """Objects in the order in which they are made, and JSON lines as `seawall can --reviews` takes them."""

    seed: int
    objects: tuple[Tree, ...]
    reviews: tuple[Tree, ...]
    grants: tuple[Tree, ...]


def world(seed: int, reviews: int, grants: int) -> World:
    draw = Draw(random.Random(seed))
    objects = draw.objects()
    for item in objects:
        item["metadata"].setdefault("labels", {})[LABEL] = str(seed)
    return World(
        seed,
        tuple(objects),
        tuple({"id": f"r{seed}-{number}", **draw.review()} for number in range(reviews)),
        tuple({"id": f"g{seed}-{number}", **draw.grant(number)} for number in range(grants)),
    )


@dataclass
class Draw:
    """One seed's choices. It remembers what it drew, so that questions ask near what the world holds."""

    random: random.Random
    rules: list[Tree] = field(default_factory=list)
    subjects: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    aims: list[tuple[Tree, Tree, str]] = field(default_factory=list)
    """(subject, rule, namespace) of each binding that leads to a rule: what it seems to allow, maybe in vain."""

    def chance(self, of_hundred: int) -> bool:
        return self.random.randrange(100) < of_hundred

    def one(self, values: tuple[str, ...]) -> str:
        return self.random.choice(values)

    def some(self, values: tuple[str, ...], most: int) -> list[str]:
        return self.random.sample(values, self.random.randint(1, min(most, len(values))))

    def objects(self) -> list[Tree]:
        """Roles before bindings, so that a binding to nothing is meant."""
        roles = [self.role(namespace, name) for namespace in NAMESPACES for name in self.some(ROLE_NAMES, 3)]
        cluster_roles = [self.cluster_role(name) for name in self.some(ROLE_NAMES, 5)]
        gathered = [self.gathered(f"gathered-{number}") for number in range(self.random.randint(0, 3))]
        bindings = [self.role_binding(f"rb-{number}", self.one(NAMESPACES)) for number in range(9)]
        cluster_bindings = [self.cluster_role_binding(f"crb-{number}") for number in range(6)]
        found = [*roles, *cluster_roles, *gathered, *bindings, *cluster_bindings]
        self.aim(found)
        return found

    def aim(self, objects: list[Tree]) -> None:
        rules = {_key(item): item["rules"] for item in objects if "rules" in item}
        for item in objects:
            reference, namespace = item.get("roleRef", {}), item["metadata"].get("namespace", "")
            role = (reference.get("kind"), namespace if reference.get("kind") == "Role" else "", reference.get("name"))
            for subject in item.get("subjects", ()):
                self.aims += [(subject, rule, namespace) for rule in rules.get(role, ())]

    def resource_rule(self) -> Tree:
        rule: Tree = {
            "apiGroups": self.some(API_GROUPS, 2),
            "resources": self.some(RESOURCES, 3),
            "verbs": self.some(VERBS, 4),
        }
        if self.chance(30):
            rule["resourceNames"] = self.some(NAMES, 2)
        return rule

    def path_rule(self) -> Tree:
        return {"nonResourceURLs": self.some(PATHS, 2), "verbs": self.some(("get", "post", "head", "GET", "*"), 2)}

    def drawn_rules(self, paths: bool) -> list[Tree]:
        rules = [
            self.path_rule() if paths and self.chance(25) else self.resource_rule()
            for _ in range(self.random.randint(0, 3))
        ]
        self.rules += rules
        return rules

    def role(self, namespace: str, name: str) -> Tree:
        return _object("Role", name, namespace, rules=self.drawn_rules(paths=False))

    def cluster_role(self, name: str) -> Tree:
        found = _object("ClusterRole", name, None, rules=self.drawn_rules(paths=True))
        if self.chance(60):
            found["metadata"]["labels"] = {self.one((*WIDENED, *SOURCES, LEAF)): self.one(("true", "true", "false"))}
        return found

    def gathered(self, name: str) -> Tree:
        """A ClusterRole whose rules a controller overwrites, unless it gathers none.

        One with rules of its own is in no ring: there, those rules stay or go with whoever comes first. So it selects
        by a label that no aggregated role has.
        """
        own = self.chance(40)
        selectors = [{"matchLabels": {LEAF: "true"}}] if own else [self.selector() for _ in range(2)]
        aggregation = {"clusterRoleSelectors": selectors}
        rules = self.drawn_rules(paths=True) if own else []
        found = _object("ClusterRole", name, None, aggregationRule=aggregation, rules=rules)
        if self.chance(50):
            found["metadata"]["labels"] = {self.one(SOURCES): "true"}
        return found

    def selector(self) -> Tree:
        if self.chance(60):
            return {"matchLabels": {self.one((*SOURCES, WIDENED[0])): "true"}}
        key = self.one(SOURCES)
        wish = self.random.choice(
            (
                {"key": key, "operator": "In", "values": ["true", "other"]},
                {"key": key, "operator": "NotIn", "values": ["false"]},
            )
        )
        return {"matchExpressions": [{"key": LABEL, "operator": "Exists"}, wish]}

    def subject(self, namespaced: bool) -> Tree:
        kind = self.random.randrange(4)
        if kind == 0:
            name = self.one(GROUPS)
            self.subjects.append((self.one(USERS), (name,)))
            return {"kind": "Group", "apiGroup": RBAC, "name": name}
        if kind == 1:
            namespace, name = self.random.choice(ACCOUNTS)
            self.subjects.append((f"system:serviceaccount:{namespace}:{name}", ()))
            if namespaced and self.chance(25):
                return {"kind": "ServiceAccount", "name": name}
            return {"kind": "ServiceAccount", "name": name, "namespace": namespace}
        namespace, account = self.random.choice(ACCOUNTS)
        name = f"system:serviceaccount:{namespace}:{account}" if kind == 2 and self.chance(40) else self.one(USERS)
        self.subjects.append((name, ()))
        return {"kind": "User", "apiGroup": RBAC, "name": name}

    def role_reference(self, namespaced: bool) -> Tree:
        kind = self.one(("Role", "ClusterRole")) if namespaced else "ClusterRole"
        names = (*ROLE_NAMES, "gathered-0", "gathered-1", *(BUILT_IN if kind == "ClusterRole" else ()), "missing")
        name = self.one(names)
        if name == "cluster-admin" and self.chance(80):
            name = "view"
        return {"apiGroup": RBAC, "kind": kind, "name": name}

    def role_binding(self, name: str, namespace: str) -> Tree:
        subjects = [self.subject(namespaced=True) for _ in range(self.random.randint(0, 2))]
        return _object("RoleBinding", name, namespace, roleRef=self.role_reference(True), subjects=subjects)

    def cluster_role_binding(self, name: str) -> Tree:
        subjects = [self.subject(namespaced=False) for _ in range(self.random.randint(0, 2))]
        return _object("ClusterRoleBinding", name, None, roleRef=self.role_reference(False), subjects=subjects)

    def identity(self) -> Tree:
        """A user and the groups that the question names: more or fewer than it would have in life."""
        user, groups = self.random.choice(self.subjects) if self.subjects and self.chance(80) else (self.one(USERS), ())
        named = [*groups, *(self.some(GROUPS, 2) if self.chance(30) else [])]
        if self.chance(2):
            named.append("system:masters")
        return {"user": user, "groups": sorted(set(named))}

    def review(self) -> Tree:
        if self.aims and self.chance(55):
            subject, rule, namespace = self.random.choice(self.aims)
            return self.aimed({**self.identity(), **_meant(subject, namespace)}, rule, namespace)
        rule = self.random.choice(self.rules) if self.rules and self.chance(75) else self.resource_rule()
        if "nonResourceURLs" in rule:
            return {**self.identity(), "nonResourceAttributes": self.path_question(rule)}
        if self.chance(5):
            return {**self.identity(), "nonResourceAttributes": self.path_question(self.path_rule())}
        return {**self.identity(), "resourceAttributes": self.resource_question(rule)}

    def aimed(self, identity: Tree, rule: Tree, namespace: str) -> Tree:
        """Asks for what a binding seems to give, mostly in its namespace."""
        if "nonResourceURLs" in rule:
            return {**identity, "nonResourceAttributes": self.path_question(rule)}
        question = self.resource_question(rule)
        question.pop("namespace", None)
        if namespace or self.chance(50):
            question["namespace"] = namespace if namespace and self.chance(85) else self.one(NAMESPACES)
        return {**identity, "resourceAttributes": question}

    def path_question(self, rule: Tree) -> Tree:
        path = self.one(ASKED_PATHS) if self.chance(70) else self.one(tuple(rule["nonResourceURLs"]))
        return {"path": path, "verb": self.one((*rule["verbs"], "get"))}

    def resource_question(self, rule: Tree) -> Tree:
        """A question near the rule: mostly what it says, sometimes a step beside it."""
        told = self.one(tuple(rule["resources"])) if self.chance(80) else self.one(RESOURCES)
        resource, _, subresource = told.partition("/")
        if resource == "*" and self.chance(85):
            resource = self.one(("pods", "deployments", "nodes", "widgets"))
        if subresource == "*" or (self.chance(10) and not subresource):
            subresource = self.one(("log", "exec", "scale", "*"))
        question: Tree = {"verb": self.one(tuple(rule["verbs"])) if self.chance(80) else self.one(VERBS)}
        if question["verb"] == "*" and self.chance(80):
            question["verb"] = self.one(VERBS)
        group = self.one(tuple(rule["apiGroups"])) if self.chance(80) else self.one(API_GROUPS)
        question["group"] = self.one(("", "apps", "example.com")) if group == "*" and self.chance(80) else group
        question["resource"] = resource
        if subresource:
            question["subresource"] = subresource
        if self.chance(70):
            question["namespace"] = self.one(NAMESPACES)
        if self.chance(50):
            question["name"] = self.one(tuple(rule.get("resourceNames", NAMES)))
        return question

    def grant(self, number: int) -> Tree:
        """Somebody who may create RBAC objects tries one; who is authenticated has the group that says so."""
        identity = self.identity()
        if identity["user"] == "system:anonymous":
            identity["user"] = "bob"  # to whom the server would add the group of those who are not authenticated
        groups = sorted({*identity["groups"], WRITERS, "system:authenticated"} - {"system:unauthenticated"})
        kind = self.one(tuple(PLURALS))
        name, namespace = f"tried-{number}", self.one(NAMESPACES)
        if kind == "RoleBinding":
            wanted = self.role_binding(name, namespace)
        elif kind == "ClusterRoleBinding":
            wanted = self.cluster_role_binding(name)
        else:
            wanted = self.tried_role(kind, name, namespace)
        return {"user": identity["user"], "groups": groups, "object": wanted}

    def tried_role(self, kind: str, name: str, namespace: str) -> Tree:
        """Rules that the world holds, whole or in part, or new ones: covering them is the question."""
        known = [rule for rule in self.rules if kind == "ClusterRole" or "resources" in rule]
        rules = []
        for _ in range(self.random.randint(0, 2)):
            rule = dict(self.random.choice(known)) if known and self.chance(75) else self.resource_rule()
            for part in ("verbs", "resources", "apiGroups", "nonResourceURLs"):
                if part in rule and self.chance(50):
                    rule[part] = self.some(tuple(rule[part]), 2)
            if "resources" in rule and self.chance(20):
                rule["resourceNames"] = self.some(NAMES, 2)
            rules.append(rule)
        found = _object(kind, name, namespace if kind == "Role" else None, rules=rules)
        if kind == "ClusterRole" and self.chance(15):
            found["aggregationRule"] = {"clusterRoleSelectors": [self.selector()]}
        return found


def writers() -> list[Tree]:
    """What gives the group of writers its one permission: part of every world, on the server and in the files."""
    rules = [{"apiGroups": [RBAC], "resources": list(PLURALS.values()), "verbs": ["create"]}]
    subjects = [{"kind": "Group", "apiGroup": RBAC, "name": WRITERS}]
    reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": "e2e-writers"}
    return [
        _object("ClusterRole", "e2e-writers", None, rules=rules),
        _object("ClusterRoleBinding", "e2e-writers", None, roleRef=reference, subjects=subjects),
    ]


def namespaces() -> list[Tree]:
    return [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}} for name in NAMESPACES]


def _meant(subject: Tree, namespace: str) -> Tree:
    """Who a binding's subject is in a question."""
    if subject["kind"] == "Group":
        return {"groups": [subject["name"]]}
    if subject["kind"] == "User":
        return {"user": subject["name"]}
    return {"user": f"system:serviceaccount:{subject.get('namespace', namespace)}:{subject['name']}"}


def _key(item: Tree) -> tuple[str, str, str]:
    return item["kind"], item["metadata"].get("namespace", ""), item["metadata"]["name"]


def _object(kind: str, name: str, namespace: str | None, **rest: Any) -> Tree:
    metadata: Tree = {"name": name} if namespace is None else {"name": name, "namespace": namespace}
    return {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": metadata, **rest}
