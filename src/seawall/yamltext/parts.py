"""The small values of `yamltext`: limits, what was refused, which keys stood twice."""

from __future__ import annotations

from array import array
from typing import TypeAlias

import msgspec

from seawall.core import Span

Marks: TypeAlias = "array[int]"
"""Where every node of a tree stands, as `start, end, next` for each node in preorder.

`start` and `end` are offsets in the document's text: of the value for a scalar; for a mapping or sequence, of the key
that holds it, or of its own first token where no key does. `next` is the number of the node after its subtree.
"""


class Limits(msgspec.Struct, frozen=True, gc=False):
    """How much of a text is read before it is refused as hostile; each is far above what clusters hold."""

    max_chars: int = 20_000_000
    max_depth: int = 200
    """Nested mappings and sequences. The API server allows more, but no known schema has half of it."""
    max_documents: int = 20_000
    max_nodes: int = 2_000_000
    """Values in one document, those reached through aliases counted each time."""


class Duplicate(msgspec.Struct, frozen=True, gc=False):
    """A mapping key that stood earlier in the same mapping: the last wins, strict decoding refuses."""

    key: str
    span: Span
    """The later key."""


class Broken(msgspec.Struct, frozen=True, gc=False):
    """One document that cannot be read; those around it are read all the same."""

    line: int
    column: int
    message: str
    kind: str
    """`yaml`, `json`, `separator`, `dropped`, `size`, `depth`, `nodes`, `alias` or `documents`."""


class Refusal(Exception):  # noqa: N818 - it never leaves the package; readers turn it into `Broken`
    """A document cannot be read, from `offset` of its text on."""

    def __init__(self, kind: str, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.offset = offset


class Repeat(msgspec.Struct, frozen=True, gc=False):
    """A duplicate key before its place in the file is known: offsets count in the document's text."""

    key: str
    start: int
    end: int


class Reading(msgspec.Struct, frozen=True):
    """What one pass over one document's text found."""

    value: object
    repeats: tuple[Repeat, ...] = ()
    marks: array[int] | None = None
    """None unless positions were asked for."""
