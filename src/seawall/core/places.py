"""Where things stand: spans in a text, documents that can find a path, and what could not be read."""

from __future__ import annotations

import abc
import enum
from typing import Any, Final, Protocol

import msgspec

from seawall.core.values import Path


class Span(msgspec.Struct, frozen=True, gc=False):
    """A stretch of a file. Lines and columns count from 1, columns in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Precision(enum.Enum):
    """How exactly a place is known."""

    EXACT = "exact"
    PARENT = "parent"
    """The value is absent; this is the object in which it should stand."""
    TEMPLATE = "template"
    """The object was rendered; this is the template it came from."""
    DOCUMENT = "document"


class Place(msgspec.Struct, frozen=True, gc=False):
    """A span of a named file, and how exactly it is known."""

    file: str
    span: Span
    precision: Precision = Precision.EXACT


class Text(Protocol):
    """A parsed text that can find a path in itself; `seawall.yamltext.Document` is one.

    Pure: it holds its own text, so that asking for a place needs no file.
    """

    @property
    def value(self) -> Any:
        """The tree: dict, list, str, int, float, bool, None."""

    @property
    def line(self) -> int:
        """The first line of the document in its file, from 1."""

    def locate(self, path: Path) -> tuple[Span, int]:
        """The span of the deepest part of `path` that exists, and how many of its steps exist."""

    def lines(self, first: int, last: int) -> list[str]:
        """The file's lines `first` to `last` (from 1, inclusive, clipped to the document)."""


class Produced(abc.ABC):
    """What a `Text` offers besides when no file holds it as it stands: Helm or Kustomize made it of several files."""

    @abc.abstractmethod
    def place(self, path: Path) -> Place:
        """The place in the file to edit, as near as can be told."""

    @abc.abstractmethod
    def lines_of(self, file: str, first: int, last: int) -> list[str]:
        """Lines `first` to `last` of one of the files that it was made of (from 1, inclusive, clipped)."""


class Origin(msgspec.Struct, frozen=True, gc=False):
    """One step of how a rendered object came to be: a chart's template, an overlay, a patch."""

    kind: str
    """`chart`, `template`, `overlay`, `base`, `resource`, `generator`, `patch` or `edited`."""
    file: str
    detail: str = ""


class Document(msgspec.Struct, frozen=True, eq=False):
    """One document of one source, before anything is known of Kubernetes."""

    file: str
    """The path as the user would type it, `-` for standard input."""
    text: Text
    origin: tuple[Origin, ...] = ()
    namespace: str | None = None
    """Where an object that names no namespace lands: that of a chart's release; None where nothing says."""
    unplaced: bool = False
    """Whether nobody chose that namespace: a chart is rendered for `default` when nobody names another."""

    def locate(self, path: Path) -> Place:
        """Where `path` stands, or the object in which it should stand (`Precision.PARENT`)."""
        if isinstance(self.text, Produced):
            return self.text.place(path)
        span, depth = self.text.locate(path)
        precision = Precision.EXACT if depth == len(path) else Precision.PARENT
        return Place(self.file, span, precision)

    def excerpt(self, first: int, last: int, file: str | None = None) -> list[str]:
        """Lines to show a person around a place of `locate`; `file` is the place's, None means this document's."""
        if isinstance(self.text, Produced):
            return self.text.lines_of(file or self.file, first, last)
        return self.text.lines(first, last)


_NOTHING_HIDDEN: Final = frozenset({"duplicate-key", "type", "helm-note"})


class Problem(msgspec.Struct, frozen=True, gc=False, order=True):
    """Something that could not be read or judged; never silently nothing."""

    file: str
    line: int
    """From 1; 0 means the file as a whole."""
    column: int
    kind: str
    """A stable word, such as `yaml`, `size`, `duplicate-key`, `type`, `helm`, `kustomize`, `rule-crash`."""
    message: str
    hint: str = ""
    """What to do next; empty when there is nothing to do."""

    @property
    def hides(self) -> bool:
        """Whether something was not judged, so that nobody can call the whole good."""
        return self.kind not in _NOTHING_HIDDEN
