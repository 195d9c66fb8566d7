"""The git repository around a folder: how far ignore files, settings and overlays reach."""

from __future__ import annotations

from pathlib import Path


def repository(folder: Path) -> Path | None:
    """The root of the repository that holds `folder` (absolute, its links followed); None where none does."""
    return next((each for each in (folder, *folder.parents) if (each / ".git").exists()), None)
