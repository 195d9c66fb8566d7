"""One document read from libyaml's events: the pass that decides, and the reference of the fast one.

PyYAML's own `load` and `compose` recurse, and resolve otherwise than Kubernetes; its event stream does neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from yaml import MarkedYAMLError, YAMLError
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs forget it
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from seawall.yamltext import scalars
from seawall.yamltext.nodes import Node, flatten
from seawall.yamltext.parts import Limits, Reading, Refusal, Repeat
from seawall.yamltext.scalars import ScalarError

UNREADABLE: Final = re.compile(  # what libyaml's and go-yaml's readers refuse
    "[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_ESCAPED_SLASH: Final = re.compile(r"(?:[^\\]|\\[^/])*+\\/", re.DOTALL)
_MERGE_TAG: Final = "tag:yaml.org,2002:merge"


class _Sequence(Node):
    __slots__ = ("items",)

    def __init__(self, start: int) -> None:
        super().__init__([], start, start + 1)
        self.children = self.items = list[Node]()


class _Mapping(Node):
    __slots__ = ("awaits_first", "entries", "key", "merging", "names")

    def __init__(self, start: int, in_block: bool) -> None:
        super().__init__({}, start, start + 1)
        self.children = self.entries = dict[str, tuple[Node, Node]]()
        self.awaits_first = in_block
        """The first token of a block mapping is its first key."""
        self.names: set[str] = set()
        """The keys written here, as opposed to merged."""
        self.key: Node | None = None
        """The key that waits for its value."""
        self.merging = False
        """Whether that key is `<<`."""


class _Builder:
    """Turns the events of one document into a tree of nodes, without recursion."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._text = text
        self._limits = limits
        self._escaped_slashes = "\\/" in text
        self._stack: list[_Mapping | _Sequence] = []
        self._anchors: dict[str, Node] = {}
        self._decoded = 1
        self._aliased = 0
        self.repeats: list[Repeat] = []

    def build(self, next_event: Callable[[], Any]) -> Node:
        """The root, from the events that follow a document's start."""
        root = Node(None, 0, 0)
        while True:
            event = next_event()
            kind = type(event)
            if kind is ScalarEvent:
                node = self._scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._open(event, kind is MappingStartEvent)
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                node = self._close(event)
            elif kind is AliasEvent:
                node = self._alias(event)
            else:
                return root
            if self._stack:
                self._place(self._stack[-1], node, event)
            else:
                root = node

    def _scalar(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        tag, text = event.tag, event.value
        try:
            if tag is None:
                value = scalars.resolve(text) if event.implicit[0] else text
            else:
                value = scalars.resolve_tagged(tag, text)
        except ScalarError as error:
            raise Refusal("yaml", str(error), start) from None
        if event.style in ("|", ">"):
            end = start + len(self._text[start:end].rstrip(" \t\r\n"))
        elif event.style == '"' and self._escaped_slashes and _ESCAPED_SLASH.match(self._text, start, end):
            raise Refusal("yaml", r"found unknown escape character '\/'", start)
        node = Node(value, start, end)
        if event.anchor:
            self._anchors[event.anchor] = node
        self._count(1, start)
        return node

    def _open(self, event: Any, is_mapping: bool) -> None:
        start = event.start_mark.index
        node = _Mapping(start, not event.flow_style) if is_mapping else _Sequence(start)
        node.is_open = True
        node.is_flow = event.flow_style
        if event.anchor:
            self._anchors[event.anchor] = node
        self._stack.append(node)
        self._count(1, start)
        if len(self._stack) > self._limits.max_depth:
            raise Refusal("depth", f"nested deeper than {self._limits.max_depth} levels", start)

    def _close(self, event: Any) -> Node:
        node = self._stack.pop()
        node.is_open = False
        if node.is_flow:
            # A block's end mark lies after the comments that follow it; its last part ends where it ends.
            node.stop = event.end_mark.index
        return node

    def _alias(self, event: Any) -> Node:
        name, start = event.anchor, event.start_mark.index
        target = self._anchors.get(name)
        if target is None:
            raise Refusal("yaml", "unknown anchor referenced; quote a text that begins with `*`", start)
        if target.is_open:
            raise Refusal("yaml", f"anchor {name!r} contains itself", start)
        if len(self._stack) + target.height > self._limits.max_depth + 1:
            raise Refusal("depth", f"nested deeper than {self._limits.max_depth} levels, through aliases", start)
        self._aliased += target.size
        self._count(1 + target.size, start)
        if self._aliased > 100 and self._decoded > 1000 and self._aliased > self._decoded * self._alias_share():
            raise Refusal("alias", "the document consists of aliases almost alone", start)
        node = target.elsewhere()
        node.size += 1
        node.stop = event.end_mark.index
        return node

    def _alias_share(self) -> float:
        """The share of aliased values that go-yaml allows (v2.4.4, `decode.go`, `allowedAliasRatio`)."""
        low, high = 400_000, 4_000_000
        return 0.99 - 0.89 * min(max((self._decoded - low) / (high - low), 0.0), 1.0)

    def _count(self, nodes: int, start: int) -> None:
        self._decoded += nodes
        if self._decoded > self._limits.max_nodes:
            raise Refusal("nodes", f"more than {self._limits.max_nodes} values in one document", start)

    def _place(self, parent: _Mapping | _Sequence, node: Node, event: Any) -> None:
        parent.size += node.size
        parent.height = max(parent.height, node.height + 1)
        parent.stop = max(parent.stop, node.stop)
        if isinstance(parent, _Sequence):
            parent.value.append(_json(node))
            parent.items.append(node)
        elif parent.key is None:
            _take_key(parent, node, event)
        elif parent.merging:
            _merge(parent, node, parent.key.start)
            parent.key = None
        else:
            self._take_value(parent, parent.key, node)
            parent.key = None

    def _take_value(self, parent: _Mapping, key: Node, node: Node) -> None:
        try:
            name = scalars.key(key.value)
        except ScalarError as error:
            raise Refusal("yaml", str(error), key.start) from None
        if name in parent.names:
            self.repeats.append(Repeat(name, key.start, key.end))
        parent.names.add(name)
        parent.value[name] = _json(node)
        parent.entries[name] = (key, node)


def _take_key(parent: _Mapping, node: Node, event: Any) -> None:
    if node.children is not None:
        raise Refusal("yaml", "a mapping key is itself a mapping or a sequence", event.start_mark.index)
    is_alias = type(event) is AliasEvent
    key = Node(node.value, event.start_mark.index, event.end_mark.index if is_alias else node.end)
    is_merge = not is_alias and event.value == "<<" and (event.implicit[0] or event.tag == _MERGE_TAG)
    if parent.awaits_first:
        parent.start, parent.end, parent.awaits_first = key.start, key.end, False
    parent.key, parent.merging = key, is_merge


def _merge(parent: _Mapping, node: Node, start: int) -> None:
    """`<<` as go-yaml applies it: in document order, over what stands already; in a list the earlier one wins."""
    sources = node.children if isinstance(node.children, list) else [node]
    for source in reversed(sources):
        if not isinstance(source.children, dict):
            raise Refusal("yaml", "a merge (`<<`) needs a mapping or a list of mappings", start)
        parent.value.update(source.value)
        parent.entries.update(
            {name: (key.elsewhere(), value.elsewhere()) for name, (key, value) in source.children.items()}
        )


def _json(node: Node) -> Any:
    if type(node.value) is not float:
        return node.value
    try:
        return scalars.json_number(node.value)
    except ScalarError as error:
        raise Refusal("yaml", str(error), node.start) from None


def read(text: str, limits: Limits, marking: bool = False) -> Reading:
    """The first document of `text`, as sigs.k8s.io/yaml's `YAMLToJSON` reads it; raises `Refusal`.

    What follows the document's end (`...`) is not looked at, just as there.
    """
    root, repeats = tree(text, limits)
    return Reading(_json(root), repeats, flatten(root) if marking else None)


def tree(text: str, limits: Limits) -> tuple[Node, tuple[Repeat, ...]]:
    """The same as nodes, and the keys that stand twice; raises `Refusal`."""
    foreign = UNREADABLE.search(text)
    if foreign:
        raise Refusal("yaml", f"character U+{ord(foreign[0]):04X} is not allowed in YAML", foreign.start())
    parser = CParser(text)
    builder = _Builder(text, limits)
    try:
        parser.get_event()
        start = parser.get_event()
        if type(start) is StreamEndEvent:
            root = Node(None, 0, 0)
        else:
            _check_version(start)
            root = builder.build(parser.get_event)
    except MarkedYAMLError as error:
        mark: Any = error.problem_mark
        kind = "depth" if "nesting depth" in (error.problem or "") else "yaml"
        raise Refusal(kind, _explain(error), mark.index if mark else 0) from None
    except YAMLError as error:
        raise Refusal("yaml", str(error)) from None
    finally:
        parser.dispose()
    return root, tuple(builder.repeats)


def _check_version(start: Any) -> None:
    """libyaml reads `%YAML 1.2`, go-yaml 1.1 alone."""
    if start.version and tuple(start.version) != (1, 1):
        raise Refusal("yaml", "found incompatible YAML document: only version 1.1 is read", start.start_mark.index)


def _explain(error: MarkedYAMLError) -> str:
    problem = error.problem or "the document cannot be read"
    return f"{problem} {error.context}" if error.context else problem
