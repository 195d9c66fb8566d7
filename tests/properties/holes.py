"""Trees with one value left open: where a placeholder may stand, and what may come to stand there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Path = tuple[str | int, ...]

HOLE = "${HOLE}"


def values(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Everything in a tree with its path: objects, lists, and what is neither."""
    yield path, tree
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from values(value, (*path, key))
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        for index, value in enumerate(tree):
            yield from values(value, (*path, index))


def leaves(tree: Any) -> Iterator[tuple[Path, Any]]:
    """Every value of a tree that is no object and no list."""
    return ((path, value) for path, value in values(tree) if is_leaf(value))


def is_leaf(value: Any) -> bool:
    return isinstance(value, str) or not isinstance(value, (Mapping, Sequence))


def alike(tree: Any, path: Path) -> list[Any]:
    """What stands in the field of that name elsewhere in the tree, list or object: it might stand here as well."""
    field, wanted = field_of(path), at(tree, path)
    return [value for other, value in values(tree) if field_of(other) == field and type(value) is type(wanted)]


def field_of(path: Path) -> tuple[str, bool]:
    """The name of the field that a path leads to, and whether it leads to an item of it."""
    name = next((step for step in reversed(path) if isinstance(step, str)), "")
    return name, bool(path) and isinstance(path[-1], int)


def at(tree: Any, path: Path) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def put(tree: Any, path: Path, value: Any) -> Any:
    """The tree with another value at a path; nothing is changed in place."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return [put(each, rest, value) if index == step else each for index, each in enumerate(tree)]
    return {key: put(each, rest, value) if key == step else each for key, each in tree.items()}
