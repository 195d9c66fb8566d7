"""Where the parts of a built object come from: the resource file, or the patch or field that set the value.

Kustomize says which file an object came from and which kustomizations touched it, not which line did what. So the
value is looked for: in the object's own file if it says the same there, else in the last change that says it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import msgspec

from seawall.core import Path, Place, Precision, Span, Text
from seawall.core.places import Produced

_BLOCK: Final = re.compile(r"[|>][-+0-9]*\s*(?:#.*)?$")

_NAMING: Final = ("name", "mountPath", "containerPort", "port", "ip", "key")
"""What Kubernetes' own merging knows list items by, the most telling first."""


class Part:
    """A part of a document as a `Text` of its own."""

    def __init__(self, text: Text, at: Path) -> None:
        """The part at the path `at`, which exists."""
        self.value = _get(text.value, at)[0]
        self._text = text
        self._at = at

    @property
    def line(self) -> int:
        """Where the part starts."""
        return self._text.locate(self._at)[0].line

    def locate(self, path: Path) -> tuple[Span, int]:
        """The span of `path` within the part."""
        span, depth = self._text.locate((*self._at, *path))
        return span, depth - len(self._at)

    def lines(self, first: int, last: int) -> list[str]:
        """Lines of the whole document."""
        return self._text.lines(first, last)


class Source(msgspec.Struct, frozen=True, eq=False):
    """A document in a file that a person edits; the file is as the user would type it."""

    file: str
    text: Text
    inline: tuple[Text, Path] | None = None
    """Where `text` is a string inside another document: that document, and the string's path in it."""
    generated: bool = False
    """Whether it is no object but what made one: a generator's entry."""
    precision: Precision = Precision.TEMPLATE

    def place(self, path: Path) -> Place:
        """The place of `path`, or of its deepest part that exists."""
        span, _ = self.text.locate(path)
        return Place(self.file, self._outer(span), self.precision)

    def _outer(self, span: Span) -> Span:
        """`span` of a string's content where the string stands; the whole string unless it is a block."""
        if self.inline is None:
            return span
        whole, _ = self.inline[0].locate(self.inline[1])
        header = self.inline[0].lines(whole.line, whole.line)
        if not header or not _BLOCK.search(header[0]):
            return whole
        body = self.inline[0].lines(whole.line + 1, whole.line + 1)
        margin = len(body[0]) - len(body[0].lstrip()) if body else 0
        return Span(whole.line + span.line, span.column + margin, whole.line + span.end_line, span.end_column + margin)


class Change(msgspec.Struct, frozen=True, eq=False):
    """Something that may have set values of an object: a patch, or a field of a kustomization."""

    source: Source
    kind: str
    """`merge` and `json` patches, or the name of the kustomization's field."""
    content: Any
    """The patch, or the field's value."""
    at: Path = ()
    """The field's path in its file; empty for a patch."""

    def find(self, path: Path, value: Any, built: Any, original: Any) -> Place | None:
        """Where this change sets `path` of the object `built` to `value`; None where it does not."""
        if self.kind == "merge":
            found = translate(path, built, self.content)
            return self.source.place(found) if found is not None and _agrees(self.content, found, value) else None
        if self.kind == "json":
            return self._operation(path, value)
        at = _field(self, path, value, original)
        return self.source.place(at) if at else None

    def _operation(self, path: Path, value: Any) -> Place | None:
        for index, operation in enumerate(self.content):
            if not isinstance(operation, dict) or operation.get("op") not in ("add", "replace"):
                continue
            pointer = _pointer(str(operation.get("path", "")))
            rest = _after(pointer, path)
            if rest is not None and _agrees(operation.get("value"), rest, value):
                return self.source.place((index, "value", *rest))
        return None


class Built(Produced):
    """An object that Kustomize built, as a `Text` whose places are those of the files it was built of."""

    def __init__(self, text: Text, value: Any, own: Source, original: Any, changes: Sequence[Change]) -> None:
        """`own` is where the object comes from, `original` what it says there: None for a generated object."""
        self.value = value
        self._text = text
        self._own = own
        self._original = original
        self._changes = changes

    @property
    def line(self) -> int:
        """Where the object starts in its own file."""
        return self.place(()).span.line

    def locate(self, path: Path) -> tuple[Span, int]:
        """The span in its file, and how many steps of `path` the built object has."""
        return self.place(path).span, self._text.locate(path)[1]

    def lines(self, first: int, last: int) -> list[str]:
        """Lines of the object's own file."""
        return self._own.text.lines(first, last)

    def lines_of(self, file: str, first: int, last: int) -> list[str]:
        """Lines of its own file, or of one of the changes' files."""
        for source in (self._own, *(change.source for change in self._changes)):
            text = source.inline[0] if source.inline else source.text
            found = text.lines(first, last) if source.file == file else []
            if found:
                return found
        return []

    def place(self, path: Path) -> Place:
        """Where what stands at `path` was last set, as near as can be told."""
        value, exists = _get(self.value, path)
        found = translate(path, self.value, self._original)
        if exists and (found is None or not _agrees(self._original, found, value)):
            for change in reversed(self._changes):
                place = change.find(path, value, self.value, self._original)
                if place:
                    return place
        if self._original is None:
            return self._own.place(())
        return self._own.place(found if found is not None else _deepest(path, self.value, self._original))


def translate(path: Path, here: Any, there: Any) -> Path | None:
    """`path` of one tree in another, list items found again by their name; None where the other lacks it."""
    steps: list[str | int] = []
    for step in path:
        if isinstance(step, int) and isinstance(here, list) and isinstance(there, list) and step < len(here):
            found = _same_item(here[step], step, there)
            if found is None:
                return None
            here, there = here[step], there[found]
            steps.append(found)
        elif isinstance(there, dict) and step in there:
            here = here.get(step) if isinstance(here, dict) else None
            there = there[step]
            steps.append(step)
        else:
            return None
    return tuple(steps)


def _same_item(item: Any, index: int, items: list[Any]) -> int | None:
    """Where the other list holds `item`: by the first key that tells its items apart, else by its number."""
    if not isinstance(item, dict):
        return items.index(item) if item in items else None
    key = next((key for key in _NAMING if key in item), None)
    if key is None:
        return index if index < len(items) else None
    alike = [at for at, other in enumerate(items) if isinstance(other, dict) and other.get(key) == item[key]]
    equal = [at for at in alike if items[at] == item]
    return next((at for at in (index, *equal, *alike) if at in alike), None)


def _deepest(path: Path, here: Any, there: Any) -> Path:
    """The longest beginning of `path` that the other tree has."""
    for length in range(len(path), -1, -1):
        found = translate(path[:length], here, there)
        if found is not None:
            return found
    return ()


def _get(tree: Any, path: Path) -> tuple[Any, bool]:
    """What stands at `path`, and whether anything does."""
    for step in path:
        inside = step in tree if isinstance(tree, dict) else isinstance(tree, list) and step in range(len(tree))
        if not inside:
            return None, False
        tree = tree[step]
    return tree, True


def _agrees(tree: Any, path: Path, value: Any) -> bool:
    """Whether `tree` says `value` at `path`; of mappings and lists it is enough that they are there."""
    said, exists = _get(tree, path)
    if not exists or isinstance(value, dict | list):
        return exists
    return type(said) is type(value) and bool(said == value)


def _pointer(text: str) -> list[str]:
    return [part.replace("~1", "/").replace("~0", "~") for part in text.split("/")[1:]]


def _after(pointer: list[str], path: Path) -> Path | None:
    """What remains of `path` behind a JSON pointer; None where the pointer leads elsewhere. `-` is any index."""
    if len(pointer) > len(path):
        return None
    for part, step in zip(pointer, path, strict=False):
        if part != str(step) and not (part == "-" and isinstance(step, int)):
            return None
    return path[len(pointer) :]


def _field(change: Change, path: Path, value: Any, original: Any) -> Path | None:
    """The place in a kustomization's field that sets `path`."""
    last, content = path[-1] if path else "", change.content
    if change.kind == "images" and last == "image":
        return _image(change, str(value))
    if change.kind == "replicas" and last == "replicas":
        name = identity(original)[1]
        return _entry(change, lambda item: item.get("name") == name and item.get("count") == value, "count")
    if change.kind == "namespace" and last == "namespace":
        return change.at if content == value else None
    if change.kind in ("namePrefix", "nameSuffix") and last == "name":
        affixed = (
            str(value).startswith(str(content)) if change.kind == "namePrefix" else str(value).endswith(str(content))
        )
        return change.at if affixed else None
    if change.kind == "labels":
        return _entry(change, lambda item: _get(item, ("pairs", last)) == (value, True), "pairs")
    if change.kind in ("commonLabels", "commonAnnotations") and isinstance(content, dict):
        return (*change.at, last) if content.get(last) == value else None
    return None


def _image(change: Change, image: str) -> Path | None:
    def sets(item: Mapping[str, Any]) -> bool:
        name = str(item.get("newName") or item.get("name"))
        wanted = [f":{item['newTag']}"] if "newTag" in item else []
        wanted += [f"@{item['digest']}"] if "digest" in item else []
        return (
            image.startswith(name)
            and image[len(name) :][:1] in ("", ":", "@")
            and all(part in image for part in wanted)
        )

    return _entry(change, sets, "newTag")


def _entry(change: Change, wanted: Callable[[Mapping[str, Any]], bool], key: str) -> Path | None:
    """The last list entry that `wanted` takes, at `key` where it has one."""
    entries = change.content if isinstance(change.content, list) else []
    for index in range(len(entries) - 1, -1, -1):
        item = entries[index]
        if isinstance(item, dict) and wanted(item):
            return (*change.at, index, key) if key in item else (*change.at, index)
    return None


def identity(content: Any) -> tuple[str, str, str]:
    """Kind, name and namespace of an object; empty where it has none."""
    metadata = content.get("metadata") if isinstance(content, dict) else None
    if not isinstance(metadata, dict):
        return "", "", ""
    return str(content.get("kind", "")), str(metadata.get("name", "")), str(metadata.get("namespace", ""))
