"""Folds what a controller made into the object that a person edits."""

from __future__ import annotations

from seawall.inventory import Resource
from seawall.model import Estate


class Owners:
    """Which resources are copies: what holds their pods as a template is in the input too.

    An owner that holds no pods, or only a part of them, says nothing of what it made: that is judged for itself.
    """

    def __init__(self, estate: Estate) -> None:
        """Follows `metadata.ownerReferences` with `controller: true` inside one namespace."""
        self._estate = estate
        self._copies: dict[int, int] = {}
        self._copy_ids: set[int] = set()
        for resource in estate.inventory.resources:
            root = self._root(resource)
            if root is not None:
                self._copy_ids.add(id(resource))
                self._copies[id(root)] = self._copies.get(id(root), 0) + 1

    def is_copy(self, resource: Resource) -> bool:
        """Whether the object's controller is in the input, so that the finding is the controller's."""
        return id(resource) in self._copy_ids

    def copies(self, resource: Resource) -> int:
        """How many objects of the input this one's controllers made."""
        return self._copies.get(id(resource), 0)

    def _root(self, resource: Resource) -> Resource | None:
        """The outermost owner that holds the same pods; None where the input has none."""
        found, seen = None, {id(resource)}
        while self._holds_pods(resource) and (owner := self._controller(resource)) is not None:
            if id(owner) in seen or not self._holds_pods(owner):
                break
            seen.add(id(owner))
            found = resource = owner
        return found

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
                    return self._estate.get(kind, resource.namespace, name)
        return None
