"""Colour where a person looks, plain text elsewhere."""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterable, Iterator

import msgspec

from seawall.core import Severity

_CODES = {
    "bold": "1", "dim": "2", "underline": "4", "red": "31", "green": "32", "yellow": "33", "blue": "34",
    "magenta": "35", "cyan": "36",
}  # fmt: skip
SEVERITY_STYLE = {
    Severity.CRITICAL: ("bold", "magenta"),
    Severity.HIGH: ("bold", "red"),
    Severity.MEDIUM: ("yellow",),
    Severity.LOW: ("cyan",),
}


_PAINT = re.compile(r"\033\[[\d;]*m")
_CODE = re.compile(r"`[^`]*`")
_JOINT = "\ue000"
"""Stands for a blank within code while a text is wrapped; `printable` leaves no such character in a text."""


class Style(msgspec.Struct, frozen=True):
    """How text is shown; `width` is in columns."""

    colour: bool = False
    width: int = 100
    by_owner: bool = False
    """Whether findings are grouped by the object that a person would edit, instead of by file."""

    def paint(self, text: str, *names: str) -> str:
        """The text in colour, or as it is."""
        if not self.colour or not names:
            return text
        return f"\033[{';'.join(_CODES[name] for name in names)}m{text}\033[0m"

    def severity(self, severity: Severity, width: int = 0) -> str:
        """The severity's word in its colour, padded."""
        return self.paint(severity.label.ljust(width), *SEVERITY_STYLE[severity])


def printable(text: str) -> str:
    """Text from an input, safe for a terminal: control and direction characters become visible escapes."""
    if text.isprintable():
        return text
    return "".join(f"\\x{ord(char):02x}" if hidden(char) and char != "\t" else char for char in text)


def plural(number: int, word: str) -> str:
    """`1 finding`, `2,000 findings`."""
    return f"{number:,} {word}{'s'[: number != 1]}"


def wrapped(text: str, width: int, *, indent: str = "", hanging: str = "") -> list[str]:
    """Lines of `width` columns, to be copied from: no word is broken, nor `code` in backticks that fits on a line.

    The first line begins with `indent`, the others with `hanging`; a word that is wider than a line stays whole.
    """
    room = width - len(hanging)
    joined = _CODE.sub(lambda code: code[0].replace(" ", _JOINT) if len(code[0]) <= room else code[0], text)
    lines = textwrap.wrap(
        joined,
        width,
        initial_indent=indent,
        subsequent_indent=hanging,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return [line.replace(_JOINT, " ") for line in lines]


def flowed(
    pieces: Iterable[str], width: int, *, gap: str = "  ", indent: str = "", hanging: str = "  "
) -> Iterator[str]:
    """Lines of `width` columns of pieces that stay whole and may be in colour, a `gap` between two of them."""
    line = ""
    for piece in pieces:
        start = f"{line}{gap}" if line else indent
        if line and len(_PAINT.sub("", start + piece)) > width:
            yield line
            start = hanging
        line = start + piece
    yield line


def hidden(char: str) -> bool:
    """Whether a character is a control, sets the direction of text, separates lines or has no meaning."""
    category = unicodedata.category(char)
    return category[0] == "C" or category in ("Zl", "Zp")
