"""A folder as it stood in a git revision, written to a place of its own: the working tree is never touched."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final, NamedTuple

from seawall.errors import WorldError
from seawall.sources.process import find_program
from seawall.sources.repository import repository

_LARGEST: Final = 256 << 20
"""Bytes of all files together; a folder that holds more is refused."""
_SECONDS: Final = 120
_BUILDS: Final = frozenset({"Chart.yaml", "Kustomization", "kustomization.yaml", "kustomization.yml"})
"""Names of files that build on others, which may stand elsewhere in the repository."""


class _Blob(NamedTuple):
    name: str
    digest: str
    size: int


def write_revision(revision: str, path: str, into: Path) -> Path:
    """Writes the files below `path` of a revision and returns where that path stands in `into`.

    `path` counts from the working directory, as git's `REV:./PATH` does; links and submodules are left out. Where an
    overlay or a chart stands there, which may build on what stands beside it, the rest of the revision is written too.

    Raises:
        WorldError: there is no git, no repository, no such revision or path, or it is too large.
    """
    program = find_program("git")
    here = Path.cwd()
    root = repository(here.resolve())
    if program is None or root is None:
        missing = "there is no `git` on PATH" if program is None else f"{here} is in no git repository"
        raise WorldError(f"'{revision}:{path}' cannot be read: {missing}")
    inner = (here / path).resolve()
    if not inner.is_relative_to(root):
        raise WorldError(f"'{path}' leads out of the repository {root}")
    below = inner.relative_to(root).as_posix()
    git = [program, "-C", str(root), "-c", "safe.directory=*"]
    if revision.startswith("-"):
        raise WorldError(f"'{revision}' is no revision")
    blobs = list(_blobs(git, revision, below))
    if any(PurePosixPath(blob.name).name in _BUILDS for blob in blobs):
        every = list(_blobs(git, revision, "."))
        blobs = every if _size(every) <= _LARGEST else blobs
    if _size(blobs) > _LARGEST:
        raise WorldError(f"'{revision}:{path}' holds more than {_LARGEST >> 20} MiB")
    for blob, content in zip(blobs, _contents(git, blobs), strict=True):
        target = into / blob.name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    # It ends where the repository does, for whatever asks how far an overlay may reach.
    (into / ".git").mkdir(exist_ok=True)
    return into / below


def _size(blobs: Iterable[_Blob]) -> int:
    return sum(blob.size for blob in blobs)


def _blobs(git: list[str], revision: str, below: str) -> Iterator[_Blob]:
    listing = _run([*git, "ls-tree", "-r", "-z", "-l", "--full-tree", revision, "--", below])
    found = False
    for entry in listing.split(b"\0"):
        if not entry:
            continue
        meta, _, name = entry.partition(b"\t")
        mode, kind, digest, size = meta.split()
        found = True
        if kind == b"blob" and mode != b"120000":
            yield _Blob(name.decode("utf-8", "surrogateescape"), digest.decode(), int(size))
    if not found:
        raise WorldError(f"revision {revision} holds no '{below}'")


def _contents(git: list[str], blobs: list[_Blob]) -> Iterator[bytes]:
    asked = "".join(f"{blob.digest}\n" for blob in blobs).encode()
    answer = _run([*git, "cat-file", "--batch"], asked)
    at = 0
    for blob in blobs:
        start = answer.index(b"\n", at) + 1
        yield answer[start : start + blob.size]
        at = start + blob.size + 1


def _run(argv: list[str], given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(argv, input=given, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as error:
        raise WorldError(f"git did not answer: {error}") from error
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        raise WorldError(said.removeprefix("fatal: ") or f"git ended with {done.returncode}")
    return done.stdout
