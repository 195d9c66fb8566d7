"""Objects of RBAC in a few words, and questions about them, for the tests of the permission engine."""

from __future__ import annotations

from typing import Any

from seawall.app.reviews import answer
from seawall.core import Document
from seawall.core.objects import ObjectText
from seawall.inventory import collect
from seawall.model.access import Access

RBAC = "rbac.authorization.k8s.io"
Tree = dict[str, Any]

ANN = {"kind": "User", "name": "ann", "apiGroup": RBAC}
CART = {"kind": "ServiceAccount", "name": "cart", "namespace": "shop"}
CART_USER = "system:serviceaccount:shop:cart"


def named(kind: str, name: str, namespace: str | None, **fields: Any) -> Tree:
    place = {"namespace": namespace} if namespace else {}
    return {"apiVersion": f"{RBAC}/v1", "kind": kind, "metadata": {"name": name, **place}, **fields}


def rule(verbs: str, resources: str, group: str = "", names: str | None = None) -> Tree:
    """A rule; lists are words in one text, `names` None for a rule about every name."""
    named_only = {} if names is None else {"resourceNames": names.split(" ")}
    return {"apiGroups": [group], "resources": resources.split(), "verbs": verbs.split(), **named_only}


def paths(verbs: str, urls: str) -> Tree:
    return {"nonResourceURLs": urls.split(), "verbs": verbs.split()}


def role(*rules: Tree, name: str = "reader", namespace: str | None = None, labels: Tree | None = None) -> Tree:
    """A Role, or without a namespace a ClusterRole."""
    tree = named("Role" if namespace else "ClusterRole", name, namespace, rules=list(rules))
    tree["metadata"]["labels"] = labels or {}
    return tree


def gathering(*labels: str, name: str, own: Tree | None = None, **metadata: Any) -> Tree:
    """A ClusterRole that aggregates the roles with any of these labels."""
    selectors = [{"matchLabels": {label: "yes"}} for label in labels]
    tree = named("ClusterRole", name, None, rules=[own] if own else [])
    tree["metadata"] |= metadata
    return {**tree, "aggregationRule": {"clusterRoleSelectors": selectors}}


def bound(*subjects: Tree, to: str = "reader", kind: str = "ClusterRole", namespace: str | None = None) -> Tree:
    """A RoleBinding, or without a namespace a ClusterRoleBinding."""
    role_ref = {"apiGroup": RBAC, "kind": kind, "name": to}
    name = f"{to}-of-{'-'.join(subject['name'] for subject in subjects)}"
    kind = "RoleBinding" if namespace else "ClusterRoleBinding"
    return named(kind, name, namespace, roleRef=role_ref, subjects=list(subjects))


def access(*objects: Tree, whole: bool = True) -> Access:
    documents = [Document(f"{number}.yaml", ObjectText(tree, f"{number}.yaml")) for number, tree in enumerate(objects)]
    return Access(collect(documents, whole=whole))


def may(objects: list[Tree], question: str, user: str = "ann", groups: str = "") -> Any:
    """Whether a user may do what `VERB RESOURCE[.GROUP][/SUB] [NAME] [@NAMESPACE]`, or `VERB /PATH`, says."""
    verb, what, *rest = question.split(" ")
    spec: Tree = {"user": user, "groups": groups.split()}
    if what.startswith("/"):
        asked = {"nonResourceAttributes": {"verb": verb, "path": what}}
    else:
        resource, _, subresource = what.partition("/")
        resource, _, group = resource.partition(".")
        attributes = {"verb": verb, "resource": resource, "group": group, "subresource": subresource}
        attributes |= {"namespace" if word.startswith("@") else "name": word.removeprefix("@") for word in rest}
        asked = {"resourceAttributes": attributes}
    return answer(access(*objects), {"id": 1, **spec, **asked})["allowed"]


def creates(objects: list[Tree], wanted: Tree, user: str = "ann", groups: str = "") -> tuple[Any, Any]:
    """What the check against escalation says of an object to create, and whether RBAC lets the user create it."""
    found = answer(access(*objects), {"id": 1, "user": user, "groups": groups.split(), "object": wanted})
    return found["allowed"], found["create"]
