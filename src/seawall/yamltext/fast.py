"""One document read line by line: the subset of YAML that machines and most people write, or `UNSURE`.

A fleet of manifests has few distinct lines, so what a line means is worked out once and remembered. At the first
doubt the pass gives up and the exact one decides; where it answers, the two never differ.
"""

from __future__ import annotations

import re
from array import array
from itertools import accumulate
from typing import Any, Final, NamedTuple

from seawall.yamltext import scalars
from seawall.yamltext.parts import Limits, Marks, Reading
from seawall.yamltext.scalars import ScalarError

# All quantifiers over text are possessive: a line is matched in time linear in its length, or not at all.
_KEY = r"""(?:[A-Za-z_/][A-Za-z0-9_./-]{0,250}+|"[^"\\]{0,250}+"|'[^']{0,250}+')"""
_ITEM = r"""(?:-{0,2}+[A-Za-z0-9_/][A-Za-z0-9_./=@+*-]*+|"[^"\\]*+"|'[^']*+')"""
_QUOTED = r""""[^"\\]*+"|'(?:[^']|'')*+'"""
_PLAIN = (
    r"(?:[A-Za-z0-9_/.$+^;\\~(<=]|-(?=[^ \-])|:(?=[^ ]))"
    r"(?:[^:# ]|:(?=[^ ])|(?<=[^ ])\#|\ ++(?=[^# ]))*+"
)
_LINE: Final = re.compile(
    rf"""
    (\ *+) (-\ ++)? (?:({_KEY}):(?:\ ++|$))?
    (?: (?P<quoted>{_QUOTED})
      | (?P<literal>\|[-+]?)
      | (?P<flow>\[\ *+(?:{_ITEM}(?:\ *+,\ *+{_ITEM})*+)?+\ *+\]|{{\ *+}})
      | (?P<plain>{_PLAIN})
    )?
    \ *+ (?:(?<=\ )\#.*+)? $
    """,
    re.VERBOSE,
)
_SIMPLE: Final = re.compile(
    r"( *+)(- )?([A-Za-z_][A-Za-z0-9_./-]{0,250}+):(?: ([A-Za-z/](?:[A-Za-z0-9_./@-]|:(?=[A-Za-z0-9_./@-]))*+))?$"
)
_BLANK: Final = re.compile(r" *+(?:#.*+)?$")
_DASH: Final = re.compile(r"( *+)- *+(?:(?<= )#.*+)?$")
_MARKER: Final = re.compile("---(?: ++(?:#[\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*+)?)?$")
_ITEMS: Final = re.compile(_ITEM)
_FOREIGN: Final = re.compile("[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_FOREIGN_IN_LITERAL: Final = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_LONGEST_MEMO: Final = 200
_LARGEST_MEMO: Final = 20_000

_DEEPEST_LINE: Final = 2
"""What one line may open at most: `- key: []`."""

_MOST_NODES: Final = 4
"""What one line may hold at most, commas apart: `- key: [value]`."""

_SKIP, _VALUE, _NOTHING, _LITERAL, _FLOW = range(5)


class _Unsure(Exception):  # noqa: N818 - it never leaves the module
    """This document is not in the subset."""


class Line(NamedTuple):
    """What one line says, whatever stands around it. Columns count from 0."""

    code: int
    indent: int = 0
    is_item: bool = False
    key_column: int = -1
    key_end: int = -1
    key: str = ""
    value: Any = None
    start: int = 0
    end: int = 0
    """The columns of the value; where there is none, of the key or the dash."""
    items: tuple[tuple[int, int], ...] = ()
    """The columns of a flow list's items."""


def _classify(line: str) -> Line:
    simple = _SIMPLE.match(line)
    if simple and isinstance(scalars.resolve(simple[3]), str):
        return _simple(simple)
    if _FOREIGN.search(line) or line.startswith(("---", "...", "%")):
        raise _Unsure
    if _BLANK.match(line):
        return Line(_SKIP)
    dash = _DASH.match(line)
    if dash:
        column = dash.end(1)
        return Line(_NOTHING, column, True, start=column, end=column + 1)
    match = _LINE.match(line)
    if match is None:
        raise _Unsure
    return _general(match)


def _simple(match: re.Match[str]) -> Line:
    indent, column = match.end(1), match.start(3)
    is_item = match[2] is not None
    if match[4] is None:
        return Line(_NOTHING, indent, is_item, column, match.end(3), match[3], None, column, match.end(3))
    value = scalars.scalar(match[4])
    return Line(_VALUE, indent, is_item, column, match.end(3), match[3], value, match.start(4), match.end(4))


def _general(match: re.Match[str]) -> Line:
    indent = match.end(1)
    is_item = match[2] is not None
    key = match[3]
    if key is None and not is_item:
        raise _Unsure
    column, key_end = match.span(3)
    if key is not None:
        key = _key(key)
    kind = match.lastgroup
    if kind is None:
        return Line(_NOTHING, indent, is_item, column, key_end, key or "", None, column, key_end)
    start, end = match.span(kind)
    code, value = _VALUE, match[kind]
    items: tuple[tuple[int, int], ...] = ()
    if kind == "literal":
        code, value = _LITERAL, value[1:]
    elif kind == "flow":
        code, value, items = _FLOW, *_flow(value, start)
    else:
        value = _scalar(value)
    return Line(code, indent, is_item, column, key_end, key or "", value, start, end, items)


def _key(text: str) -> str:
    if text[0] in "\"'":
        return text[1:-1]
    if text == "<<" or not isinstance(scalars.resolve(text), str):
        raise _Unsure
    return text


def _scalar(text: str) -> scalars.Scalar:
    if text[0] == '"':
        return text[1:-1]
    if text[0] == "'":
        return text[1:-1].replace("''", "'")
    try:
        return scalars.scalar(text)
    except ScalarError:
        raise _Unsure from None


def _flow(text: str, start: int) -> tuple[list[Any] | None, tuple[tuple[int, int], ...]]:
    """The items of `[...]` and their columns; None for `{}`."""
    if text[0] == "{":
        return None, ()
    found = list(_ITEMS.finditer(text, 1))
    return [_scalar(item[0]) for item in found], tuple((start + item.start(), start + item.end()) for item in found)


class _Walk:
    """One pass over the lines of one document."""

    def __init__(self, lines: list[str], memo: dict[str, Line], limits: Limits, marking: bool) -> None:
        self._lines = lines
        self._memo = memo
        self._max_depth = limits.max_depth
        self._marking = marking
        self._offsets = list(accumulate((len(line) + 1 for line in lines), initial=0)) if marking else []
        self.marks: Marks = array("I", (0, 0, 1) if marking else ())

    def run(self) -> Any:  # noqa: C901, PLR0912, PLR0915 - the hot loop: calls and attributes would double its time
        """The value; raises `_Unsure`."""
        lines, get, marking, marks = self._lines, self._memo.get, self._marking, self.marks
        # The innermost open mapping or sequence (its column, itself, its number in `marks`), and those around it.
        container: Any = None
        column, slot = -1, 0
        outer: list[tuple[int, Any, int]] = []
        root: Any = None
        waiting: str | int | None = None  # the key or index whose value may follow on deeper lines
        number, count = 1 if _MARKER.match(lines[0]) else 0, len(lines)
        while number < count:
            token = get(lines[number]) or _remember(lines[number], self._memo)
            code, indent, is_item, key_column, key_end, name, value, start, end, _ = token
            if code == _SKIP:
                number += 1
                continue
            in_mapping = container.__class__ is dict
            if waiting is not None and (indent > column or (indent == column and is_item and in_mapping)):
                inner: Any = [] if is_item else {}
                container[waiting] = inner
                outer.append((column, container, slot))
                column, container, slot = indent, inner, len(marks) - 1
                if len(outer) + _DEEPEST_LINE > self._max_depth:
                    raise _Unsure
                if marking and not in_mapping:
                    self._mark_own_token(token, number)
            elif indent != column or is_item is in_mapping:
                if root is None:
                    root = [] if is_item else {}
                    outer.append((column, container, slot))
                    column, container, slot = indent, root, len(marks) - 1
                    if marking:
                        self._mark_own_token(token, number)
                while indent < column or (indent == column and is_item is (container.__class__ is dict)):
                    if marking:
                        marks[slot] = len(marks) // 3
                    column, container, slot = outer.pop()
                if indent != column or is_item is (container.__class__ is dict):
                    raise _Unsure
            waiting = None
            key: str | int = name
            if key_column < 0:
                key = len(container)
                container.append(None)
            elif is_item:
                inner = {}
                container.append(inner)
                if marking:
                    self._mark(number, key_column, key_end)
                outer.append((column, container, slot))
                column, container, slot = key_column, inner, len(marks) - 1
            elif key in container:
                raise _Unsure
            if code <= _NOTHING:
                container[key] = value
                if code == _NOTHING:
                    waiting = key
                if marking:
                    self._mark(number, start, end)
            elif code == _FLOW:
                container[key] = {} if value is None else list(value)
                self._mark_flow(number, token)
            else:
                container[key], number = self._literal(token, number, column)
            number += 1
        while outer and marking:
            marks[slot] = len(marks) // 3
            slot = outer.pop()[2]
        return root

    def _mark(self, number: int, start: int, end: int) -> None:
        offset = self._offsets[number]
        self.marks.extend((offset + start, offset + end, len(self.marks) // 3 + 1))

    def _mark_own_token(self, token: Line, number: int) -> None:
        """A container that no key holds stands at its own first token."""
        offset, indent = self._offsets[number], token.indent
        start, end = (indent, indent + 1) if token.is_item else (token.key_column, token.key_end)
        self.marks[-3], self.marks[-2] = offset + start, offset + end

    def _mark_flow(self, number: int, token: Line) -> None:
        if not self._marking:
            return
        held = token.key_column >= 0
        self._mark(number, *((token.key_column, token.key_end) if held else (token.start, token.start + 1)))
        slot = len(self.marks) - 1
        for start, end in token.items:
            self._mark(number, start, end)
        self.marks[slot] = len(self.marks) // 3

    def _literal(self, token: Line, number: int, column: int) -> tuple[str, int]:
        """The text of a `|` block whose header is on line `number`, and its last line."""
        lines = self._lines
        first = number + 1
        while first < len(lines) and not lines[first].strip(" "):
            first += 1
        if first == len(lines):
            raise _Unsure
        indent = len(lines[first]) - len(lines[first].lstrip(" "))
        # A tab, or a deeper blank line, before the text is an error that the exact pass explains.
        too_deep = any(len(line) > indent for line in lines[number + 1 : first])
        if indent <= column or too_deep or lines[first][indent] == "\t":
            raise _Unsure
        margin = " " * indent
        after = first
        while after < len(lines) and (lines[after].startswith(margin) or not lines[after].strip(" ")):
            after += 1
        text = "\n".join([line[indent:] for line in lines[number + 1 : after]])
        if _FOREIGN_IN_LITERAL.search(text):
            raise _Unsure
        if self._marking:
            self._mark_literal(token, number, after)
        if token.value == "+":
            return text + "\n", after - 1
        return text.rstrip("\n") + ("" if token.value == "-" else "\n"), after - 1

    def _mark_literal(self, token: Line, number: int, after: int) -> None:
        last = after - 1
        while not self._lines[last].strip(" \t"):
            last -= 1
        start = self._offsets[number] + token.start
        end = self._offsets[last] + len(self._lines[last].rstrip(" \t"))
        self.marks.extend((start, end, len(self.marks) // 3 + 1))


def _remember(line: str, memo: dict[str, Line]) -> Line:
    token = _classify(line)
    if len(line) <= _LONGEST_MEMO and len(memo) < _LARGEST_MEMO:
        memo[line] = token
    return token


class FastPass:
    """Reads documents of the simple subset; one instance serves a whole scan, for the sake of its memory."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._memo: dict[str, Line] = {}

    def read(self, text: str, marking: bool = False) -> Reading | None:
        """The document in `text`, which must end with a line feed; None where the exact pass has to decide."""
        lines = text[:-1].split("\n")
        limits = self._limits
        if limits.max_depth < 1 + _DEEPEST_LINE or _MOST_NODES * len(lines) + text.count(",") > limits.max_nodes:
            return None
        walk = _Walk(lines, self._memo, limits, marking)
        try:
            value = walk.run()
        except _Unsure:
            return None
        return Reading(value, marks=walk.marks if marking else None)
