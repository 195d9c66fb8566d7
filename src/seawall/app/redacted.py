"""The lines of a snapshot with pseudonyms in the place of names."""

from __future__ import annotations

import msgspec

from seawall.model.pseudonyms import Pseudonyms
from seawall.sources.recorded import Sketch
from seawall.sources.snapshot import DocumentLine, EndLine, Hidden, Line, ProblemLine, UnreadLine

replace = msgspec.structs.replace


def redacted(line: Line, names: Pseudonyms) -> Line:
    """A line in which names are replaced: of objects, hosts, users, images, files, and in its texts."""
    match line:
        case DocumentLine():
            return _document(line, names)
        case ProblemLine():
            return replace(line, file=names.path(line.file), message=names.text(line.message))
        case UnreadLine():
            return replace(line, namespace=names.name(line.namespace), why=names.text(line.why))
        case EndLine():
            aside = [(_what(what, names), names.text(why)) for what, why in line.not_looked_at]
            return replace(line, not_looked_at=aside, read=sorted(map(names.path, line.read)))


def _document(line: DocumentLine, names: Pseudonyms) -> DocumentLine:
    places = replace(line.places, files=[(node, names.path(file)) for node, file in line.places.files])
    return replace(
        line,
        file=names.path(line.file),
        value=names.tree(line.value),
        places=places,
        origin=[(kind, names.path(file), names.text(detail)) for kind, file, detail in line.origin],
        namespace=None if line.namespace is None else names.name(line.namespace),
        hidden=[Hidden(each.path, names.text(each.text), each.why) for each in line.hidden],
        sketches=[
            Sketch(names.path(each.file), each.first, [_comment(text, names) for text in each.lines])
            for each in line.sketches
        ],
    )


def _comment(line: str, names: Pseudonyms) -> str:
    before, mark, after = line.partition("#")
    return before + mark + names.text(after) if mark else line


def _what(text: str, names: Pseudonyms) -> str:
    """What was not looked at: a file, or a sentence in which one may stand."""
    words = text.split(" ")
    return " ".join(names.path(word) if "/" in word else names.text(word) for word in words)
