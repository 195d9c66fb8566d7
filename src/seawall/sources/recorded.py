"""Places that were written down: what a snapshot keeps of where the parts of a document stood.

Nodes are numbered in preorder of the document's value. What is the same from one node to the next is written once.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Final

import msgspec

from seawall.core import Path, Place, Precision, Span
from seawall.core.places import Produced

_START: Final = Span(1, 1, 1, 1)


class Places(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where the nodes of a document stand, compactly; a list that ends early goes on with its last number."""

    lines: list[int] = []
    """The line of each node less that of the node before; the first one's is its own."""
    columns: list[int] = []
    widths: list[int] = []
    """The end's column less the start's."""
    tall: list[tuple[int, int]] = []
    """(node, how many lines further down it ends), for those that end on another line."""
    files: list[tuple[int, str]] = []
    """(node, file) from that node on; before the first one it is the document's file."""
    precision: list[tuple[int, str]] = []
    """(node, precision) from that node on; before the first one it is `exact`."""


class Sketch(msgspec.Struct, frozen=True, array_like=True):
    """The lines of a file of which only the relaxations' comments are kept; `x` stands for any other content."""

    file: str
    first: int
    """The number of the first line, from 1."""
    lines: list[str]


def places_of(file: str, found: Iterable[Place]) -> Places:
    """What a document of `file` keeps of its nodes' places, given in preorder."""
    lines, columns, widths, tall = [], [], [], []
    files, precisions = _Runs(file), _Runs(Precision.EXACT.value)
    line = 0
    for node, place in enumerate(found):
        span = place.span
        lines.append(span.line - line)
        columns.append(span.column)
        widths.append(span.end_column - span.column)
        if span.end_line != span.line:
            tall.append((node, span.end_line - span.line))
        files.add(node, place.file)
        precisions.add(node, place.precision.value)
        line = span.line
    if not any(lines[1:]):
        lines, columns, widths = (_shortened(numbers) for numbers in (lines, columns, widths))
    return Places(lines, columns, widths, tall, files.found, precisions.found)


class _Runs:
    """Where a word changes from one node to the next."""

    def __init__(self, word: str) -> None:
        self.found: list[tuple[int, str]] = []
        self._word = word

    def add(self, node: int, word: str) -> None:
        if word != self._word:
            self.found.append((node, word))
            self._word = word


def _shortened(numbers: list[int]) -> list[int]:
    """Without the numbers at the end that repeat the one before."""
    length = len(numbers)
    while length > 1 and numbers[length - 1] == numbers[length - 2]:
        length -= 1
    return numbers[:length]


class Recorded(Produced):
    """A tree with the places that were written down for it; of its text only relaxations are left."""

    def __init__(self, value: Any, file: str, places: Places, sketches: Sequence[Sketch] = ()) -> None:
        """`places` may be anybody's: whatever they say, a place is found."""
        self.value = value
        self._file = file
        self._places = places
        self._sketches = tuple(sketches)
        self._tall = dict(places.tall)
        self._lines: list[int] | None = None
        self._sizes: dict[int, int] = {}
        """How many nodes a mapping or list has, itself included, by `id()`: they live as long as the value."""
        self._offsets: dict[int, list[int]] = {}
        """How many nodes stand before each child of a mapping or list, by `id()`."""

    @property
    def line(self) -> int:
        """The first line of the document in its file."""
        return self._span(0).line

    def locate(self, path: Path) -> tuple[Span, int]:
        """The span of the deepest part of `path` that exists, and how many of its steps exist."""
        node, depth = self._find(path)
        return self._span(node), depth

    def lines(self, first: int, last: int) -> list[str]:
        """What is left of the lines of the document's own file."""
        return self.lines_of(self._file, first, last)

    def lines_of(self, file: str, first: int, last: int) -> list[str]:
        """What is left of the lines of a file: none where it holds no relaxation."""
        for sketch in self._sketches:
            if sketch.file == file:
                start = max(first, sketch.first)
                return sketch.lines[start - sketch.first : last - sketch.first + 1] if last >= start else []
        return []

    def place(self, path: Path) -> Place:
        """Where `path` stood, or the deepest part of it that exists."""
        node, depth = self._find(path)
        word = _in_run(self._places.precision, node, Precision.EXACT.value)
        precision = _PRECISIONS.get(word, Precision.DOCUMENT)
        if depth < len(path) and precision is Precision.EXACT:
            precision = Precision.PARENT
        return Place(_in_run(self._places.files, node, self._file), self._span(node), precision)

    def every(self) -> Iterator[Place]:
        """The place of each node in preorder."""
        self._measure()
        for node in range(self._sizes.get(id(self.value), 1)):
            word = _in_run(self._places.precision, node, Precision.EXACT.value)
            file = _in_run(self._places.files, node, self._file)
            yield Place(file, self._span(node), _PRECISIONS.get(word, Precision.DOCUMENT))

    def _find(self, path: Path) -> tuple[int, int]:
        """The number of the deepest node on a path, and how many steps of the path lead to it."""
        value, node, depth = self.value, 0, 0
        for step in path:
            position = _position(value, step)
            if position is None:
                break
            node += self._before(value)[position]
            value = value[step]
            depth += 1
        return node, depth

    def _before(self, value: Any) -> list[int]:
        known = self._offsets.get(id(value))
        if known is None:
            self._measure()
            children = value.values() if isinstance(value, dict) else value
            sizes = (self._sizes.get(id(child), 1) if isinstance(child, dict | list) else 1 for child in children)
            known = self._offsets[id(value)] = list(accumulate(sizes, initial=1))
        return known

    def _measure(self) -> None:
        """Counts the nodes of every mapping and list, children first."""
        if self._sizes:
            return
        order: list[Any] = []
        stack = [self.value]
        while stack:
            value = stack.pop()
            if isinstance(value, dict | list):
                order.append(value)
                stack.extend(value.values() if isinstance(value, dict) else value)
        for value in reversed(order):
            children = value.values() if isinstance(value, dict) else value
            self._sizes[id(value)] = 1 + sum(
                self._sizes[id(child)] if isinstance(child, dict | list) else 1 for child in children
            )

    def _span(self, node: int) -> Span:
        places = self._places
        if not places.lines:
            return _START
        if self._lines is None:
            self._lines = list(accumulate(places.lines))
        line = max(self._lines[min(node, len(self._lines) - 1)], 1)
        column = max(_at(places.columns, node, 1), 1)
        height = self._tall.get(node, 0)
        return Span(line, column, line + max(height, 0), max(column + _at(places.widths, node, 0), 1))


_PRECISIONS: Final = {precision.value: precision for precision in Precision}


def _at(numbers: list[int], node: int, otherwise: int) -> int:
    return numbers[min(node, len(numbers) - 1)] if numbers else otherwise


def _in_run(runs: list[tuple[int, str]], node: int, word: str) -> str:
    found = bisect.bisect_right(runs, node, key=lambda run: run[0])
    return runs[found - 1][1] if found else word


def _position(value: Any, step: str | int) -> int | None:
    """How many siblings stand before the part that `step` leads to; None when there is none."""
    if isinstance(value, dict):
        return next((position for position, key in enumerate(value) if key == step), None) if step in value else None
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return step
    return None
