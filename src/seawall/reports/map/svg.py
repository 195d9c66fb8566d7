"""The map as a picture that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from seawall.model.landscape import Landscape, Tile
from seawall.model.landscape.landscape import between
from seawall.reports.map.layout import MARGIN, SKY, TILE, Layout, layout
from seawall.reports.map.looks import LEVEL_WORDS, LEVELS, MIGHTY, OUTSIDE, described, is_mighty, is_outside, shortened
from seawall.reports.style import printable

_MOST_LINES: Final = 60
"""With more flows between namespaces than this the lines would hide the rest: the page shows them on request."""
_LETTERS: Final = 11
"""The size of a name in a tile."""
_FONT: Final = 'font-family="system-ui, sans-serif"'


def as_svg(found: Landscape) -> str:
    """An SVG image with titles that are read out and shown on pointing."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Landscape) -> Iterator[str]:
    place = layout(found)
    width, height = place.width, place.height + 60
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" {_FONT}>'
    )
    yield f"<title>{len(found.tiles)} workloads in {len(found.spaces)} namespaces</title>"
    yield f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>'
    yield from _sky(width)
    yield from _flows(found, place)
    for space, box in zip(found.spaces, place.boxes, strict=True):
        name, enforced = _text(space.name), _text(space.enforced or "none")
        yield f"<g><title>namespace {name}, enforces {enforced}</title>"
        yield (
            f'<rect x="{box.x:.0f}" y="{box.y:.0f}" width="{box.width:.0f}" height="{box.height:.0f}" rx="8" '
            'fill="#f4f6fa" fill-opacity="0.85" stroke="#c3cad9"/>'
        )
        yield f'<text x="{box.x + 10:.0f}" y="{box.y + 17:.0f}" font-size="12" fill="#1f2937">{name}</text></g>'
    yield from _ways(found, place)
    for tile, (x, y) in zip(found.tiles, place.tiles, strict=True):
        yield from _tile(tile, x, y, place.tile_width)
    yield from _legend(height)
    yield "</svg>"


def _tile(tile: Tile, x: float, y: float, width: float) -> Iterator[str]:
    yield f"<g><title>{_text(described(tile))}</title>"
    colour = LEVELS[tile.level]
    yield f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{TILE:.0f}" rx="4" fill="{colour}"/>'
    if width > TILE:
        # Left of it is the mark of a mighty account, right of it that of what is reached from outside.
        name = shortened(printable(tile.name), _LETTERS, width - 17 - 9)
        yield f'<text x="{x + 17:.0f}" y="{y + 15:.0f}" font-size="{_LETTERS}" fill="#ffffff">{_text(name)}</text>'
    if is_outside(tile):
        yield f'<circle cx="{x + width - 3:.0f}" cy="{y + 3:.0f}" r="5" fill="{OUTSIDE}" stroke="#ffffff"/>'
    if is_mighty(tile):
        points = f"{x + 2:.0f},{y + TILE - 2:.0f} {x + 7:.0f},{y + TILE - 11:.0f} {x + 12:.0f},{y + TILE - 2:.0f}"
        yield f'<polygon points="{points}" fill="{MIGHTY}" stroke="#ffffff"/>'
    yield "</g>"


def _sky(width: float) -> Iterator[str]:
    yield (
        f'<rect x="{MARGIN:.0f}" y="12" width="{width - 2 * MARGIN:.0f}" height="{SKY - 24:.0f}" rx="8" '
        f'fill="#e8efff" stroke="{OUTSIDE}"/>'
    )
    yield f'<text x="{MARGIN + 12:.0f}" y="37" font-size="13" fill="#1e3a8a">outside of the cluster</text>'


def _ways(found: Landscape, place: Layout) -> Iterator[str]:
    """What the outside reaches: lines over the namespaces and behind the workloads."""
    for tile, (x, y) in zip(found.tiles, place.tiles, strict=True):
        if is_outside(tile):
            middle = x + place.tile_width - 3
            yield (
                f'<path d="M {middle:.0f} {SKY - 12:.0f} L {middle:.0f} {y:.0f}" stroke="{OUTSIDE}" '
                'stroke-width="1.2" stroke-opacity="0.45" fill="none"/>'
            )


def _flows(found: Landscape, place: Layout) -> Iterator[str]:
    pairs = {ends: number for ends, number in between(found).items() if ends[0] != ends[1]}
    if len(pairs) > _MOST_LINES:
        return
    for (source, target), number in sorted(pairs.items()):
        one, two = place.boxes[source], place.boxes[target]
        x1, y1 = one.x + one.width / 2, one.y + one.height / 2
        x2, y2 = two.x + two.width / 2, two.y + two.height / 2
        bend_x, bend_y = (x1 + x2) / 2 + (y2 - y1) / 6, (y1 + y2) / 2 - (x2 - x1) / 6
        names = f"{_text(found.spaces[source].name)} to {_text(found.spaces[target].name)}"
        yield (
            f'<path d="M {x1:.0f} {y1:.0f} Q {bend_x:.0f} {bend_y:.0f} {x2:.0f} {y2:.0f}" stroke="#64748b" '
            f'stroke-width="{min(1 + number / 40, 5):.1f}" stroke-opacity="0.35" fill="none">'
            f"<title>{names}: {number} pairs of workloads may talk</title></path>"
        )


def _legend(height: float) -> Iterator[str]:
    x, y = MARGIN, height - 50
    for level, colour in LEVELS.items():
        yield f'<rect x="{x:.0f}" y="{y:.0f}" width="12" height="12" rx="3" fill="{colour}"/>'
        yield _word(x + 17, y, LEVEL_WORDS[level])
        x += 24 + len(LEVEL_WORDS[level]) * 6.2
    x, y = MARGIN, height - 28
    yield f'<circle cx="{x + 6:.0f}" cy="{y + 6:.0f}" r="5" fill="{OUTSIDE}"/>'
    yield _word(x + 17, y, "reached from outside")
    x += 160
    points = f"{x:.0f},{y + 12:.0f} {x + 6:.0f},{y:.0f} {x + 12:.0f},{y + 12:.0f}"
    yield f'<polygon points="{points}" fill="{MIGHTY}"/>'
    yield _word(x + 17, y, "account that owns a namespace or more")
    x += 270
    yield f'<path d="M {x:.0f} {y + 6:.0f} h 20" stroke="#64748b" stroke-width="3" stroke-opacity="0.35"/>'
    yield _word(x + 26, y, "flows between namespaces (thicker: more pairs)")


def _word(x: float, y: float, text: str) -> str:
    return f'<text x="{x:.0f}" y="{y + 10:.0f}" font-size="11" fill="#374151">{text}</text>'


def _text(text: str) -> str:
    return escape(printable(text))
