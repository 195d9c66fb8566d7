"""Manifests in files: YAML and JSON become documents, and everything that cannot be read becomes a Problem."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
    documents = reader.read(text)
    others = "" if len(documents) == 1 else f"; the others of the {'input' if name == '-' else 'file'} are judged"
    for document in documents:
        if isinstance(document, Text):
            if document.value is not None:
                yield Document(name, document)
                yield from _repeated(document, name)
            continue
        if wanted is None:
            wanted = _LOOKS_LIKE_AN_OBJECT.search(text) is not None
        if not wanted:
            continue
        if template is None:  # asked once, since every document of a long file may be broken
            template = _TEMPLATE.search(text) is not None
        yield _problem(document, name, others, template=template)


def _problem(broken: Broken, name: str, others: str, *, template: bool) -> Problem:
    hint = f"kubectl would refuse this document{others}"
    if broken.kind == "dropped":
        hint = "kubectl drops it too; begin each document with `---`"
    elif broken.kind == "yaml" and template:
        hint = "It looks like a template: render it first, or scan the chart that it belongs to"
    return Problem(name, broken.line, broken.column, broken.kind, broken.message, hint)


def _repeated(document: Text, name: str) -> Iterator[Problem]:
    value = document.value
    if not (isinstance(value, dict) and "apiVersion" in value and "kind" in value):
        return
    # In column 1 stand the keys of the document itself.
    begun = [twice for twice in document.duplicates if twice.key in ("apiVersion", "kind") and twice.span.column == 1]
    if begun:
        yield _run_together(name, [twice.span.line for twice in begun if twice.key == begun[0].key])
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


def _run_together(name: str, lines: Sequence[int]) -> Problem:
    """Several objects whose keys are one mapping's; `lines` are those on which the second one and the others begin."""
    number = "two" if len(lines) == 1 else f"{len(lines) + 1:,}"
    # A hostile text begins a hundred thousand of them.
    *most, last = (
        [str(line) for line in lines] if len(lines) < 5 else [*map(str, lines[:3]), f"{len(lines) - 3:,} more"]
    )
    where = f"lines {', '.join(most)} and {last}" if most else f"line {last}"
    message = f"{number} objects in one document: `---` is missing before {where}; only the last one's keys count"
    hint = "Put a line `---` between them, so that each is judged; kubectl refuses them as they stand"
    return Problem(name, lines[0], 1, "separator", message, hint)
