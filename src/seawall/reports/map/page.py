"""The map as one page that needs nothing else: no network, no script from elsewhere, readable without any script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from typing import Any, Final

from seawall.data.assets import asset
from seawall.model.access.power import Might
from seawall.model.exposure import Reach
from seawall.model.landscape import Landscape
from seawall.model.landscape.landscape import between
from seawall.model.network.bits import members
from seawall.reports.encode import encode
from seawall.reports.map.layout import TILE, layout
from seawall.reports.map.looks import LEVEL_WORDS, LEVELS, MIGHTY, OUTSIDE, is_mighty, is_outside
from seawall.reports.style import plural, printable

_MARK: Final = re.compile(r"@@[A-Z]+@@")


def as_html(found: Landscape) -> str:
    """The page; what the script draws also stands in a table below."""
    page = asset("map/page.html")
    parts = {
        "@@SUMMARY@@": _text(_summary(found)),
        "@@NOTES@@": "".join(f"<p>{_text(note)}</p>" for note in found.notes),
        "@@ROWS@@": "".join(_rows(found)),
        "@@STYLE@@": asset("map/view.css"),
        # In a script element only `</` could end it, and `<!--` change how it is read.
        "@@DATA@@": encode(_data(found)).replace("<", "\\u003c"),
        "@@SCRIPT@@": asset("map/view.js"),
    }
    # In one pass: what is put in is the input's, and may itself be called as a mark is.
    return _MARK.sub(lambda mark: parts[mark[0]], page)


def _summary(found: Landscape) -> str:
    outside = sum(map(is_outside, found.tiles))
    mighty = sum(map(is_mighty, found.tiles))
    policies = plural(found.policies, "network policy").replace("policys", "policies")
    return (
        f"{plural(len(found.tiles), 'workload')} in {plural(len(found.spaces), 'namespace')}: {outside:,} reached from "
        f"outside, {mighty:,} with a mighty account, {policies}"
    )


def _rows(found: Landscape) -> Iterator[str]:
    for tile in found.tiles:
        reach = Reach(tile.reach).label if tile.reach else ""
        might = Might(tile.might).label if tile.might else ""
        cells = (tile.namespace, f"{tile.kind} {tile.name}", tile.level, reach, tile.account, might)
        yield "<tr>" + "".join(f"<td>{_text(cell)}</td>" for cell in cells) + "</tr>\n"


def _data(found: Landscape) -> dict[str, Any]:
    """What the script needs; sets of sources that are alike are written once."""
    place = layout(found)
    sets: dict[int, int] = {}
    for flow in found.flows:
        sets.setdefault(flow.sources, len(sets))
    return {
        "width": place.width,
        "height": place.height,
        "tile": TILE,
        "wide": place.tile_width,
        "levels": LEVELS,
        "words": LEVEL_WORDS,
        "outside": OUTSIDE,
        "mighty": MIGHTY,
        "reaches": {int(reach): reach.label for reach in Reach},
        "mights": {int(might): might.label for might in Might},
        "spaces": [
            {"name": printable(space.name), "enforced": printable(space.enforced), "tiles": space.tiles, "box": box}
            for space, box in zip(found.spaces, place.boxes, strict=True)
        ],
        "tiles": [
            {
                "key": printable(tile.key),
                "kind": printable(tile.kind),
                "name": printable(tile.name),
                "level": tile.level,
                "reach": tile.reach,
                "doors": [printable(door) for door in tile.doors],
                "account": printable(tile.account),
                "might": tile.might,
                "means": [printable(mean) for mean in tile.means],
                "place": printable(tile.place),
                "x": x,
                "y": y,
            }
            for tile, (x, y) in zip(found.tiles, place.tiles, strict=True)
        ],
        "sets": [list(_ranges(bits)) for bits in sets],
        "flows": [[flow.target, sets[flow.sources], flow.ports, int(flow.sure)] for flow in found.flows],
        "between": [[source, target, number] for (source, target), number in sorted(between(found).items())],
        "entered": found.entered,
        "leaving": found.leaving,
    }


def _ranges(bits: int) -> Iterator[int]:
    """A set as first, last, first, last: neighbours are often alike."""
    first = last = -2
    for number in members(bits):
        if number != last + 1:
            if last >= 0:
                yield from (first, last)
            first = number
        last = number
    if last >= 0:
        yield from (first, last)


def _text(text: str) -> str:
    return escape(printable(text))
