"""What a walk leaves out: `.gitignore` files, as git reads them, and `--exclude` patterns of the same form."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_MAX_BYTES = 1_000_000
"""Of an ignore file; what a larger one says behind them does not hold."""


class Ignore:
    """The patterns that hold in one folder: its own, and those of the folders above it up to the repository's root."""

    def __init__(self, exclude: GitIgnoreSpec | None, layers: tuple[tuple[str, GitIgnoreSpec], ...] = ()) -> None:
        """`layers` are (prefix that is cut off a name below the walked root, or `../` steps added; patterns)."""
        self._exclude = exclude
        self._layers = layers

    @classmethod
    def above(cls, root: Path, exclude: tuple[str, ...]) -> Ignore:
        """What holds at a walk's root: excludes, and the ignore files of its parents inside the same repository."""
        layers: list[tuple[str, GitIgnoreSpec]] = []
        folder = root.resolve()
        if not (folder / ".git").exists():
            below = folder.name
            for parent in folder.parents:
                spec = _read(parent)
                if spec is not None:
                    layers.insert(0, (f"+{below}/", spec))
                if (parent / ".git").exists():
                    break
                below = f"{parent.name}/{below}"
            else:
                layers = []  # no repository: a stray ignore file far above says nothing of this folder
        if cls(None, tuple(layers)).covers(""):
            layers = []  # the root itself is ignored, and yet the user named it: it is wanted
        return cls(_spec(exclude) if exclude else None, tuple(layers))

    def enter(self, folder: Path, below: str) -> Ignore:
        """What holds in a folder of the walk, `below` the root."""
        spec = _read(folder)
        if spec is None:
            return self
        return Ignore(self._exclude, (*self._layers, (f"{below}/" if below else "", spec)))

    def covers(self, below: str) -> bool:
        """Whether a name below the root (folders end in `/`) is left out; the innermost file that speaks decides."""
        if self._exclude is not None and self._exclude.match_file(below):
            return True
        for prefix, spec in reversed(self._layers):
            name = prefix[1:] + below if prefix.startswith("+") else below[len(prefix) :]
            said = spec.check_file(name).include
            if said is not None:
                return said
        return False


def _read(folder: Path) -> GitIgnoreSpec | None:
    file = folder / ".gitignore"
    try:
        # Git follows no link here either; opening a pipe would wait for ever.
        if not stat.S_ISREG(file.lstat().st_mode):
            return None
        with file.open("rb") as stream:
            text = stream.read(_MAX_BYTES).decode("utf-8", "replace")
    except OSError:
        return None
    return _spec(tuple(text.splitlines()))


def _spec(lines: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)
