"""The roles and bindings that an API server makes by itself, as resources beside those that were read.

Source: `seawall.data.bootstrap`, from k8s.io/kubernetes `plugin/pkg/auth/authorizer/rbac/bootstrappolicy`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from seawall.core import Document, Origin, Unknown, dig
from seawall.core.objects import ObjectText
from seawall.data.bootstrap import bootstrap_objects, bootstrap_rbac
from seawall.inventory import Resource, collect
from seawall.model.bindings import Member, members_of, role_of
from seawall.model.permissions import RBAC_GROUP, PolicyRule, rules_of
from seawall.model.versions import KubeVersion


@functools.lru_cache(maxsize=4)
def bootstrap_resources(version: KubeVersion) -> tuple[Resource, ...]:
    """All of them for a minor version; the nearest known one where that is not known."""
    return collect(_documents(version)).resources


def is_bootstrap(resource: Resource) -> bool:
    """Whether a resource was not read but is what the API server makes."""
    return any(origin.kind == "bootstrap" for origin in resource.document.origin)


def is_as_made(binding: Resource) -> bool:
    """Whether a binding that was read gives what the API server's own of that name gives, in any minor, and no more.

    Anybody may call a binding `system:...`: the role and the subjects have to be those as well.
    """
    role = role_of(binding)
    made = _made().get((binding.kind, binding.namespace or "", binding.name, role.kind, role.name))
    if made is None:
        return False
    return all(
        member.unknown is None and not isinstance(member.namespace, Unknown) and _whom(member) in made
        for member in members_of(binding)
    )


@functools.cache
def made_rules(name: str) -> tuple[PolicyRule, ...]:
    """The rules of a ClusterRole that a server makes, of all minors; none where it makes none of that name."""
    trees = (held.manifest for held in bootstrap_rbac().objects)
    return tuple(
        rule
        for tree in trees
        if tree["kind"] == "ClusterRole" and dig(tree, "metadata", "name") == name
        for rule in rules_of(tree)
    )


@functools.cache
def _made() -> dict[tuple[str, str, str, str, str], frozenset[tuple[str, str, object]]]:
    """The subjects of each binding that a server makes, by the binding and its role; of all minors."""
    found: dict[tuple[str, str, str, str, str], frozenset[tuple[str, str, object]]] = {}
    trees = (held.manifest for held in bootstrap_rbac().objects)
    for binding in collect(_document(tree, "any") for tree in trees if "roleRef" in tree).resources:
        role = role_of(binding)
        key = (binding.kind, binding.namespace or "", binding.name, role.kind, role.name)
        found[key] = found.get(key, frozenset()) | {_whom(member) for member in members_of(binding)}
    return found


def _whom(member: Member) -> tuple[str, str, object]:
    return member.kind, member.name, member.namespace


def _documents(version: KubeVersion) -> Iterator[Document]:
    return (_document(tree, str(version)) for tree in bootstrap_objects(version.minor))


def _document(tree: dict[str, object], version: str) -> Document:
    kind, namespace, name = str(tree["kind"]), dig(tree, "metadata", "namespace"), dig(tree, "metadata", "name")
    space = f"{namespace}/" if namespace else ""
    file = f"kubernetes-{version}:{space}{kind.lower()}s.{RBAC_GROUP}/{name}"
    return Document(file, ObjectText(tree, file), (Origin("bootstrap", file),))
