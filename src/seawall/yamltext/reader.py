"""A text as kubectl reads it: which documents it holds, each read by the pass that suits it.

Source: k8s.io/apimachinery v0.37.2, `pkg/util/yaml/decoder.go`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from seawall.yamltext import jsontext
from seawall.yamltext.document import Document
from seawall.yamltext.fast import FastPass
from seawall.yamltext.parts import Broken, Duplicate, Limits, Marks, Reading, Refusal
from seawall.yamltext.places import BOM, Anchor

_GO_SPACE: Final = " \t\v\f\r\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_JSON_STREAM: Final = re.compile(r"[ \t\r\n]*+(?=\{)")
_END: Final = re.compile(r"^\.\.\.(?:[ \t\r].*)?\n", re.MULTILINE)
"""The mark that ends a document."""
_SILENT: Final = re.compile(r"(?:[ \t\r]*+(?:[#%].*)?\n|\.\.\.(?:[ \t\r].*)?\n)*+")
"""Lines behind it that say nothing."""
_SPACE: Final = re.compile(r"[ \t\r\n]*+")
_REST_OF_LINE: Final = re.compile(r"[ \t\r]*+\n?")


class _Chunk(NamedTuple):
    """What stands between two separators; `refused` is the separator that kubectl does not take, or empty."""

    start: int
    end: int
    refused: str = ""


def _separators(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where each line that begins with `---` begins and ends, its line feed left out."""
    line = start if text.startswith("---", start) else _next_separator(text, start)
    while line >= 0:
        end = text.find("\n", line)
        end = end if end >= 0 else len(text)
        yield line, end
        line = _next_separator(text, end)


def _next_separator(text: str, start: int) -> int:
    # A pattern anchored to lines takes ten times as long.
    found = text.find("\n---", start)
    return found + 1 if found >= 0 else -1


def _chunks(text: str, start: int) -> Iterator[_Chunk]:
    """The documents of a YAML stream. A `---` before any other line belongs to the document that it begins."""
    refused = ""
    for line, end in _separators(text, start):
        if refused or line > start:
            yield _Chunk(start, line, refused)
            start = end + 1
        rest = text[line + 3 : end].strip(_GO_SPACE)
        refused = rest if rest and not rest.startswith("#") else ""
        if refused:
            start = line
    if start < len(text):
        yield _Chunk(start, len(text), refused)


class Reader:
    """Reads texts. One instance serves a whole scan: it remembers the lines that it has seen, within bounds."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._fast = FastPass(self._limits)

    def read(self, text: str) -> list[Document | Broken]:
        """Every document of the text in order, as kubectl would send it; never raises.

        kubectl itself stops at the first document that it cannot read.
        """
        limits = self._limits
        if len(text) > limits.max_chars:
            message = f"{len(text)} characters are more than the {limits.max_chars} that are read of one file"
            return [Broken(1, 1, message, "size")]
        found: list[Document | Broken] = []
        for document in self._documents(text):
            if len(found) == limits.max_documents:
                line = document.line
                found.append(Broken(line, 1, f"more than {limits.max_documents} documents in one file", "documents"))
                break
            found.append(document)
        return found

    def _documents(self, text: str) -> Iterator[Document | Broken]:
        anchor = Anchor(text, 0, 1)
        match = _JSON_STREAM.match(text)
        if match:
            yield from self._json_stream(anchor, match.end())
        else:
            yield from self._yaml_stream(anchor)

    def _yaml_stream(self, anchor: Anchor) -> Iterator[Document | Broken]:
        text = anchor.text
        for start, end, refused in _chunks(text, anchor.offset):
            anchor = anchor.moved_to(start)
            if refused:
                message = "invalid document separator: only a comment may follow `---`"
                yield Broken(anchor.line, 1, message, "separator")
            else:
                yield from self._yaml(anchor, end)

    def _yaml(self, anchor: Anchor, end: int) -> Iterator[Document | Broken]:
        if anchor.text.startswith(BOM, anchor.offset):
            anchor = anchor._replace(offset=anchor.offset + 1)
        chunk = _ended(anchor.text[anchor.offset : end])
        reading = self._fast.read(chunk)
        if reading is not None:
            yield Document(reading.value, anchor, end, self._mark_fast)
            return
        try:
            reading = _read_exact(chunk, self._limits)
        except Refusal as refusal:
            yield _broken(refusal, anchor, refusal.offset + anchor.offset)
            return
        yield Document(reading.value, anchor, end, self._mark_exact, _duplicates(reading, anchor))
        dropped = _dropped(chunk)
        if dropped is not None:
            message = "what follows the end of a document (`...`) is not read"
            yield _broken(Refusal("dropped", message), anchor, anchor.offset + dropped)

    def _json_stream(self, anchor: Anchor, start: int) -> Iterator[Document | Broken]:
        """JSON values one after the other; YAML may follow the first one, or be what there is."""
        text, end, count = jsontext.prepare(anchor.text), 0, 0
        while start < len(text):
            here = anchor.moved_to(start)
            try:
                reading, stop = jsontext.read(text, start, self._limits)
            except Refusal as refusal:
                yield from self._after_json(refusal, anchor.moved_to(_after(_REST_OF_LINE, text, end)), count)
                return
            yield Document(reading.value, here, stop, _mark_json, _duplicates(reading, here))
            anchor, end, count = here, stop, count + 1
            start = _after(_SPACE, text, end)

    def _after_json(self, refusal: Refusal, anchor: Anchor, count: int) -> Iterator[Document | Broken]:
        rest = self._yaml_stream(anchor)
        first = next(rest, None)
        may_be_yaml = refusal.kind == "json" and count < 2
        if may_be_yaml and isinstance(first, Document):
            yield first
        else:
            yield _broken(refusal, anchor, refusal.offset)
        yield from rest

    def _mark_fast(self, text: str) -> Marks:
        reading = self._fast.read(_ended(text), marking=True)
        assert reading is not None
        assert reading.marks is not None
        return reading.marks

    def _mark_exact(self, text: str) -> Marks:
        reading = _read_exact(_ended(text), self._limits, marking=True)
        assert reading.marks is not None
        return reading.marks


def _mark_json(text: str) -> Marks:
    return jsontext.mark(jsontext.prepare(text))


def _read_exact(text: str, limits: Limits, marking: bool = False) -> Reading:
    from seawall.yamltext import exact  # libyaml takes a third of the time in which a whole scan may start

    return exact.read(text, limits, marking)


def _ended(text: str) -> str:
    """The text as kubectl's line reader passes it on: its last line ends."""
    return text if text.endswith("\n") else text + "\n"


def _after(pattern: re.Pattern[str], text: str, start: int) -> int:
    match = pattern.match(text, start)
    return match.end() if match else start


def _dropped(text: str) -> int | None:
    """Where the first line stands that says something after the end of the document; None where none does.

    Only the first mark is looked for: what is said behind another one is said behind it too.
    """
    mark = _END.search(text)
    said = _after(_SILENT, text, mark.end()) if mark else len(text)
    return said if said < len(text) else None


def _duplicates(reading: Reading, anchor: Anchor) -> tuple[Duplicate, ...]:
    offset, found = anchor.offset, []
    for repeat in sorted(reading.repeats, key=lambda repeat: repeat.start):
        # Lines are counted on from the last one: a hostile text may repeat a key a hundred thousand times.
        anchor = anchor.moved_to(offset + repeat.start)
        found.append(Duplicate(repeat.key, anchor.span(anchor.offset, offset + repeat.end)))
    return tuple(found)


def _broken(refusal: Refusal, anchor: Anchor, offset: int) -> Broken:
    line, column = anchor.position(min(max(offset, anchor.offset), len(anchor.text)))
    return Broken(line, column, refusal.message, refusal.kind)


def read(text: str, limits: Limits | None = None) -> list[Document | Broken]:
    """Every document of the text; see `Reader.read`."""
    return Reader(limits).read(text)
