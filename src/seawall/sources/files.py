"""Walks what the user named and reads the files that may hold manifests; nothing outside the root is ever opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from seawall.core import Problem
from seawall.sources.ignore import Ignore

MANIFEST_ENDINGS = (".yaml", ".yml", ".json")
MAX_BYTES = 20_000_000
"""A manifest larger than this is refused: etcd takes 1.5 MB an object, a bundle of thousands is far below."""

MAX_DEPTH = 100
"""Folders within folders; the paths of deeper ones soon become longer than a system call takes."""

_HISTORY = frozenset({".git", ".hg", ".svn"})
_NEVER = frozenset({".terraform", "node_modules", ".venv", "__pycache__"})
"""Folders that hold other people's files or machine state."""


class File(msgspec.Struct, frozen=True):
    """A file to read; `name` is how the user would type it."""

    name: str
    path: Path
    explicit: bool = False
    """Named by the user, so that it is never silently left alone."""


class Folder(msgspec.Struct, frozen=True):
    """A folder that is read as a whole by another source (a chart)."""

    name: str
    path: Path


class Other(msgspec.Struct, frozen=True):
    """A file that is left alone; counted."""

    name: str


class LeftOut(msgspec.Struct, frozen=True):
    """A folder, or a file that may hold manifests, that is not visited; folders end in `/`."""

    name: str
    why: str


Found = File | Folder | Other | LeftOut | Problem
Claim = Callable[[Path], bool]
"""Whether a folder belongs as a whole to another source."""

_IGNORED = ".gitignore or exclude leaves it out"


def writable(name: str) -> str:
    r"""A file's name as text that can be written anywhere; bytes of it that are no UTF-8 become `\xff`."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def walk(root: Path, shown: str, *, exclude: Iterable[str] = (), claim: Claim = lambda _: False) -> Iterator[Found]:
    """Everything below `root` in a stable order; links that leave it are Problems, what is ignored is not visited.

    `shown` is the root as the user typed it; names begin with it.
    """
    if not root.is_dir():
        yield _single(root, shown, claim)
        return
    patterns = tuple(exclude)
    yield from _Walker(root.resolve(), shown, claim).folder(root, "", Ignore.above(root, patterns))


def unwritable(name: str, what: str) -> Problem | None:
    """A chart or overlay is called by its name when it is rendered, so that the name must be text."""
    shown = writable(name)
    message = f"holds {what}, and its name is no UTF-8: it was not rendered"
    return Problem(shown, 0, 0, "encoding", message, "Rename it") if shown != name else None


def _claimed(name: str, path: Path) -> Folder | Problem:
    return unwritable(name, "a chart") or Folder(name, path)


def _single(root: Path, shown: str, claim: Claim) -> File | Folder | Problem:
    if claim(root):
        return _claimed(shown, root)
    shown = writable(shown)
    try:
        mode = root.stat().st_mode
    except OSError as error:
        return Problem(shown, 0, 0, "read", f"cannot be read: {error.strerror or error}", "Check the path")
    if not stat.S_ISREG(mode):
        return Problem(shown, 0, 0, "read", "is no regular file and no folder", "Name a file, a folder, or - for stdin")
    return File(shown, root, explicit=True)


class _Walker:
    """One walk; holds what stays the same on the way down."""

    def __init__(self, top: Path, shown: str, claim: Claim) -> None:
        self.top = top
        self.shown = shown
        self.claim = claim

    def name(self, below: str) -> str:
        return writable(self.full(below))

    def full(self, below: str) -> str:
        return below if self.shown in (".", "./") else os.path.join(self.shown, below)  # noqa: PTH118  # keeps `./`

    def folder(self, folder: Path, below: str, ignore: Ignore) -> Iterator[Found]:
        if below.count("/") >= MAX_DEPTH:
            message = f"lies deeper than {MAX_DEPTH} folders: it was not visited"
            yield Problem(self.name(below), 0, 0, "depth", message, "Scan it by its own path, or leave it out")
            return
        if self.claim(folder):
            yield _claimed(self.full(below) if below else self.shown, folder)
            return
        ignore = ignore.enter(folder, below)
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Problem(
                self.name(below), 0, 0, "read", f"cannot be listed: {error.strerror}", "Check its permissions"
            )
            return
        for entry in found:
            yield from self.entry(entry, f"{below}/{entry.name}" if below else entry.name, ignore)

    def entry(self, entry: os.DirEntry[str], below: str, ignore: Ignore) -> Iterator[Found]:
        if entry.is_dir(follow_symlinks=False):
            if entry.name in _NEVER:
                yield LeftOut(self.name(below + "/"), "holds other people's files or a program's own")
            elif ignore.covers(below + "/"):
                yield LeftOut(self.name(below + "/"), _IGNORED)
            elif entry.name not in _HISTORY:
                yield from self.folder(Path(entry.path), below, ignore)
            return
        wanted = entry.name.endswith((*MANIFEST_ENDINGS, ".tgz")) or entry.name == "Kustomization"
        if not wanted and not (entry.is_symlink() and Path(entry.path).is_dir()):
            yield Other(self.name(below))
        elif ignore.covers(below):
            yield LeftOut(self.name(below), _IGNORED)
        else:
            yield self.file(entry, below)

    def file(self, entry: os.DirEntry[str], below: str) -> File | Folder | Other | Problem:
        name, path = self.name(below), Path(entry.path)
        try:
            if entry.is_symlink():
                target = path.resolve(strict=True)
                if not target.is_relative_to(self.top):
                    hint = "Scan the folder that holds its target"
                    return Problem(name, 0, 0, "link", "is a link that leaves the scanned folder", hint)
                return Other(name)  # its target is below the root and is read there
            if not stat.S_ISREG(entry.stat().st_mode):
                return Other(name)
        except (OSError, RuntimeError) as error:
            return Problem(name, 0, 0, "link", f"cannot be followed: {error}", "Remove the link or restore its target")
        if self.claim(path):
            return _claimed(self.full(below), path)
        return Other(name) if entry.name.endswith(".tgz") else File(name, path)


def read_text(file: File) -> str | Problem:
    """The file's text; bytes that are no UTF-8 are a Problem, as they are for kubectl."""
    try:
        with file.path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return Problem(file.name, 0, 0, "read", f"cannot be read: {error.strerror}", "Check its permissions")
    return decode(data, file.name)


def decode(data: bytes, name: str) -> str | Problem:
    """The text of a manifest's bytes, or why there is none."""
    if len(data) > MAX_BYTES:
        message = f"is larger than {MAX_BYTES // 1_000_000} MB, which no manifest is"
        return Problem(name, 0, 0, "size", message, "Split it, or leave it out with --exclude")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"holds bytes that are no UTF-8 (first at byte {error.start})"
        return Problem(name, line, 0, "encoding", message, "Save it as UTF-8; kubectl reads nothing else")
