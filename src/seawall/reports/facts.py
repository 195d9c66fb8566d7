"""How the steps of a reason are written: for a person with the place behind them, for a program as objects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from seawall.core import Place, Precision, path_text
from seawall.model.facts import Fact
from seawall.reports.style import Style, plural, printable


def as_lines(facts: Iterable[Fact], style: Style, indent: str = "  ") -> Iterator[str]:
    """A line for each step, `text  (file:line)`."""
    for fact in facts:
        place = _place(fact)
        yield f"{indent}{printable(fact.text)}" + (f"  {style.paint(f'({printable(place)})', 'dim')}" if place else "")


def as_lines_once(facts: Iterable[Fact], style: Style, indent: str = "  ") -> Iterator[str]:
    """The same, where one step that several files say is one line with how many they are."""
    groups: dict[str, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(fact.text, []).append(fact)
    for text, alike in groups.items():
        places = list(dict.fromkeys(filter(None, map(_place, alike))))
        more = f" and {plural(len(places) - 1, 'more place')}" if len(places) > 1 else ""
        where = f"  {style.paint(f'({printable(places[0])}{more})', 'dim')}" if places else ""
        yield f"{indent}{printable(text)}{where}"


def as_objects(facts: Iterable[Fact], *, lines: bool = True) -> list[dict[str, Any]]:
    """`{"text", "file", "line", "path"}` for each step; the last three only where an object says so.

    Without `lines`, which take a second look at the text, many thousand steps cost little.
    """
    return [_object(fact, lines=lines) for fact in facts]


def _object(fact: Fact, *, lines: bool) -> dict[str, Any]:
    if fact.resource is None:
        return {"text": fact.text}
    if not lines:
        return {"text": fact.text, "file": fact.resource.document.file, "path": path_text(fact.path)}
    place = fact.resource.locate(fact.path)
    return {"text": fact.text, "file": place.file, "line": place.span.line, "path": path_text(fact.path)}


def _place(fact: Fact) -> str:
    if fact.resource is None:
        return ""
    return shown_place(fact.resource.locate(fact.path))


def shown_place(place: Place) -> str:
    """`file:line`; the line of an object of a running cluster says nothing, and is left out."""
    return place.file if place.precision is Precision.DOCUMENT else f"{place.file}:{place.span.line}"
