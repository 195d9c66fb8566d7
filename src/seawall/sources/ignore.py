"""What a walk leaves out: `.gitignore` files, as git reads them, and `--exclude` patterns of the same form."""

from __future__ import annotations

import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from seawall.sources.gitignore import Pattern, parse
from seawall.sources.repository import repository

Patterns = tuple[Pattern, ...]
Layers = tuple[tuple[str, Patterns], ...]
"""(folder of an ignore file, from the outermost one, empty or with a `/` at its end; what it says), outermost first."""

_MAX_BYTES: Final = 100_000
"""Of an ignore file; what a larger one says behind them does not hold."""


class Ignore:
    """The patterns that hold in one folder: its own, and those of the folders above it up to the repository's root."""

    def __init__(self, exclude: Patterns, base: str = "", layers: Layers = ()) -> None:
        """`base` is the walked root as seen from the repository's, empty or with a `/` at its end."""
        self._exclude = exclude
        self._base = base
        self._layers = layers

    @classmethod
    def above(cls, root: Path, exclude: tuple[str, ...]) -> Ignore:
        """What holds at a walk's root: excludes, and the ignore files of its parents inside the same repository."""
        folder = root.resolve()
        # Outside of a repository a stray ignore file far above says nothing of this folder.
        top = repository(folder) or folder
        layers: Layers = ()
        base, ignored = "", False
        for step in folder.relative_to(top).parts:
            layers = _with(layers, top / base, base)
            base += step + "/"
            ignored = ignored or _covered(layers, base)
        # It may be ignored itself, and yet the user named it: it is wanted.
        return cls(_patterns(exclude), base, () if ignored else layers)

    def enter(self, folder: Path, below: str) -> Ignore:
        """What holds in a folder of the walk, `below` the root."""
        layers = _with(self._layers, folder, f"{self._base}{below}/" if below else self._base)
        return self if layers is self._layers else Ignore(self._exclude, self._base, layers)

    def covers(self, below: str) -> bool:
        """Whether a name below the root (folders end in `/`) is left out, by itself and not by a folder around it."""
        return bool(_said(self._exclude, below)) or _covered(self._layers, self._base + below)


class Excluded:
    """What `--exclude` leaves out of what is no file of a walk: what a chart or an overlay made."""

    def __init__(self, exclude: Iterable[str]) -> None:
        """`exclude` are lines of a `.gitignore` at the walked root."""
        self._exclude = _patterns(exclude)

    def covers(self, below: str) -> bool:
        """Whether a file below the root is left out, by itself or with a folder around it."""
        ends = (*(at for at, character in enumerate(below, 1) if character == "/"), len(below))
        return any(_said(self._exclude, below[:end]) for end in ends)


def _with(layers: Layers, folder: Path, name: str) -> Layers:
    patterns = _read(folder)
    return (*layers, (name, patterns)) if patterns else layers


def _covered(layers: Layers, name: str) -> bool:
    """The innermost file that speaks decides."""
    answers = (_said(patterns, name[len(folder) :]) for folder, patterns in reversed(layers))
    return next((answer for answer in answers if answer is not None), False)


def _said(patterns: Patterns, name: str) -> bool | None:
    """What the last line that is about a name says of it; None where none is."""
    parts = name.removesuffix("/").split("/")
    is_folder = name.endswith("/")
    speaking = (line.ignores for line in reversed(patterns) if line.matches(parts, is_folder=is_folder))
    return next(speaking, None)


def _read(folder: Path) -> Patterns:
    file = folder / ".gitignore"
    try:
        # Git follows no link here either; opening a pipe would wait for ever.
        if not stat.S_ISREG(file.lstat().st_mode):
            return ()
        with file.open("rb") as stream:
            text = stream.read(_MAX_BYTES).decode("utf-8", "surrogateescape")
    except OSError:
        return ()
    return _patterns(text.removeprefix("\ufeff").split("\n"))


def _patterns(lines: Iterable[str]) -> Patterns:
    return tuple(pattern for line in lines if (pattern := parse(line)))
