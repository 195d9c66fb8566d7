"""From offsets in a text to lines and columns: both count from 1, columns in characters, a byte order mark in none."""

from __future__ import annotations

from typing import NamedTuple

from seawall.core import Span

BOM = "\ufeff"


class Anchor(NamedTuple):
    """A text and the line of one of its offsets, from which others are counted."""

    text: str
    offset: int
    line: int

    def moved_to(self, offset: int) -> Anchor:
        """The anchor of a later offset."""
        return Anchor(self.text, offset, self.line + self.text.count("\n", self.offset, offset))

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset at or after the anchor's."""
        line = self.line + self.text.count("\n", self.offset, offset)
        begin = self.text.rfind("\n", 0, offset) + 1
        column = offset - begin + 1
        return line, max(column - 1, 1) if self.text.startswith(BOM, begin) else column

    def span(self, start: int, end: int) -> Span:
        """The span of a stretch at or after the anchor."""
        line, column = self.position(start)
        if "\n" not in self.text[start:end]:
            return Span(line, column, line, column + end - start)
        return Span(line, column, *self.position(end))
