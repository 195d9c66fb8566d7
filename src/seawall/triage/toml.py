"""Where the settings of a TOML file stand: the parser of the standard library gives no places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from seawall.core import Path, Span

_PART: Final = r"""(?:[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*')"""
_NAME: Final = rf"({_PART}(?:[ \t]*\.[ \t]*{_PART})*)"
_HEADER: Final = re.compile(rf"(\[\[?)[ \t]*{_NAME}[ \t]*\]")
_ASSIGNMENT: Final = re.compile(rf"{_NAME}[ \t]*=")
_STEP: Final = re.compile(_PART)
_TOKEN: Final = re.compile(
    r'''"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*|[\[\]{}\n]''', re.DOTALL
)
_INK: Final = re.compile(r"\S")


def key_lines(text: str) -> dict[Path, int]:
    """The line, from 1, of each table header and key of a valid TOML text; what stands inside a value has none."""
    found: dict[Path, int] = {}
    repeats: dict[Path, int] = {}
    table: Path = ()
    line, counted = 1, 0
    for offset in _statements(text):
        line, counted = line + text.count("\n", counted, offset), offset
        if header := _HEADER.match(text, offset):
            table = _opened(header, repeats)
            found.setdefault(table, line)
        elif assignment := _ASSIGNMENT.match(text, offset):
            path = table + _steps(assignment[1])
            for length in range(len(table) + 1, len(path) + 1):
                found.setdefault(path[:length], line)
    return found


def _statements(text: str) -> Iterator[int]:
    """The offset of every line on which a header or a key starts."""
    offset = 0
    while offset < len(text):
        found = _INK.search(text, offset)
        if found is None:
            return
        start = found.start()
        if text[start] != "#":
            yield start
        offset = _end(text, start)


def _end(text: str, start: int) -> int:
    """Where the statement that starts there ends: at the first line end outside of strings and brackets."""
    depth = 0
    for token in _TOKEN.finditer(text, start):
        if token[0] in ("[", "{"):
            depth += 1
        elif token[0] in ("]", "}"):
            depth -= 1
        elif token[0] == "\n" and depth <= 0:
            return token.end()
    return len(text)


def _opened(header: re.Match[str], repeats: dict[Path, int]) -> Path:
    """The path of a table: below the latest item of each array of tables on the way."""
    path: Path = ()
    steps = _steps(header[2])
    for position, step in enumerate(steps, 1):
        path = (*path, step)
        if position == len(steps) and header[1] == "[[":
            repeats[path] = repeats.get(path, -1) + 1
        if path in repeats:
            path = (*path, repeats[path])
    return path


def _steps(name: str) -> Path:
    return tuple(step[1:-1] if step[0] in "\"'" else step for step in _STEP.findall(name))


class TomlText:
    """A TOML file as a `seawall.core.Text`, whose places are whole lines."""

    def __init__(self, text: str, value: Any, prefix: Path = ()) -> None:
        """`value` is the table at `prefix`, from which paths count."""
        self.value = value
        self.line = 1
        self._text = text
        self._prefix = prefix
        self._known: dict[Path, int] | None = None

    def locate(self, path: Path) -> tuple[Span, int]:
        """The line of the deepest part of `path` that has one, and how many of its steps do."""
        if self._known is None:
            self._known = key_lines(self._text)
        whole = self._prefix + path
        depth = next((n for n in range(len(whole), 0, -1) if whole[:n] in self._known), 0)
        number = self._known.get(whole[:depth], 1)
        text = (self.lines(number, number) or [""])[0]
        indent = len(text) - len(text.lstrip())
        return Span(number, indent + 1, number, len(text.rstrip()) + 1), max(depth - len(self._prefix), 0)

    def has(self, path: Path) -> bool:
        """Whether there is a value at `path`."""
        value = self.value
        for step in path:
            if not isinstance(value, dict) or step not in value:
                return False
            value = value[step]
        return True

    def lines(self, first: int, last: int) -> list[str]:
        """Lines of the file."""
        return self._text.splitlines()[max(first, 1) - 1 : max(last, 0)]
