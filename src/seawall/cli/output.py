"""How commands write: text in pieces, in colour where a person looks."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterable
from typing import TextIO

from seawall.reports.style import Style


def style_of(width: int | None = None, *, by_owner: bool = False) -> Style:
    """The style of standard output; `width` overrides the terminal's."""
    return Style(coloured(sys.stdout), width or shutil.get_terminal_size((100, 24)).columns, by_owner)


def coloured(stream: TextIO) -> bool:
    """Colours only on a terminal that has them, never when NO_COLOR is set (no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def write(pieces: Iterable[str]) -> None:
    """Writes to standard output and flushes, so that a closed pipe is seen here.

    A pipe or file gets UTF-8 whatever the locale, as `-o FORMAT=FILE` does; a terminal gets what it can show.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if sys.stdout.isatty() else "utf-8", errors="backslashreplace")
    sys.stdout.writelines(pieces)
    sys.stdout.flush()
