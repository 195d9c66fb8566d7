"""Tables of short texts: on a terminal, as Markdown, as CSV, as JSON."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.model.access.matrix import Grid
from seawall.reports import csv
from seawall.reports.encode import indented
from seawall.reports.markdown import escaped
from seawall.reports.style import Style, plural, printable

FORMATS = ("terminal", "markdown", "csv", "json")


def render(grid: Grid, form: str, style: Style) -> Iterator[str]:
    """The table in one of `FORMATS`, in pieces that end in line ends."""
    if form == "json":
        rows = [dict(zip(grid.header, row, strict=True)) for row in grid.rows]
        yield indented({"title": grid.title, "rows": rows, "notes": grid.notes}, 2)
    elif form == "csv":
        yield csv.line(grid.header)
        yield from map(csv.line, grid.rows)
    elif form == "markdown":
        yield from _markdown(grid)
    else:
        yield from _terminal(grid, style)


def _markdown(grid: Grid) -> Iterator[str]:
    yield f"### {escaped(grid.title)}\n\n"
    yield f"| {' | '.join(map(escaped, grid.header))} |\n"
    yield f"|{' --- |' * len(grid.header)}\n"
    for row in grid.rows:
        yield f"| {' | '.join(map(escaped, row))} |\n"
    for note in grid.notes:
        yield f"\n{escaped(note)}\n"


def _terminal(grid: Grid, style: Style) -> Iterator[str]:
    yield style.paint(printable(grid.title), "bold") + f": {plural(len(grid.rows), 'row')}\n"
    rows = [[printable(cell) for cell in row] for row in (grid.header, *grid.rows)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        yield (line if number else style.paint(line, "dim")) + "\n"
    for note in grid.notes:
        yield style.paint(printable(note), "dim") + "\n"
