"""The parts of pages that are written by hand, as they are in the package."""

from __future__ import annotations

import functools
import pkgutil


@functools.cache
def asset(name: str) -> str:
    """The text of a file below `seawall/data`: `map/view.js`."""
    content = pkgutil.get_data("seawall.data", name)
    if content is None:
        raise FileNotFoundError(f"the package seawall.data cannot give its file {name!r}")
    return content.decode("utf-8")
