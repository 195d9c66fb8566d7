"""A tree of values that remember where they stand, and its compact form."""

from __future__ import annotations

from array import array
from typing import Any

from seawall.yamltext.parts import Marks


class Node:
    """A value, and where it stands."""

    __slots__ = ("children", "end", "height", "is_elsewhere", "is_flow", "is_open", "size", "start", "stop", "value")

    def __init__(self, value: Any, start: int, end: int) -> None:
        self.value = value
        """A scalar's is go-yaml's: a float becomes a JSON number only where it stands as a value."""
        self.start = start
        self.end = end
        """Of a scalar; of a mapping or sequence, its own first token."""
        self.children: dict[str, tuple[Node, Node]] | list[Node] | None = None
        """Key and value by name, or the items."""
        self.stop = end
        """The end of its text, whatever it contains; of an alias, of the alias itself."""
        self.is_flow = False
        self.is_elsewhere = False
        """Whether it was reached through an alias or a merge."""
        self.size = 1
        """How many nodes go-yaml decodes for it, aliases followed."""
        self.height = 1
        self.is_open = False

    def elsewhere(self) -> Node:
        """The same value, seen through an alias or a merge."""
        node = Node(self.value, self.start, self.end)
        node.children = self.children
        node.size, node.height = self.size, self.height
        node.is_elsewhere = True
        return node


def flatten(root: Node) -> Marks:
    """The marks of a tree in preorder of its *value*: merged entries and aliased parts stand where they are used."""
    marks = array("I")
    is_empty = root.children is None and root.start == root.end
    todo: list[int | tuple[int, int, Node]] = [(0, 0, root) if is_empty else (root.start, root.end, root)]
    while todo:
        entry = todo.pop()
        if isinstance(entry, int):
            marks[entry] = len(marks) // 3
            continue
        start, end, node = entry
        marks.extend((start, end, len(marks) // 3 + 1))
        if node.children:
            todo.append(len(marks) - 1)
            todo.extend(reversed(_placed(node.children)))
    return marks


def _placed(children: dict[str, tuple[Node, Node]] | list[Node]) -> list[tuple[int, int, Node]]:
    """Each child with the span that stands for it; an empty value has none of its own: its key, or its dash."""
    if isinstance(children, list):
        return [
            (item.start, item.end, item) if item.start < item.end else (max(item.start - 1, 0), item.start, item)
            for item in children
        ]
    return [
        (key.start, key.end, value)
        if value.children is not None or value.start == value.end
        else (value.start, value.end, value)
        for key, value in children.values()
    ]
