"""Manifests in files: YAML and JSON become documents, and everything that cannot be read becomes a Problem."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from seawall.core import Document, Problem
from seawall.sources.files import File, read_text
from seawall.yamltext import Broken, Reader
from seawall.yamltext import Document as Text

_LOOKS_LIKE_AN_OBJECT = re.compile(r"""^[\s\-{,]*["']?apiVersion["']?\s*:""", re.MULTILINE)
_ENOUGH = 100_000
_TEMPLATE = re.compile(r"\{\{|\{%")


def holds_object(path: Path) -> bool:
    """Whether a file looks like a manifest, a chart or one of its templates; False where it cannot be read."""
    try:
        with path.open(encoding="utf-8", errors="replace") as stream:
            return _LOOKS_LIKE_AN_OBJECT.search(stream.read(_ENOUGH)) is not None
    except OSError:
        return False


def read_file(file: File, reader: Reader) -> Iterator[Document | Problem]:
    """The documents of a file that hold something, and a Problem for each that is broken.

    A broken file that has no `apiVersion:` anywhere is no manifest and gives nothing, unless the user named it.
    """
    text = read_text(file)
    if isinstance(text, Problem):
        yield text
        return
    yield from read_manifests(text, file.name, reader, named=file.explicit)


def read_manifests(text: str, name: str, reader: Reader, *, named: bool = False) -> Iterator[Document | Problem]:
    """The documents of a text that goes by `name`; `named` says that the user asked for it by name."""
    wanted: bool | None = True if named else None
    template: bool | None = None
    for document in reader.read(text):
        if isinstance(document, Text):
            if document.value is not None:
                yield Document(name, document)
                yield from _duplicates(document, name)
            continue
        if wanted is None:
            wanted = _LOOKS_LIKE_AN_OBJECT.search(text) is not None
        if not wanted:
            continue
        if template is None:  # asked once, since every document of a long file may be broken
            template = _TEMPLATE.search(text) is not None
        yield _problem(document, name, template=template)


def _problem(broken: Broken, name: str, *, template: bool) -> Problem:
    hint = "kubectl would refuse this document; the others of the file are judged"
    if broken.kind == "dropped":
        hint = "kubectl drops it too; begin each document with `---`"
    elif broken.kind == "yaml" and template:
        hint = "It looks like a template: render it first, or scan the chart that it belongs to"
    return Problem(name, broken.line, broken.column, broken.kind, broken.message, hint)


def _duplicates(document: Text, name: str) -> Iterator[Problem]:
    value = document.value
    if not (isinstance(value, dict) and "apiVersion" in value and "kind" in value):
        return
    for twice in document.duplicates:
        yield Problem(
            name,
            twice.span.line,
            twice.span.column,
            "duplicate-key",
            f'key "{twice.key}" stands twice in one mapping; the last one counts',
            "kubectl apply refuses this under strict validation; keep one of them",
        )
