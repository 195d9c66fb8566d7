"""JSON as Go's decoder reads it from a stream, and where its values stand."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Final

from seawall.yamltext.nodes import Node, flatten
from seawall.yamltext.parts import Limits, Marks, Reading, Refusal, Repeat

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}:,]|[^\s\[\]{}:,"]++', re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:u[dD][89abAB]..\\u[dD][c-fC-F]..|(u[dD][89a-fA-F]..)|.)", re.DOTALL)
_LONE: Final = re.compile("\\\\u[dD][89a-fA-F]")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


def prepare(text: str) -> str:
    """The text with each escaped surrogate that has no partner replaced by U+FFFD, as Go does; no offset changes."""
    if not _LONE.search(text):
        return text
    return _ESCAPE.sub(lambda match: r"\ufffd" if match[1] else match[0], text)


def read(text: str, start: int, limits: Limits) -> tuple[Reading, int]:
    """The value that begins at `start`, and the offset after it; the offsets of its repeats count from `start`.

    Raises `Refusal` with an offset in `text`; its kind is `json` where Go would see a syntax error.
    """
    repeated = False

    def mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        nonlocal repeated
        found = dict(pairs)
        repeated = repeated or len(found) < len(pairs)
        return found

    decoder = json.JSONDecoder(
        object_pairs_hook=mapping, parse_constant=_no_constant, parse_float=_float, parse_int=_integer
    )
    try:
        value, end = decoder.raw_decode(text, start)
    except json.JSONDecodeError as error:
        raise Refusal("json", error.msg, max(error.pos, start)) from None
    except ValueError as error:
        raise Refusal("number", str(error), start) from None
    except RecursionError:
        raise _too_deep(limits, start) from None
    foreign = _SURROGATE.search(text, start, end)
    if foreign:
        raise Refusal("unicode", f"character U+{ord(foreign[0]):04X} is not allowed in JSON", foreign.start())
    if _is_deeper(value, limits.max_depth):
        raise _too_deep(limits, start)
    return Reading(value, tree(text[start:end])[1] if repeated else ()), end


def _too_deep(limits: Limits, start: int) -> Refusal:
    return Refusal("depth", f"nested deeper than {limits.max_depth} levels", start)


def _is_deeper(value: Any, depth: int) -> bool:
    level = [value]
    for _ in range(depth):
        level = [
            part
            for holder in level
            if type(holder) in (dict, list)
            for part in (holder.values() if type(holder) is dict else holder)
        ]
        if not level:
            return False
    return any(type(holder) in (dict, list) for holder in level)


def _no_constant(name: str) -> Any:
    raise json.JSONDecodeError(f"{name} is no JSON value", name, 0)


def _float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"the number {text[:40]} is too large")
    return number


def _integer(text: str) -> int:
    if len(text) > 309:
        raise ValueError(f"the number {text[:40]}... is too large")
    return int(text)


class _Object(Node):
    __slots__ = ("entries", "key")

    def __init__(self, start: int) -> None:
        super().__init__(None, start, start + 1)
        self.is_flow = True
        self.children = self.entries = dict[str, tuple[Node, Node]]()
        self.key: Node | None = None


class _Array(Node):
    __slots__ = ("items",)

    def __init__(self, start: int) -> None:
        super().__init__(None, start, start + 1)
        self.is_flow = True
        self.children = self.items = list[Node]()


def mark(text: str) -> Marks:
    """Where the parts of one valid JSON value stand."""
    return flatten(tree(text)[0])


def tree(text: str) -> tuple[Node, tuple[Repeat, ...]]:
    """The nodes of one valid JSON value, without their values, and the keys that stand twice."""
    root: Node | None = None
    stack: list[_Object | _Array] = []
    repeats: list[Repeat] = []
    for match in _TOKEN.finditer(text):
        token, start = match[0], match.start()
        if token in ",:":
            continue
        if token in "]}":
            stack.pop().stop = match.end()
            continue
        opened = _Object(start) if token == "{" else _Array(start) if token == "[" else None
        node = opened or Node(token, start, match.end())
        if not stack:
            root = root or node
        else:
            _place(stack[-1], node, repeats)
        if opened:
            stack.append(opened)
    return root or Node(None, 0, 0), tuple(repeats)


def _place(parent: _Object | _Array, node: Node, repeats: list[Repeat]) -> None:
    if isinstance(parent, _Array):
        parent.items.append(node)
    elif parent.key is None:
        parent.key = node
    else:
        key, parent.key = parent.key, None
        name = json.loads(key.value)
        if name in parent.entries:
            repeats.append(Repeat(name, key.start, key.end))
        parent.entries[name] = (key, node)
