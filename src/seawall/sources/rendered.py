"""Objects that a template produced, and where in the template's own text their parts stand.

Rendered text has lines that nobody can edit, so places are sought in the template: the keys of a path are followed
through its literal lines, whose indentation is that of the output, past the lines that hold only `{{ }}`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

import msgspec

from seawall.core import Path, Place, Precision, Span, Text
from seawall.core.places import Produced
from seawall.sources.process import Limits
from seawall.yamltext import Broken

_ACTION: Final = re.compile(r"\{\{.*?\}\}")
_CONTROL: Final = re.compile(r"\{\{-?\s*(?:if|else|end|with|range|define|block|break|continue|/\*|\$[\w]*\s*:?=)")
_KEY: Final = re.compile(
    r"""(?P<dash>-\ +)?(?P<quote>["']?)(?P<key>[^\s"'#{}:]+)(?P=quote)\s*:(?:\s+(?P<value>.*)|$)"""
)
_COMMENT: Final = re.compile(r"(?:^|\s)#.*$")

_LONGEST: Final = 2000
"""Characters of a line that is looked at: the patterns above take quadratic time on a line of opening braces."""


class RenderOptions(msgspec.Struct, frozen=True, kw_only=True):
    """How charts and kustomizations are rendered."""

    values: tuple[str, ...] = ()
    """Paths of values files, the last one strongest; the chart's own `values.yaml` always comes first."""
    set_values: tuple[str, ...] = ()
    """Assignments as `--set` takes them, stronger than any file."""
    release: str = "release-name"
    """The name that `helm template` gives where none is asked for."""
    namespace: str | None = None
    """The release's namespace; None is `default`."""
    kube_version: str | None = None
    """What `.Capabilities.KubeVersion` says; None is the renderer's own idea."""
    plugins: bool = False
    """Whether Kustomize may run plugins: functions, exec generators, Helm charts."""
    limits: Limits = Limits()


class Reader(Protocol):
    """What parses a rendered text; `seawall.yamltext.Reader` is one."""

    def read(self, text: str) -> Sequence[Text | Broken]:
        """Every document of `text`, or what was wrong with it."""


class Line(msgspec.Struct, frozen=True, gc=False):
    """What one line of a template says of the output's structure."""

    number: int
    indent: int
    """Where its key starts; of a line without one, where its text starts."""
    dash: int
    """Where the `- ` of a list item starts; -1 where there is none."""
    key: str
    """Empty where the line has no literal key."""
    value: str
    """The text after the key, or the whole of an action line."""
    action: bool = False
    """Whether only `{{ }}` stands on it, and it writes something."""

    @property
    def outer(self) -> int:
        """The indentation that ends what came before."""
        return self.dash if self.dash >= 0 else self.indent


class Template:
    """A template's text and, once it is asked for, its structure; shared by the objects rendered from it."""

    def __init__(self, file: str, text: str) -> None:
        """`file` is the path as the user would type it."""
        self.file = file
        self.lines = text.splitlines()
        self._sections: list[list[Line]] | None = None

    def sections(self) -> list[list[Line]]:
        """The structure of each `---` part that has any."""
        if self._sections is None:
            self._sections = [part for part in _split(self.lines) if part] or [[]]
        return self._sections

    def span(self, line: Line) -> Span:
        """The line from its key to its end."""
        return Span(line.number, line.indent + 1, line.number, len(self.lines[line.number - 1]) + 1)

    def first(self) -> Span:
        """The first line that is not a comment."""
        lines = (number for number, text in enumerate(self.lines, 1) if text.strip() and text.strip()[0] != "#")
        number = next(lines, 1)
        return Span(number, 1, number, len(self.lines[number - 1]) + 1 if self.lines else 1)


class Rendered(Produced):
    """A rendered object as a `Text` whose places are the template's."""

    def __init__(self, text: Text, value: Any, template: Template | None, file: str) -> None:
        """`value` is `text.value` with what cannot be known made `Unknown`; without `template` only `file` is known."""
        self.value = value
        self._text = text
        self._template = template
        self._file = file
        self._section: list[Line] | None = None

    @property
    def line(self) -> int:
        """Where the object starts in the template."""
        return self.place(()).span.line

    def locate(self, path: Path) -> tuple[Span, int]:
        """The span in the template, and how many steps of `path` the rendered object has."""
        return self.place(path).span, self._text.locate(path)[1]

    def lines(self, first: int, last: int) -> list[str]:
        """The template's lines."""
        return self._template.lines[max(first, 1) - 1 : last] if self._template else []

    def lines_of(self, file: str, first: int, last: int) -> list[str]:
        """The template's lines; no other file is known."""
        return self.lines(first, last) if file == self._file else []

    def place(self, path: Path) -> Place:
        """The template's line that most likely produced what stands at `path`."""
        if self._template is None:
            return Place(self._file, Span(1, 1, 1, 1), Precision.DOCUMENT)
        if self._section is None:
            self._section = _best_section(self._template.sections(), self._text.value)
        line = _walk(self._section, path, self._text.value) if self._section else None
        span = self._template.span(line) if line else self._template.first()
        return Place(self._file, span, Precision.TEMPLATE)


def _split(lines: list[str]) -> Iterator[list[Line]]:
    part: list[Line] = []
    open_action = False
    for number, text in enumerate(lines, 1):
        if open_action:
            open_action = "}}" not in text
            continue
        if text.startswith("---"):
            yield part
            part = []
            continue
        open_action = text.rfind("{{") > text.rfind("}}")
        line = _line(number, text)
        if line and not (open_action and text.lstrip().startswith("{{")):
            part.append(line)
    yield part


def _line(number: int, text: str) -> Line | None:
    bare = text.strip()
    if not bare or bare.startswith("#") or len(bare) > _LONGEST:
        return None
    if bare.startswith("{{") and not _ACTION.sub("", bare).strip():
        indent = len(text) - len(text.lstrip())
        return None if _CONTROL.match(bare) else Line(number, indent, -1, "", bare, action=True)
    # An `{{ if }}` before a key on the same line leaves the key where the output has it.
    text = _ACTION.sub(lambda found: "" if _CONTROL.match(found[0]) else found[0], text)
    indent = len(text) - len(text.lstrip())
    match = _KEY.match(text, indent)
    if match:
        dash = indent if match["dash"] else -1
        value = _COMMENT.sub("", match["value"] or "").strip()
        return Line(number, match.start("key") - len(match["quote"]), dash, match["key"], value)
    if text[indent : indent + 2].rstrip() == "-":
        return Line(number, indent + 2, indent, "", text[indent + 2 :].strip())
    return Line(number, indent, -1, "", bare)


def _best_section(sections: list[list[Line]], value: Any) -> list[Line]:
    """The part whose literal lines the object repeats most, its kind above all."""
    if len(sections) == 1:
        return sections[0]
    said = set(_pairs(value))

    def likeness(section: list[Line]) -> int:
        return sum(
            100 if line.key == "kind" and line.indent == 0 else 1
            for line in section
            if line.key and (line.key, line.value.strip("\"'")) in said
        )

    return max(sections, key=likeness)


def _pairs(value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if isinstance(inner, dict | list):
                yield from _pairs(inner)
            else:
                yield str(key), _literal(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pairs(inner)


def _literal(value: Any) -> str:
    """How YAML usually writes a scalar."""
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _walk(section: list[Line], path: Path, value: Any) -> Line:
    """The deepest line found on the way along `path`, else the first."""
    best, window, known = section[0], section, True
    for step in path:
        inner = value[step] if _has(value, step) else None
        known = _has(value, step)
        found = _item(window, step, value) if isinstance(step, int) else _key(window, step, inner)
        if found is None:
            return (_source(window, str(step)) or best) if known else best
        best, window = window[found], _inside(window, found, item=isinstance(step, int))
        value = inner
    return best


def _has(value: Any, step: str | int) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and -len(value) <= step < len(value)


def _key(window: list[Line], key: str, value: Any) -> int | None:
    """The line of a direct child; of several (an if and its else) the one that says the value."""
    outermost = min((line.indent for line in window if line.key), default=0)
    found = [at for at, line in enumerate(window) if line.key == key and line.indent == outermost]
    same = [at for at in found if window[at].value.strip("\"'") == _literal(value)] if not _is_tree(value) else []
    return next(iter(same or found), None)


def _is_tree(value: Any) -> bool:
    return isinstance(value, dict | list)


def _item(window: list[Line], index: int, items: Any) -> int | None:
    """The line of a list item: by its number, by its name, or the only one that can be many (in a `range`)."""
    outermost = min((line.dash for line in window if line.dash >= 0), default=0)
    found = [at for at, line in enumerate(window) if line.dash == outermost]
    if not isinstance(items, list) or not found:
        return None
    if len(found) == len(items):
        return found[index]
    wanted = items[index] if 0 <= index < len(items) else None
    name = _literal(wanted.get("name")) if isinstance(wanted, dict) else _literal(wanted)
    for at in found:
        inside = _inside(window, at, item=True)
        if any(line.value.strip("\"'") == name and line.key in ("name", "") for line in inside):
            return at
    loops = found if len(found) == 1 else [at for at in found if "{{" in window[at].value]
    return loops[0] if len(loops) == 1 else None


def _inside(window: list[Line], at: int, *, item: bool) -> list[Line]:
    """The lines that belong to the key or the list item at `at`; an item's own line holds its first key."""
    start = window[at]
    limit = start.dash if item else start.indent
    inside = [msgspec.structs.replace(start, dash=-1)] if item and start.key else []
    for line in window[at + 1 :]:
        # YAML lets a list stand right under its key.
        same = not item and line.dash == limit and not start.value
        if not line.action and line.outer <= limit and not same:
            break
        inside.append(line)
    return inside


def _source(window: list[Line], key: str) -> Line | None:
    """The `{{ toYaml ... }}` or `{{ include ... }}` that wrote `key`: the one that names it, or the only one."""
    actions = [line for line in window if line.action]
    named = [line for line in actions if re.search(rf"\b{re.escape(key)}\b", line.value)]
    return named[0] if named else actions[0] if len(actions) == 1 else None
