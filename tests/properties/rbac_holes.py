"""Worlds of RBAC with one value left open, and what may come to stand there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from tests.properties import rbac_worlds as drawn
from tests.properties.holes import Path, alike, at, field_of, is_leaf, put, values
from tests.properties.rbac_worlds import Tree

ALPHABETS: Mapping[str, Sequence[str]] = {
    "verbs": drawn.VERBS,
    "apiGroups": drawn.API_GROUPS,
    "resources": drawn.RESOURCES,
    "resourceNames": drawn.NAMES,
    "nonResourceURLs": drawn.PATHS,
    "namespace": (*drawn.NAMESPACES, "other"),
    "metadata": (*drawn.ROLE_NAMES, "else"),
    "roleRef": (*drawn.ROLE_NAMES, "missing", "cluster-admin"),
    "subjects": (*drawn.USERS[:-1], *drawn.GROUPS, "cart"),
    "labels": ("yes", "no", "perhaps"),
    "matchLabels": ("yes", "no", "perhaps"),
    "values": ("yes", "no", "perhaps"),
}
"""What may stand for a placeholder, by the last word of its path that says what it is."""

PLAIN = ("", "apiVersion", "kind", "apiGroup", "metadata", "part-of", "key", "operator")
"""What says what a thing is stays plain."""
MAY_BE_EMPTY = ("rules", "subjects", "resourceNames", "labels")


def holes(objects: Sequence[Tree]) -> st.SearchStrategy[Path]:
    """Where a placeholder may stand, in place of a value, a list or an object; each field as often as another."""
    found: dict[tuple[str, bool], list[Path]] = {}
    for path, value in values(objects):
        if field_of(path)[0] not in PLAIN and (alphabet(path) or not is_leaf(value)):
            found.setdefault(field_of(path), []).append(path)
    return st.sampled_from(sorted(found)).flatmap(lambda field: st.sampled_from(found[field]))


def fillings(objects: Sequence[Tree], path: Path) -> list[list[Tree]]:
    """The objects in each way in which the value at this path may be filled in; keys stay different."""
    value, candidates = at(objects, path), list[Any](alphabet(path))
    if not is_leaf(value):
        kind = objects[int(path[0])]["kind"]
        candidates = alike([each if each["kind"] == kind else {} for each in objects], path)
        candidates += [type(value)()] if path[-1] in MAY_BE_EMPTY else []
    return [filled for filled in (put(objects, path, each) for each in candidates) if has_own_names(filled)]


def alphabet(path: Path) -> Sequence[str]:
    word = next((str(step) for step in reversed(path) if step in ALPHABETS), "")
    return ALPHABETS.get(word, ())


def has_own_names(world: Sequence[Tree]) -> bool:
    keys = [(tree["kind"], tree["metadata"].get("namespace"), tree["metadata"]["name"]) for tree in world]
    return len(set(keys)) == len(keys)
