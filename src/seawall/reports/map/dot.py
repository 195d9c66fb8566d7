"""The map as a graph for Graphviz: namespaces as clusters, workloads as nodes, flows between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.model.exposure import Reach
from seawall.model.landscape import Landscape
from seawall.model.landscape.landscape import between
from seawall.model.network.bits import members
from seawall.reports.map.looks import LEVELS, described, is_mighty, is_outside
from seawall.reports.style import printable

_MOST_TILES: Final = 60
"""With more workloads than this flows are drawn between namespaces only."""


def as_dot(found: Landscape) -> str:
    """`dot -Tsvg` draws it."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Landscape) -> Iterator[str]:
    yield "digraph estate {"
    yield '  rankdir=TB; compound=true; node [shape=box, style="filled,rounded", fontname="sans-serif"];'
    yield '  outside [label="outside of the cluster", shape=ellipse, fillcolor="#e8efff"];'
    for position, space in enumerate(found.spaces):
        yield f"  subgraph cluster_{position} {{"
        yield f"    label={_quoted(space.name)};"
        if not space.tiles:
            yield f'    anchor_{position} [style=invis, label=""];'
        for number in space.tiles:
            tile = found.tiles[number]
            border = ', color="#7c3aed", penwidth=3' if is_mighty(tile) else ""
            tip = _quoted(described(tile))
            name = _quoted(f"{tile.kind}\n{tile.name}")
            yield f'    w{number} [label={name}, fillcolor="{LEVELS[tile.level]}", tooltip={tip}{border}];'
        yield "  }"
    for number, tile in enumerate(found.tiles):
        if is_outside(tile):
            yield f'  outside -> w{number} [color="#2563eb", label={_quoted(Reach(tile.reach).label)}];'
    yield from _single(found) if len(found.tiles) <= _MOST_TILES else _grouped(found)
    yield "}"


def _single(found: Landscape) -> Iterator[str]:
    for flow in found.flows:
        style = "" if flow.sure else ", style=dashed"
        for source in members(flow.sources):
            yield f"  w{source} -> w{flow.target} [label={_quoted(flow.ports)}{style}];"


def _grouped(found: Landscape) -> Iterator[str]:
    for (source, target), number in sorted(between(found).items()):
        if source != target:
            tail, head = found.spaces[source].tiles[0], found.spaces[target].tiles[0]
            yield f'  w{tail} -> w{head} [ltail=cluster_{source}, lhead=cluster_{target}, label="{number} pairs"];'


def _quoted(text: str) -> str:
    lines = (printable(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n"))
    return '"' + "\\n".join(lines) + '"'
