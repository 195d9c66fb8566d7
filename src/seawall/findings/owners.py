"""Tells what a controller made from the object that a person edits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from seawall.core import Unknown, dig
from seawall.inventory import Resource, Tree
from seawall.model import Estate

_REVISIONS: Final = frozenset({"ReplicaSet", "ReplicationController"})


def is_idle(resource: Resource) -> bool:
    """Whether no pod runs of it; such a copy is what a rollout leaves behind, a ReplicaSet kept to go back to."""
    replicas = dig(resource.tree, "spec", "replicas")
    return resource.kind in _REVISIONS and not isinstance(replicas, Unknown) and replicas == 0


class Owners:
    """Which resources are copies: what holds their pods as a template is in the input too.

    An owner that holds no pods, or only a part of them, says nothing of what it made: that stands for itself.
    """

    def __init__(self, estate: Estate) -> None:
        """Follows `metadata.ownerReferences` with `controller: true` inside one namespace."""
        self._estate = estate
        self._roots: dict[int, Resource | None] = {}
        """By `id()`: the outermost owner that holds the same pods; None where the input has none."""
        self._copies: dict[int, list[Resource]] = {}
        for resource in estate.inventory.resources:
            root = self._root(resource)
            if root is not None:
                self._copies.setdefault(id(root), []).append(resource)

    def is_copy(self, resource: Resource) -> bool:
        """Whether the object's controller is in the input, so that what both show is the controller's."""
        return self._roots.get(id(resource)) is not None

    def root(self, resource: Resource) -> Resource:
        """The outermost owner that holds the same pods; the object itself where the input has none."""
        return self._roots.get(id(resource)) or resource

    def copies(self, resource: Resource) -> Sequence[Resource]:
        """What of the input this object's controllers made, in input order."""
        return self._copies.get(id(resource), ())

    def _root(self, resource: Resource) -> Resource | None:
        way: list[Resource] = []
        owner: Resource | None = resource
        while owner is not None and id(owner) not in self._roots:
            self._roots[id(owner)] = None
            way.append(owner)
            owner = self._owner(owner)
        if owner is None:
            root = way.pop()
        elif any(owner is each for each in way):
            return None  # they own each other: none of them is outermost, and each is judged
        else:
            root = self._roots[id(owner)] or owner
        self._roots.update((id(each), root) for each in way)
        return self._roots[id(resource)]

    def _owner(self, resource: Resource) -> Resource | None:
        """The controller, if it holds the resource's pods."""
        if not self._holds_pods(resource):
            return None
        owner = self._controller(resource)
        return owner if owner is not None and self._holds_pods(owner) else None

    def _holds_pods(self, resource: Resource) -> bool:
        pods = self._estate.pods_of(resource)
        return bool(pods) and not any(pod.partial for pod in pods)

    def _controller(self, resource: Resource) -> Resource | None:
        references = resource.metadata.get("ownerReferences")
        if not isinstance(references, list):
            return None
        for reference in references:
            if isinstance(reference, dict) and reference.get("controller") is True:
                kind, name = reference.get("kind"), reference.get("name")
                if isinstance(kind, str) and isinstance(name, str):
                    called = self._estate.named(kind, resource.namespace, name)
                    return next((owner for owner in called if _may_be(owner, reference)), None)
        return None


def _may_be(owner: Resource, reference: Tree) -> bool:
    """Whether a reference means this object: one of the same name that was made anew since is another one.

    An object of a file has no uid, and is the one that runs under its name.
    """
    named, own = reference.get("uid"), owner.metadata.get("uid")
    return not (isinstance(named, str) and isinstance(own, str)) or named == own
