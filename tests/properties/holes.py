"""Trees with one value left open: where a placeholder may stand, and what may come to stand there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Path = tuple[str | int, ...]

HOLE = "${HOLE}"


def leaves(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every value of a tree that is no object and no list, with its path."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from leaves(value, (*path, key))
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        for index, value in enumerate(tree):
            yield from leaves(value, (*path, index))
    else:
        yield path, tree


def put(tree: Any, path: Path, value: Any) -> Any:
    """The tree with another value at a path; nothing is changed in place."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return [put(each, rest, value) if index == step else each for index, each in enumerate(tree)]
    return {key: put(each, rest, value) if key == step else each for key, each in tree.items()}
