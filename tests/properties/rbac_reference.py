"""What the API server answers about RBAC, written slowly and obviously: the judge of `seawall can`.

Plain manifests in, True or False out. It was written from the published behaviour of Kubernetes and from its source
(v1.34), without a look at `seawall.model`:

- plugin/pkg/auth/authorizer/rbac/rbac.go and pkg/apis/rbac/v1/evaluation_helpers.go: which rule allows a request;
- pkg/registry/rbac/validation/rule.go: which bindings count for whom, and where;
- pkg/registry/rbac/*/policybased/storage.go and escalation_check.go: who may write roles and bindings;
- component-helpers auth/rbac/validation/policy_comparator.go: when rules that are held cover rules that are granted;
- pkg/controller/clusterroleaggregation: what an aggregationRule makes of a ClusterRole.

Objects are taken to be valid and of different names. The bootstrap roles and bindings are objects like all others:
whoever asks passes them in.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

RBAC_GROUP = "rbac.authorization.k8s.io"
MASTERS = "system:masters"

Manifest = Mapping[str, Any]
Rule = Mapping[str, Any]
PLURALS = {
    "Role": "roles",
    "ClusterRole": "clusterroles",
    "RoleBinding": "rolebindings",
    "ClusterRoleBinding": "clusterrolebindings",
}
EVERYTHING: tuple[Rule, ...] = (
    {"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]},
    {"nonResourceURLs": ["*"], "verbs": ["*"]},
)


def decide(objects: Sequence[Manifest], spec: Manifest) -> bool:
    """Whether a SubjectAccessReview with this spec is allowed; its groups are taken literally."""
    groups = spec.get("groups") or []
    if MASTERS in groups:
        return True
    asked = spec.get("resourceAttributes")
    namespace = (asked or {}).get("namespace") or ""
    rules = rules_for(objects, spec.get("user") or "", groups, namespace)
    if asked is not None:
        return any(allows_resource(rule, asked) for rule in rules)
    return any(allows_path(rule, spec["nonResourceAttributes"]) for rule in rules)


def may_write(objects: Sequence[Manifest], user: str, groups: Sequence[str], wanted: Manifest) -> bool:
    """Whether the server lets this user create this Role, ClusterRole, RoleBinding or ClusterRoleBinding.

    Both must hold: RBAC allows the verb create on the resource (a POST carries no name, so that a rule with
    resourceNames does not allow it, unless it lists the empty name), and the registry's check against
    escalation passes. A member of system:masters passes both.
    """
    attributes = {
        "namespace": home_of(wanted),
        "verb": "create",
        "group": RBAC_GROUP,
        "resource": PLURALS[wanted["kind"]],
    }
    return decide(objects, {"user": user, "groups": groups, "resourceAttributes": attributes}) and grants_no_more(
        objects, user, groups, wanted
    )


def grants_no_more(objects: Sequence[Manifest], user: str, groups: Sequence[str], wanted: Manifest) -> bool:
    """Whether the registry's check against escalation lets this user create this object of RBAC."""
    namespace = home_of(wanted)

    def allowed(verb: str, kind: str, name: str) -> bool:
        attributes = {
            "namespace": namespace,
            "verb": verb,
            "group": RBAC_GROUP,
            "resource": PLURALS[kind],
            "name": name,
        }
        return decide(objects, {"user": user, "groups": groups, "resourceAttributes": attributes})

    held = rules_for(objects, user, groups, namespace)
    if wanted["kind"] in ("Role", "ClusterRole"):
        if allowed("escalate", wanted["kind"], ""):
            return True
        gathers = (wanted.get("aggregationRule") or {}).get("clusterRoleSelectors")
        return covers(held, wanted.get("rules") or []) and (not gathers or covers(held, EVERYTHING))
    role_ref = wanted["roleRef"]
    if allowed("bind", role_ref["kind"], role_ref["name"]):
        return True
    granted = rules_of(objects, role_ref, namespace)
    return granted is not None and covers(held, granted)


def home_of(wanted: Manifest) -> str:
    return str(wanted["metadata"]["namespace"]) if wanted["kind"] in ("Role", "RoleBinding") else ""


def rules_for(objects: Sequence[Manifest], user: str, groups: Sequence[str], namespace: str) -> list[Rule]:
    """All rules that this user holds for requests in this namespace; "" asks for the whole cluster."""
    rules: list[Rule] = []
    gathered = cluster_roles(objects)
    for binding in objects:
        if binding["kind"] == "ClusterRoleBinding":
            where = ""
        elif binding["kind"] == "RoleBinding" and namespace and binding["metadata"]["namespace"] == namespace:
            where = namespace
        else:
            continue
        if any(is_meant(subject, user, groups, where) for subject in binding.get("subjects") or []):
            roles = gathered if binding["roleRef"]["kind"] == "ClusterRole" else roles_in(objects, where)
            rules.extend(roles.get(binding["roleRef"]["name"]) or [])
    return rules


def is_meant(subject: Manifest, user: str, groups: Sequence[str], namespace: str) -> bool:
    """Whether a subject of a binding is this user; `namespace` is the binding's, "" for a ClusterRoleBinding."""
    if subject["kind"] == "User":
        return bool(subject["name"] == user)
    if subject["kind"] == "Group":
        return subject["name"] in groups
    if subject["kind"] == "ServiceAccount":
        home = subject.get("namespace") or namespace
        return bool(home) and user == f"system:serviceaccount:{home}:{subject['name']}"
    return False


def rules_of(objects: Sequence[Manifest], role_ref: Manifest, namespace: str) -> list[Rule] | None:
    """The rules of the role that a binding refers to; None when there is no such role."""
    found = cluster_roles(objects) if role_ref["kind"] == "ClusterRole" else roles_in(objects, namespace)
    return found.get(role_ref["name"])


def roles_in(objects: Sequence[Manifest], namespace: str) -> dict[str, list[Rule]]:
    """The rules of each Role of a namespace."""
    found = [each for each in objects if each["kind"] == "Role" and each["metadata"]["namespace"] == namespace]
    return {each["metadata"]["name"]: list(each.get("rules") or []) for each in found}


def cluster_roles(objects: Sequence[Manifest]) -> dict[str, list[Rule]]:
    """The rules of each ClusterRole once the aggregation controller has nothing left to do.

    It writes over a role with an aggregationRule the rules of all other roles that any of its selectors selects,
    and does so again whenever a role changes. The longest chain has as many links as there are roles. Where it gathers
    nothing it applies nothing (since 1.21), and the role keeps the rules that it came with.
    """
    found = [each for each in objects if each["kind"] == "ClusterRole"]
    rules = {each["metadata"]["name"]: list(each.get("rules") or []) for each in found}
    gathering = {each["metadata"]["name"]: each["aggregationRule"] for each in found if each.get("aggregationRule")}
    for _ in gathering:
        for name, rule in gathering.items():
            others = [each for each in found if each["metadata"]["name"] != name and is_gathered(each, rule)]
            once = {id(part): part for each in others for part in rules[each["metadata"]["name"]]}
            rules[name] = list(once.values()) or rules[name]
    return rules


def is_gathered(role: Manifest, rule: Manifest) -> bool:
    labels = role["metadata"].get("labels") or {}
    return any(selects(selector, labels) for selector in rule.get("clusterRoleSelectors") or [])


def selects(selector: Manifest, labels: Mapping[str, str]) -> bool:
    """Whether a label selector (meta/v1) selects these labels; an empty one selects all."""
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for wish in selector.get("matchExpressions") or []:
        value = labels.get(wish["key"])
        met = {
            "In": value is not None and value in (wish.get("values") or []),
            "NotIn": value is None or value not in (wish.get("values") or []),
            "Exists": value is not None,
            "DoesNotExist": value is None,
        }
        if not met[wish["operator"]]:
            return False
    return True


def allows_resource(rule: Rule, asked: Manifest) -> bool:
    """Whether one rule allows a request for a resource."""
    resource, subresource = asked.get("resource") or "", asked.get("subresource") or ""
    named = f"{resource}/{subresource}" if subresource else resource
    resources, names = rule.get("resources") or [], rule.get("resourceNames") or []
    return (
        has(rule.get("verbs"), asked.get("verb") or "")
        and has(rule.get("apiGroups"), asked.get("group") or "")
        and (has(resources, named) or bool(subresource and f"*/{subresource}" in resources))
        and (not names or (asked.get("name") or "") in names)
    )


def allows_path(rule: Rule, asked: Manifest) -> bool:
    """Whether one rule allows a request for a path that is no resource."""
    return has(rule.get("verbs"), asked.get("verb") or "") and any(
        within(asked.get("path") or "", held) for held in rule.get("nonResourceURLs") or []
    )


def within(path: str, held: str) -> bool:
    return path == held or (held.endswith("*") and path.startswith(held.rstrip("*")))


def has(held: Iterable[str] | None, asked: str) -> bool:
    return asked in (held or ()) or "*" in (held or ())


def covers(held: Sequence[Rule], granted: Sequence[Rule]) -> bool:
    """Whether each smallest part of each granted rule is covered by one held rule alone."""
    for rule in granted:
        verbs, names = rule.get("verbs") or [], rule.get("resourceNames") or [None]
        for group, resource, verb, name in itertools.product(
            rule.get("apiGroups") or [], rule.get("resources") or [], verbs, names
        ):
            if not any(covers_resource(each, (group, resource, verb, name)) for each in held):
                return False
        for path, verb in itertools.product(rule.get("nonResourceURLs") or [], verbs):
            if not any(allows_path(each, {"path": path, "verb": verb}) for each in held):
                return False
    return True


def covers_resource(rule: Rule, part: tuple[str, str, str, str | None]) -> bool:
    """Whether one held rule covers (group, resource, verb, name); a name of None means all names."""
    group, resource, verb, name = part
    resources, names = rule.get("resources") or [], rule.get("resourceNames") or []
    _, slash, subresource = resource.partition("/")
    return (
        has(rule.get("verbs"), verb)
        and has(rule.get("apiGroups"), group)
        and (has(resources, resource) or bool(slash and f"*/{subresource}" in resources))
        and (not names or name in names)
    )
