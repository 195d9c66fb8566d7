"""Colour where a person looks, plain text elsewhere."""

from __future__ import annotations

import unicodedata

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


def hidden(char: str) -> bool:
    """Whether a character is a control, sets the direction of text, separates lines or has no meaning."""
    category = unicodedata.category(char)
    return category[0] == "C" or category in ("Zl", "Zp")
