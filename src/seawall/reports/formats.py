"""The output formats by name; a format is imported when it is asked for."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator

from seawall.reports.report import Report
from seawall.reports.style import Style

Format = Callable[[Report, Style], Iterator[str]]


def _terminal(report: Report, style: Style) -> Iterator[str]:
    from seawall.reports.terminal import render

    return (line + "\n" for line in render(report, style))


def _plain(module: str) -> Format:
    def render(report: Report, _style: Style) -> Iterator[str]:
        pieces: Iterator[str] = importlib.import_module(f"seawall.reports.{module}").render(report)
        return pieces

    return render


FORMATS: dict[str, Format] = {
    "terminal": _terminal,
    "json": _plain("json"),
    "sarif": _plain("sarif"),
    "junit": _plain("junit"),
    "markdown": _plain("markdown"),
    "csv": _plain("csv"),
    "gitlab": _plain("gitlab"),
    "github": _plain("github"),
}
"""Each gives the pieces of a text, line ends included."""
