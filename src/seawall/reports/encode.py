"""JSON that is safe to look at: what a terminal would obey, and what nobody sees, is written as an escape."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from seawall.reports.style import hidden


def encode(value: object, enc_hook: Callable[[object], object] | None = None) -> str:
    """The value on one line; any JSON reader gives the same strings back."""
    text = msgspec.json.encode(value, enc_hook=enc_hook).decode()
    return text if text.isprintable() else "".join(_escaped(char) if hidden(char) else char for char in text)


def indented(value: object, indent: int) -> str:
    """The value over many lines, with a line end."""
    return msgspec.json.format(encode(value), indent=indent) + "\n"


def _escaped(char: str) -> str:
    return re.sub("....", r"\\u\g<0>", char.encode("utf-16-be").hex())
