"""Snapshots on disk: gzip around lines of JSON, the first of which says what it is (docs/snapshot.md).

A file is read whole or not at all: half an estate would look like another one.
"""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from seawall.core import Problem
from seawall.errors import UsageError
from seawall.sources.recorded import Places, Sketch
from seawall.sources.replacing import replacing

FORMAT: Final = "seawall snapshot"
VERSION: Final = 1
_NAME: Final = "seawall-snapshot.jsonl"
"""The name that gzip's header gives the content; with it a snapshot is known by its first bytes."""
_GZIP: Final = b"\x1f\x8b\x08\x08"
_NAME_AT: Final = 10

MAX_TEXT: Final = 1_000_000_000
"""Bytes of a snapshot once it is decompressed; an estate of 40,000 objects has about 150 million."""
MAX_LINE: Final = 100_000_000
"""Bytes of one line, which holds one document."""
MAX_DEPTH: Final = 200
"""Nested mappings and lists of a document, as for manifests."""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line: what the file is, and what the whole of it says."""

    format: str
    version: int
    tool: str
    """`seawall 0.1.0`."""
    made: str
    """When: `2026-11-30T23:00:00Z`."""
    kube_version: str = ""
    """The version that it is judged for when nobody names another: the server's, or what was asked for; or empty."""
    whole: bool
    """Whether it holds all objects of a cluster."""
    live: bool
    """Whether an API server gave them."""
    redacted: bool = False
    """Whether names are pseudonyms."""


class Hidden(msgspec.Struct, frozen=True, array_like=True):
    """A value of the document that could not be decided when it was read; null stands in its place."""

    path: list[str | int]
    text: str
    why: str


class DocumentLine(msgspec.Struct, frozen=True, kw_only=True, tag="document", tag_field="is", omit_defaults=True):
    """A document that holds objects."""

    file: str
    value: Any
    places: Places
    origin: list[tuple[str, str, str]] = []
    """(kind, file, detail) of each step of how it was rendered."""
    namespace: str | None = None
    unplaced: bool = False
    hidden: list[Hidden] = []
    sketches: list[Sketch] = []


class ProblemLine(msgspec.Struct, frozen=True, kw_only=True, tag="problem", tag_field="is", omit_defaults=True):
    """What could not be read when the snapshot was made, less what reading the objects tells again."""

    file: str
    line: int
    column: int
    kind: str
    message: str
    hint: str = ""


class UnreadLine(msgspec.Struct, frozen=True, kw_only=True, tag="unread", tag_field="is", omit_defaults=True):
    """Objects that nobody could read."""

    kind: str
    group: str = ""
    resource: str = ""
    namespace: str = ""
    why: str = ""
    cause: str = "failed"


class EndLine(msgspec.Struct, frozen=True, kw_only=True, tag="end", tag_field="is"):
    """The last line, without which the file is torn."""

    lines: int
    """How many lines stand between the first one and this."""
    files: int
    documents: int
    not_kubernetes: int
    not_looked_at: list[tuple[str, str]]
    read: list[str]
    """The names of the files that were read as they stand."""


Line = DocumentLine | ProblemLine | UnreadLine | EndLine


class Snapshot(msgspec.Struct, frozen=True, eq=False):
    """The content of a file."""

    head: Head
    lines: list[Line]
    """All but the last."""
    end: EndLine


def is_deep(value: Any) -> bool:
    """Whether a tree has more levels than any document that is kept."""
    level = [value]
    for _ in range(MAX_DEPTH):
        inner = [node.values() if isinstance(node, dict) else node for node in level if isinstance(node, dict | list)]
        level = [item for items in inner for item in items]
        if not level:
            return False
    return True


def is_snapshot(start: bytes) -> bool:
    """Whether a file that begins with these bytes (at least 40 of them) is a snapshot, or was one."""
    return start.startswith(_GZIP) and start[_NAME_AT:].startswith(_NAME.encode() + b"\0")


def file_is_snapshot(path: Path) -> bool:
    """Whether a file is a snapshot by its first bytes; False where it cannot be read."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return is_snapshot(stream.read(64))
    except OSError:
        return False


def read_snapshot(source: Path | bytes, name: str) -> Snapshot | Problem:
    """What a file, or the bytes of one, holds; a Problem named `name` where that is no whole snapshot."""
    try:
        with io.BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
            return _read(stream)
    except _BadSnapshot as error:
        return Problem(name, 0, 0, "snapshot", str(error), error.hint)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return Problem(name, 0, 0, "snapshot", "is a torn snapshot: nothing of it was read", _ANEW)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"is a broken snapshot: nothing of it was read ({error})"
        return Problem(name, 0, 0, "snapshot", message, _ANEW)
    except OSError as error:
        return Problem(name, 0, 0, "read", f"cannot be read: {error.strerror}", "Check its permissions")


_ANEW: Final = "Make it anew with `seawall snapshot`, or copy it again"


class _BadSnapshot(Exception):  # noqa: N818  # it never leaves the module
    def __init__(self, message: str, hint: str = _ANEW) -> None:
        super().__init__(message)
        self.hint = hint


def _read(stream: IO[bytes]) -> Snapshot:
    texts = _texts(stream)
    head = _head(next(texts, b""))
    decoder = msgspec.json.Decoder(Line)
    lines: list[Line] = []
    for text in texts:
        line = decoder.decode(text)
        # Whoever writes a document deeper than this means to exhaust a stack; most lines cannot hold one.
        if isinstance(line, DocumentLine) and text.count(b"{") + text.count(b"[") > MAX_DEPTH and is_deep(line.value):
            raise _BadSnapshot(f"holds a document of more than {MAX_DEPTH} levels; nothing of it was read")
        lines.append(line)
    end = lines.pop() if lines else None
    if not isinstance(end, EndLine) or end.lines != len(lines) or any(isinstance(line, EndLine) for line in lines):
        raise _BadSnapshot("is a torn snapshot: its end is missing, and nothing of it was read")
    return Snapshot(head, lines, end)


def _texts(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines of the decompressed text, within bounds."""
    left = MAX_TEXT
    with gzip.GzipFile(fileobj=stream) as text:
        while line := text.readline(min(left, MAX_LINE) + 1):
            left -= len(line)
            if left < 0 or len(line) > MAX_LINE:
                limit = MAX_TEXT if left < 0 else MAX_LINE
                message = f"holds more than the {limit // 1_000_000} MB that are read of a snapshot; nothing of it was"
                raise _BadSnapshot(message, "Make several smaller ones, one for each namespace say")
            yield line


class _Version(msgspec.Struct):
    """What any version of the format has."""

    format: str
    version: int


def _head(text: bytes) -> Head:
    try:
        said = msgspec.json.decode(text, type=_Version)
    except msgspec.DecodeError:
        said = _Version("", 0)
    if said.format != FORMAT:
        raise _BadSnapshot("is no snapshot of Seawall, though it begins like one")
    if said.version > VERSION:
        message = f"is a snapshot of format {said.version}; this Seawall reads up to format {VERSION}"
        raise _BadSnapshot(message, "Update Seawall, or make the snapshot with this one")
    return msgspec.json.decode(text, type=Head)


def write_snapshot(file: str, head: Head, lines: Iterable[Line], moment: int) -> int:
    """Writes beside the file first, then in its place; gives the size in bytes.

    `moment` is what gzip's header says, in seconds since 1970. Nobody but the owner may read the file.

    Raises:
        UsageError: the file is there and no snapshot, or cannot be written.
    """
    path = Path(file)
    if os.path.lexists(path) and not file_is_snapshot(path):
        raise UsageError(f"'{file}' is there and is no snapshot", "Name another file, or move it away")
    with replacing(file) as stream:
        _write(stream, head, lines, moment)
        return stream.tell()


def _write(stream: IO[bytes], head: Head, lines: Iterable[Line], moment: int) -> None:
    encoder = msgspec.json.Encoder()
    with gzip.GzipFile(_NAME, "wb", 6, stream, moment) as text:
        text.write(encoder.encode(head) + b"\n")
        for line in lines:
            text.write(encoder.encode(line) + b"\n")
