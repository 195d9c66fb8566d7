"""Objects that no text holds: what an API server gives, or a file of another form."""

from __future__ import annotations

from typing import Any, Final

from seawall.core.places import Place, Precision, Produced, Span
from seawall.core.values import Path

_START: Final = Span(1, 1, 1, 1)


class ObjectText(Produced):
    """A tree as a `Text` without source: every path stands at the start of `file`, and there are no lines to show.

    The precision is `Precision.DOCUMENT`: the field path of a finding says more than its place.
    """

    __slots__ = ("_file", "value")

    def __init__(self, value: Any, file: str) -> None:
        """`value` is the tree, `file` the name that reports show, `cluster:shop/deployments.apps/cart` say."""
        self.value = value
        self._file = file

    @property
    def line(self) -> int:
        """1."""
        return _START.line

    def locate(self, path: Path) -> tuple[Span, int]:
        """The start, and how many steps of `path` the tree has."""
        node, depth = self.value, 0
        for step in path:
            is_there = step in node if isinstance(node, dict) else _holds(node, step)
            if not is_there:
                break
            node, depth = node[step], depth + 1
        return _START, depth

    def lines(self, first: int, last: int) -> list[str]:  # noqa: ARG002  # the protocol's
        """None."""
        return []

    def place(self, path: Path) -> Place:  # noqa: ARG002  # the protocol's
        """The start of the object."""
        return Place(self._file, _START, Precision.DOCUMENT)

    def lines_of(self, file: str, first: int, last: int) -> list[str]:  # noqa: ARG002  # the protocol's
        """None."""
        return []


def _holds(node: object, step: str | int) -> bool:
    return isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node)
