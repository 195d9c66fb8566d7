"""The settings that hold, for a person or a program."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from seawall.reports.encode import indented
from seawall.reports.style import Style, printable


class SettingRow(msgspec.Struct, frozen=True):
    """One setting."""

    setting: str
    """As the file writes it: `helm.values`, `relax[0].rule`."""
    value: Any
    """A JSON value; null where nothing is set."""
    origin: str
    """`default`, `command line`, or a file and line."""


def as_lines(rows: Sequence[SettingRow], style: Style) -> Iterator[str]:
    """A table; what is set is bright, defaults are dim."""
    texts = [printable(_text(row.value)) for row in rows]
    left = max(len(row.setting) for row in rows)
    middle = max(len(text) for text in texts if len(text) <= 40)
    for row, text in zip(rows, texts, strict=True):
        names = ("dim",) if row.origin == "default" else ("bold",)
        yield style.paint(f"{row.setting.ljust(left)}  {text.ljust(middle)}  {printable(row.origin)}", *names)


def as_json(rows: Sequence[SettingRow]) -> str:
    """The list of settings."""
    return indented(rows, 2)


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(item) for item in value) or "-"
    if value is None or value == "":
        return "-"
    return str(value).lower() if isinstance(value, bool) else str(value)
