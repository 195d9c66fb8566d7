"""A line on a terminal that says what is being done, from the first second on."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TextIO

_EVERY = 0.1
"""Seconds between two writes: more often is only flicker."""


@contextlib.contextmanager
def progress(stream: TextIO) -> Iterator[Callable[[str, int], None]]:
    """Gives a function to call with what is done and how much; on anything but a terminal it says nothing.

    What is counted are files, unless the text says where the number stands: `reading {} of 40 kinds`.
    """
    start = last = time.monotonic()
    shown = False
    live = stream.isatty()

    def tell(what: str, done: int) -> None:
        nonlocal last, shown
        if not live:
            return
        now = time.monotonic()
        if now - start > 1 and now - last > _EVERY:
            last, shown = now, True
            said = what.replace("{}", f"{done:,}") if "{}" in what else f"{what} {done:,} files"
            stream.write(f"\r\033[K{said} ...")
            stream.flush()

    try:
        yield tell
    finally:
        if shown:
            stream.write("\r\033[K")
            stream.flush()
