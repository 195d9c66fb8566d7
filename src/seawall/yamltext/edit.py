"""Changes to a document's text that keep every other byte, each proven by reading the result again.

Every function takes a `Document`, or a text that holds exactly one, and returns the whole text of its file after the
change. None means declined: the path does not exist, or the change cannot be made without touching something else,
such as a value that an alias shares.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from seawall.core import Path
from seawall.yamltext import jsontext, render
from seawall.yamltext.document import Document
from seawall.yamltext.nodes import Node
from seawall.yamltext.parts import Limits, Refusal
from seawall.yamltext.reader import read

_COLON: Final = re.compile(r"[ \t]*+:")
_PROPERTIES: Final = ("&", "!")


class _Declined(Exception):  # noqa: N818 - it never leaves the module
    """The change cannot be made by splicing."""


class _Splice(NamedTuple):
    """Offsets count in the document's text."""

    start: int
    end: int
    text: str


def replace(target: Document | str, path: Path, value: Any) -> str | None:
    """The text with `value` in the place of what stands at `path`."""
    new = render.normal(value)
    return _change(target, lambda tree: _assign(tree, path, new), lambda site: site.replacing(path, new))


def insert(target: Document | str, path: Path, key: str, value: Any) -> str | None:
    """The text with `key: value` as the last entry of the mapping at `path`, which may be empty or null."""
    new = render.normal(value)
    return _change(target, lambda tree: _add(tree, path, key, new), lambda site: site.adding(path, new, key))


def append(target: Document | str, path: Path, value: Any) -> str | None:
    """The text with `value` as the last item of the list at `path`, which may be empty or null."""
    new = render.normal(value)
    return _change(target, lambda tree: _extend(tree, path, new), lambda site: site.adding(path, new))


def delete(target: Document | str, path: Path) -> str | None:
    """The text without the entry or item at `path`; what held it stays, as `{}` or `[]` where it was the only one."""
    return _change(target, lambda tree: _remove(tree, path), lambda site: site.deleting(path))


def _change(
    target: Document | str, on_value: Callable[[list[Any]], None], on_text: Callable[[_Site], _Splice]
) -> str | None:
    document = _single(target) if isinstance(target, str) else target
    if document is None:
        return None
    wanted = [render.normal(document.value)]
    try:
        on_value(wanted)
        start, end, text = on_text(_Site(document))
    except (_Declined, Refusal, KeyError, IndexError, TypeError):
        return None
    changed = document.text[:start] + text + document.text[end:]
    again = _single(changed)
    if again is None or _canonical(again.value) != _canonical(wanted[0]):
        return None
    return document.in_file(changed)


def _single(text: str) -> Document | None:
    found = read(text)
    return found[0] if len(found) == 1 and isinstance(found[0], Document) else None


def _canonical(value: Any) -> str:
    """Values are compared as JSON: to Python, 1 and True are equal."""
    return json.dumps(render.normal(value), sort_keys=True)


# What an edit does to the value. The tree is the only item of a list, so that its root can be replaced like any part.


def _part(tree: list[Any], path: Path) -> Any:
    part: Any = tree[0]
    for step in path:
        if isinstance(part, list) and not (isinstance(step, int) and step >= 0):
            raise _Declined
        part = part[step]
    return part


def _assign(tree: list[Any], path: Path, value: Any) -> None:
    _part(tree, path)
    holder: Any = _part(tree, path[:-1]) if path else tree
    holder[path[-1] if path else 0] = value


def _add(tree: list[Any], path: Path, key: str, value: Any) -> None:
    part = _part(tree, path)
    if part is None:
        _assign(tree, path, {key: value})
    elif not isinstance(part, dict) or key in part:
        raise _Declined
    else:
        part[key] = value


def _extend(tree: list[Any], path: Path, value: Any) -> None:
    part = _part(tree, path)
    if part is None:
        _assign(tree, path, [value])
    elif not isinstance(part, list):
        raise _Declined
    else:
        part.append(value)


def _remove(tree: list[Any], path: Path) -> None:
    if not path:
        raise _Declined
    _part(tree, path)
    del _part(tree, path[:-1])[path[-1]]


class _Site:
    """The text and nodes of one document, to work out splices on."""

    def __init__(self, document: Document) -> None:
        from seawall.yamltext import exact  # libyaml takes a third of the time a scan may start in

        self._text = document.text
        json_root = _json_root(self._text)
        self._is_json = json_root is not None
        self._root = json_root or exact.tree(self._text.removesuffix("\n") + "\n", Limits())[0]
        self._newline = "\r\n" if "\r\n" in self._text else "\n"

    def replacing(self, path: Path, value: Any) -> _Splice:
        """Put a value in the place of another."""
        node = self._entry(path)[1]
        is_empty = node.children is None and node.start == node.stop
        is_block = node.children is not None and not node.is_flow
        if not (is_empty or is_block) and self._text[node.start] in _PROPERTIES:
            raise _Declined
        stacks = isinstance(value, dict | list) and value and not node.children and path and not self._in_flow(path)
        if is_empty or is_block or stacks:
            return self._stacking(path, value)
        first = self._text[node.start]
        return _Splice(node.start, node.stop, self._flow(value, first if first in "\"'" else ""))

    def _stacking(self, path: Path, value: Any) -> _Splice:
        """Put a block in the place of another value; a scalar stays on the line of its key or dash."""
        key, node = self._entry(path)
        if key is None:
            lead = " " if node.start == node.stop else ""
            lines = render.block(value, self._column(node.start) + len(lead))
            return _Splice(node.start, node.stop, lead + self._newline.join(lines))
        colon = _COLON.match(self._text, key.end)
        if colon is None or self._text[colon.end() : node.start].strip():
            raise _Declined
        if self._in_flow(path) or not (isinstance(value, dict | list) and value):
            return _Splice(colon.end(), node.stop, f" {self._flow(value)}")
        indent = self._column(key.start) + 2
        margin = self._newline + " " * indent
        block = margin + self._newline.join(render.block(value, indent))
        if node.children:
            return _Splice(colon.end(), node.stop, block)
        rest = self._text[node.stop : self._next_line(node.stop)].rstrip("\r\n")
        return _Splice(colon.end(), node.stop + len(rest), rest.rstrip() + block)

    def adding(self, path: Path, value: Any, key: str | None = None) -> _Splice:
        """Add an item, or an entry if there is a key, after the last one at `path`."""
        node = self._entry(path)[1]
        if not node.children:
            return self.replacing(path, [value] if key is None else {key: value})
        if node.is_flow:
            text = self._flow(value)
            return self._adding_to_flow(node, text if key is None else f"{self._flow(key)}: {text}")
        margin = " " * self._column(node.start)
        lines = [margin + line for line in (render.item(value) if key is None else render.entry(key, value))]
        after = self._next_line(node.stop)
        if after == len(self._text) and not self._text.endswith("\n"):
            return _Splice(after, after, "".join(self._newline + line for line in lines))
        return _Splice(after, after, "".join(line + self._newline for line in lines))

    def _adding_to_flow(self, node: Node, text: str) -> _Splice:
        parts = _in_order(node)
        if self._text[node.start] in _PROPERTIES:
            raise _Declined
        lead = self._text[node.start + 1 : parts[0].start]
        return _Splice(parts[-1].stop, parts[-1].stop, "," + (lead if "\n" in lead else " ") + text)

    def deleting(self, path: Path) -> _Splice:
        """Take an entry or item away."""
        holder = self._entry(path[:-1])[1]
        parts = _in_order(holder)
        number = next(number for number, part in enumerate(parts) if part.name == path[-1])
        part, later = parts[number], parts[number + 1 : number + 2]
        if len(parts) == 1:
            return self.replacing(path[:-1], {} if isinstance(holder.children, dict) else [])
        if holder.is_flow:
            return _Splice(part.start, later[0].start, "") if later else _Splice(parts[-2].stop, part.stop, "")
        start = part.start if isinstance(holder.children, dict) else self._text.rfind("-", 0, part.start)
        line, after = self._line(start), self._next_line(part.stop)
        if not self._text[line:start].strip():
            return _Splice(line, after, "")
        # The first key after a dash: the next one moves up to its place.
        if not later or self._text[after : later[0].start].strip():
            raise _Declined
        return _Splice(start, later[0].start, "")

    def _entry(self, path: Path) -> tuple[Node | None, Node]:
        """The key, if one holds it, and the node of a path whose text is shared with nothing else."""
        key, node = None, self._root
        for step in path:
            parts: Any = node.children
            key, node = parts[step] if isinstance(parts, dict) else (None, parts[step])
            if node.is_elsewhere:
                raise _Declined
        return key, node

    def _in_flow(self, path: Path) -> bool:
        return self._entry(path[:-1])[1].is_flow

    def _flow(self, value: Any, quote: str = "") -> str:
        return render.flow(value, self._is_json, quote)

    def _line(self, offset: int) -> int:
        return self._text.rfind("\n", 0, offset) + 1

    def _column(self, offset: int) -> int:
        return offset - self._line(offset)

    def _next_line(self, offset: int) -> int:
        return self._text.find("\n", offset) + 1 or len(self._text)


class _Part(NamedTuple):
    start: int
    stop: int
    name: str | int


def _in_order(holder: Node) -> list[_Part]:
    """The entries or items that are written in `holder`, as they follow one another in the text."""
    if isinstance(holder.children, dict):
        entries = holder.children.items()
        return sorted(
            _Part(key.start, max(key.end, value.stop), name) for name, (key, value) in entries if not key.is_elsewhere
        )
    return [_Part(item.start, item.stop, number) for number, item in enumerate(holder.children or ())]


def _json_root(text: str) -> Node | None:
    start = len(text) - len(text.lstrip())
    if not text.startswith("{", start):
        return None
    prepared = jsontext.prepare(text)
    try:
        _, end = jsontext.read(prepared, start, Limits())
    except Refusal:
        return None
    return None if text[end:].strip() else jsontext.tree(prepared)[0]
