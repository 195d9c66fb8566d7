"""From an inventory to the lines of a snapshot, and from these to what reading the input gave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from seawall.app.redacted import redacted
from seawall.core import Document, Origin, Path, Place, Problem, Unknown
from seawall.inventory import Inventory, Resource, Unread, resources
from seawall.inventory.change import Change, changed
from seawall.model.pseudonyms import Pseudonyms
from seawall.model.withhold import Withholder
from seawall.sources.recorded import Recorded, Sketch, places_of
from seawall.sources.snapshot import (
    MAX_DEPTH,
    DocumentLine,
    EndLine,
    Hidden,
    Line,
    ProblemLine,
    Snapshot,
    UnreadLine,
    is_deep,
)
from seawall.triage.sketch import sketches
from seawall.yamltext import Document as YamlText


def lines_of(
    inventory: Inventory, pseudonyms: Pseudonyms | None = None, withholder: Withholder | None = None
) -> Iterator[Line]:
    """The lines of a snapshot in the order in which the input was read, without credentials and Secrets' values.

    With `pseudonyms`, these stand in the place of names. `withholder` counts what is left out; None for a new one.
    """
    lines = _lines(inventory, withholder or Withholder())
    if pseudonyms is None:
        yield from lines
        return
    pseudonyms.learn(resource.tree for resource in inventory.resources)
    yield from (redacted(line, pseudonyms) for line in lines)


def _lines(inventory: Inventory, withholder: Withholder) -> Iterator[Line]:
    count = 0
    for line in chain(map(_unread_line, inventory.unread), _content(inventory, withholder)):
        count += 1
        yield line
    seen = inventory.coverage
    aside = list(seen.not_looked_at)
    yield EndLine(
        lines=count,
        files=seen.files,
        documents=seen.documents,
        not_kubernetes=seen.not_kubernetes,
        not_looked_at=aside,
        read=sorted(inventory.read),
    )


def _content(inventory: Inventory, withholder: Withholder) -> Iterator[Line]:
    """The documents, and between them the problems that reading them again does not tell."""
    told = list(inventory.problems)
    for document in _documents(inventory.resources):
        again = [thing for thing in resources(document) if isinstance(thing, Problem)]
        if again and again[0] in told:
            first = told.index(again[0])
            yield from map(_problem_line, told[:first])
            del told[:first]
            for problem in again:
                if problem in told:
                    told.remove(problem)
        if is_deep(document.text.value):
            message = f"holds an object of more than {MAX_DEPTH} levels, which no snapshot keeps"
            yield ProblemLine(file=document.file, line=document.text.line, column=1, kind="depth", message=message)
        else:
            yield _document_line(document, withholder)
    yield from map(_problem_line, told)


def _documents(found: Iterable[Resource]) -> Iterator[Document]:
    last = None
    for resource in found:
        if resource.document is not last:
            last = resource.document
            yield last


def _document_line(document: Document, withholder: Withholder) -> DocumentLine:
    value = document.text.value
    hidden = [*_hidden(value)]
    kept = withholder.tree(changed(value, [Change(path) for path, _ in hidden]) if hidden else value)
    return DocumentLine(
        file=document.file,
        value=kept,
        places=places_of(document.file, _places(document)),
        origin=[(step.kind, step.file, step.detail) for step in document.origin],
        namespace=document.namespace,
        unplaced=document.unplaced,
        hidden=[Hidden(list(path), withholder.text(unknown.text), unknown.why) for path, unknown in hidden],
        sketches=[
            Sketch(file, first, [_comment(line, withholder) for line in lines])
            for file, first, lines in sketches(document)
        ],
    )


def _comment(line: str, withholder: Withholder) -> str:
    """A line of a sketch: what stands before its `#` says nothing."""
    before, mark, after = line.partition("#")
    return before + mark + (withholder.comment(after) if after.strip() else after)


def _places(document: Document) -> Iterator[Place]:
    text = document.text
    if isinstance(text, YamlText):
        return (Place(document.file, span) for span in text.spans())
    if isinstance(text, Recorded):
        return text.every()
    return (document.locate(path) for path, _ in _nodes(text.value))


def _nodes(value: Any) -> Iterator[tuple[Path, Any]]:
    """Every node of a tree in preorder."""
    stack: list[tuple[Path, Any]] = [((), value)]
    while stack:
        path, node = stack.pop()
        yield path, node
        if isinstance(node, dict):
            stack.extend(reversed([((*path, key), item) for key, item in node.items()]))
        elif isinstance(node, list):
            stack.extend(((*path, index), node[index]) for index in range(len(node) - 1, -1, -1))


def _hidden(value: Any) -> Iterator[tuple[Path, Unknown]]:
    yield from ((path, node) for path, node in _nodes(value) if isinstance(node, Unknown))


def _problem_line(problem: Problem) -> ProblemLine:
    return ProblemLine(
        file=problem.file,
        line=problem.line,
        column=problem.column,
        kind=problem.kind,
        message=problem.message,
        hint=problem.hint,
    )


def _unread_line(unread: Unread) -> UnreadLine:
    return UnreadLine(
        kind=unread.kind,
        group=unread.group,
        resource=unread.resource,
        namespace=unread.namespace,
        why=unread.why,
        cause=unread.cause,
    )


def things_of(snapshot: Snapshot) -> Iterator[Document | Problem]:
    """What reading the input gave, in its order."""
    for line in snapshot.lines:
        if isinstance(line, DocumentLine):
            yield _document(line)
        elif isinstance(line, ProblemLine):
            yield Problem(line.file, line.line, line.column, line.kind, line.message, line.hint)


def unread_of(snapshot: Snapshot) -> Sequence[Unread]:
    """What could not be read when it was made."""
    return [
        Unread(line.kind, line.group, line.resource, line.namespace, line.why, line.cause)
        for line in snapshot.lines
        if isinstance(line, UnreadLine)
    ]


def _leads_somewhere(value: Any, path: Sequence[str | int]) -> bool:
    """Whether a tree has a node at a path: the file may be anybody's."""
    for step in path:
        is_there = step in value if isinstance(value, dict) else isinstance(value, list) and step in range(len(value))
        if not is_there:
            return False
        value = value[step]
    return True


def _document(line: DocumentLine) -> Document:
    value = line.value
    for each in line.hidden:
        if _leads_somewhere(value, each.path):
            value = changed(value, [Change(tuple(each.path), Unknown(each.text, each.why))])
    return Document(
        line.file,
        Recorded(value, line.file, line.places, line.sketches),
        tuple(Origin(*step) for step in line.origin),
        line.namespace,
        line.unplaced,
    )
