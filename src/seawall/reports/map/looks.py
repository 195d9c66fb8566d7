"""What a colour and a mark mean, the same in every picture."""

from __future__ import annotations

from typing import Final

from seawall.model.access.power import Might
from seawall.model.exposure import Reach
from seawall.model.landscape import Tile

LEVELS: Final = {"restricted": "#2f9e6e", "baseline": "#e0a526", "privileged": "#d1495b", "unknown": "#8a93a6"}
"""The fill of a tile, by the Pod Security level that the workload meets."""
LEVEL_WORDS: Final = {
    "restricted": "meets restricted",
    "baseline": "meets baseline only",
    "privileged": "meets neither: privileged",
    "unknown": "level not known",
}
OUTSIDE: Final = "#2563eb"
"""The mark of what is reached from outside."""
MIGHTY: Final = "#7c3aed"
"""The mark of an account that owns a namespace or more."""


def is_outside(tile: Tile) -> bool:
    """Whether a workload is reached from further away than the cluster and its private network."""
    return tile.reach >= Reach.NODES


def is_mighty(tile: Tile) -> bool:
    """Whether its account is worth a namespace or more."""
    return tile.might >= Might.NAMESPACE


def described(tile: Tile) -> str:
    """One line for whoever points at a tile, or hears it read."""
    parts = [f"{tile.kind} {tile.namespace}/{tile.name}", LEVEL_WORDS[tile.level]]
    if tile.reach:
        parts.append(f"reached from {Reach(tile.reach).label}")
    if tile.might:
        parts.append(f"account {tile.account}: {Might(tile.might).label}")
    return ", ".join(parts)


_THIN: Final = frozenset(" !'()*,-./:;I[]fijlrt|")
_WIDE: Final = frozenset("%@MWmw…")


def text_width(text: str, size: float) -> float:
    """About how wide a text is in a sans-serif font, in the units of its size: rather too wide than too narrow."""
    return size * sum(0.42 if char in _THIN else 1.0 if char in _WIDE or not char.isascii() else 0.66 for char in text)


def shortened(text: str, size: float, room: float) -> str:
    """The text, or as much of its start as fits into some room with an ellipsis behind it."""
    if text_width(text, size) <= room:
        return text
    kept = len(text)
    while kept and text_width(text[:kept] + "…", size) > room:
        kept -= 1
    return text[:kept] + "…"
