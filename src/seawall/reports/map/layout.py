"""Where everything stands on the map: namespaces as boxes in rows, workloads as tiles in them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from seawall.model.landscape import Landscape, Space

TILE: Final = 22.0
GAP: Final = 6.0
HEAD: Final = 26.0
PAD: Final = 10.0
MARGIN: Final = 24.0
SKY: Final = 64.0
"""The height of the band above, where the internet is."""
_NAMED: Final = 138.0
"""The width of a tile that holds its name."""
_FEW: Final = 150
"""With more workloads than this tiles hold no names: people point at them, or search."""
_NARROWEST: Final = 150.0
_SCREEN: Final = 860.0
_RATIO: Final = 1.9
"""Width to height, of the whole and of a box."""


class Box(msgspec.Struct, frozen=True):
    """A rectangle; x and y are its upper left corner, y grows downwards."""

    x: float
    y: float
    width: float
    height: float


class Layout(msgspec.Struct, frozen=True):
    """The place of everything."""

    width: float
    height: float
    tile_width: float
    """Wide enough for a name where there are few."""
    boxes: tuple[Box, ...]
    """Of each namespace."""
    tiles: tuple[tuple[float, float], ...]
    """The upper left corner of each workload's tile."""


def layout(found: Landscape) -> Layout:
    """Shelves of boxes, in the order of the namespaces, about as wide as a screen."""
    tile = _NAMED if len(found.tiles) <= _FEW else TILE
    sizes = [_size(space, tile) for space in found.spaces]
    area = sum((width + MARGIN) * (height + MARGIN) for width, height in sizes)
    limit = max([math.sqrt(area * _RATIO), *(width + 2 * MARGIN for width, _ in sizes), _SCREEN])
    boxes = list(_shelves(sizes, limit))
    tiles: list[tuple[float, float]] = [(0.0, 0.0)] * len(found.tiles)
    for space, box in zip(found.spaces, boxes, strict=True):
        columns = _columns(len(space.tiles), tile)
        for order, number in enumerate(space.tiles):
            row, column = divmod(order, columns)
            tiles[number] = box.x + PAD + column * (tile + GAP), box.y + HEAD + row * (TILE + GAP)
    right = max([_SCREEN - MARGIN, *(box.x + box.width for box in boxes)])
    bottom = max((box.y + box.height for box in boxes), default=SKY)
    return Layout(right + MARGIN, bottom + MARGIN, tile, tuple(boxes), tuple(tiles))


def _columns(tiles: int, width: float) -> int:
    return max(math.ceil(math.sqrt(tiles * _RATIO * TILE / width)), 1)


def _size(space: Space, tile: float) -> tuple[float, float]:
    columns = _columns(len(space.tiles), tile)
    rows = max(math.ceil(len(space.tiles) / columns), 1)
    title = len(space.name) * 7.5 + 2 * PAD
    width = max(columns * (tile + GAP) - GAP + 2 * PAD, _NARROWEST, title)
    return width, HEAD + rows * (TILE + GAP) - GAP + PAD


def _shelves(sizes: Sequence[tuple[float, float]], limit: float) -> Iterator[Box]:
    x, y, tallest = MARGIN, SKY + MARGIN, 0.0
    for width, height in sizes:
        if x > MARGIN and x + width + MARGIN > limit:
            x, y, tallest = MARGIN, y + tallest + MARGIN, 0.0
        yield Box(x, y, width, height)
        x, tallest = x + width + MARGIN, max(tallest, height)
