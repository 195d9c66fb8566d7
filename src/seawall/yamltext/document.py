"""One document of a text: its value, and where each part of it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from seawall.core import Path, Span
from seawall.yamltext.parts import Duplicate, Marks
from seawall.yamltext.places import BOM, Anchor

_MANY = 64
"""Siblings from which on they are remembered instead of being walked past for every place."""
_FAR = 4096
"""Characters from one remembered line number to the next."""


class Document:
    """One document as the API server would get it; satisfies `seawall.core.Text`.

    It shares the text of its file; places are worked out when the first one is asked for, and then kept.
    """

    __slots__ = ("_anchor", "_anchors", "_children", "_end", "_marks", "_positions", "_read", "duplicates", "value")

    def __init__(
        self, value: Any, anchor: Anchor, end: int, read: Callable[[str], Marks], duplicates: tuple[Duplicate, ...] = ()
    ) -> None:
        """The document stands between the anchor and the offset `end`; `read` marks its parts."""
        self.value = value
        self.duplicates = duplicates
        self._anchor = anchor
        self._end = end
        self._read = read
        self._marks: Marks | None = None
        self._children: dict[int, list[int]] | None = None
        self._positions: dict[int, dict[str | int, int]] | None = None
        """Of long mappings, by `id()`: they live as long as the value that holds them."""
        self._anchors: list[Anchor] | None = None

    @property
    def line(self) -> int:
        """The first line of the document in its file, from 1."""
        return self._anchor.line

    @property
    def text(self) -> str:
        """The document's own stretch of the file, without its separators."""
        return self._anchor.text[self._anchor.offset : self._end]

    def in_file(self, text: str) -> str:
        """The whole text of the file with `text` in the place of the document's own."""
        whole = self._anchor.text
        return whole[: self._anchor.offset] + text + whole[self._end :]

    def locate(self, path: Path) -> tuple[Span, int]:
        """The span of the deepest part of `path` that exists, and how many of its steps exist.

        A scalar's span is its own, quotes included; an empty value's, a mapping's and a sequence's is that of the key
        that holds it, or of its first token where no key does.
        """
        if self._marks is None:
            self._marks = self._read(self.text)
        marks, value = self._marks, self.value
        node = depth = 0
        for step in path:
            position = self._position(value, step)
            if position is None:
                break
            node = self._child(marks, node, position)
            value = value[step]
            depth += 1
        offset = self._anchor.offset
        start, end = offset + marks[3 * node], offset + marks[3 * node + 1]
        return self._near(start).span(start, end), depth

    def spans(self) -> Iterator[Span]:
        """The span of each node of the value in preorder, the root's first, as `locate` gives it."""
        if self._marks is None:
            self._marks = self._read(self.text)
        marks, offset = self._marks, self._anchor.offset
        for node in range(0, len(marks), 3):
            start, end = offset + marks[node], offset + marks[node + 1]
            yield self._near(start).span(start, end)

    def _position(self, value: Any, step: str | int) -> int | None:
        """How many siblings stand before the part that `step` leads to; None when there is none."""
        if isinstance(value, dict):
            if step not in value:
                return None
            if len(value) < _MANY:
                return next(position for position, key in enumerate(value) if key == step)
            if self._positions is None:
                self._positions = {}
            if id(value) not in self._positions:
                self._positions[id(value)] = {key: position for position, key in enumerate(value)}
            return self._positions[id(value)][step]
        if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
            return step
        return None

    def _child(self, marks: Marks, node: int, position: int) -> int:
        """The node that stands after `position` siblings below a node; long lists remember theirs."""
        if position < _MANY:
            node += 1
            for _ in range(position):
                node = marks[3 * node + 2]
            return node
        if self._children is None:
            self._children = {}
        known = self._children.setdefault(node, [node + 1])
        while len(known) <= position:
            known.append(marks[3 * known[-1] + 2])
        return known[position]

    def _near(self, offset: int) -> Anchor:
        """An anchor not far before an offset, so that a long document is not counted through for every place."""
        if offset - self._anchor.offset < _FAR:
            return self._anchor
        if self._anchors is None:
            self._anchors = [self._anchor]
        steps = (offset - self._anchor.offset) // _FAR
        while len(self._anchors) <= steps:
            last = self._anchors[-1]
            self._anchors.append(last.moved_to(last.offset + _FAR))
        return self._anchors[steps]

    def lines(self, first: int, last: int) -> list[str]:
        """The file's lines `first` to `last` (from 1, inclusive, clipped to the document)."""
        first = max(first, self.line)
        if last < first:
            return []
        whole, start = self._anchor.text, self._anchor.offset
        begin = whole.rfind("\n", 0, start) + 1
        end = self._end if whole.endswith("\n", 0, self._end) else whole.find("\n", self._end)
        text = whole[begin : end if end >= 0 else len(whole)].removeprefix(BOM).removesuffix("\n")
        found = text.split("\n", last - self.line + 1)[first - self.line : last - self.line + 1]
        return [line.removesuffix("\r") for line in found]

    def comments(self, first: int, last: int) -> list[Comment]:
        """The comments on the file's lines `first` to `last`; a `#` within a string or a block scalar is none."""
        if not any("#" in line for line in self.lines(first, last)):
            return []
        from seawall.yamltext.comments import comments  # libyaml takes a third of the time a scan may start in

        found = []
        anchor = self._anchor
        for offset, text in comments(self.text):
            anchor = anchor.moved_to(self._anchor.offset + offset)
            if anchor.line > last:
                break
            if anchor.line >= first:
                found.append(Comment(*anchor.position(anchor.offset), text.rstrip()))
        return found


class Comment(NamedTuple):
    """A comment of a document."""

    line: int
    """Its line in the file, from 1."""
    column: int
    text: str
    """From its `#` to the end of the line, trailing blanks left out."""
