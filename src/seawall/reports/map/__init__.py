"""Pictures of an estate: one page that needs nothing else, SVG, and DOT."""

from __future__ import annotations

from seawall.model.landscape import Landscape
from seawall.reports.map.dot import as_dot
from seawall.reports.map.page import as_html
from seawall.reports.map.svg import as_svg

FORMATS = ("html", "svg", "dot")


def render(found: Landscape, form: str) -> str:
    """The picture in one of `FORMATS`."""
    return {"html": as_html, "svg": as_svg, "dot": as_dot}[form](found)
