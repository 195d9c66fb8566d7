"""What of a text has to be kept so that its relaxations still say the same: their comments, and where it holds more."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Document
from seawall.triage.grammar import in_comments
from seawall.triage.written import real_comments, stretches


def sketches(document: Document) -> Iterator[tuple[str, int, list[str]]]:
    """(file, number of the first line, lines) of each file of the document that holds a relaxation.

    A comment that is one is kept in its place; of other lines is kept whether they hold content, a comment, the
    start of a document or nothing.
    """
    for file, first, lines in stretches(document):
        said = {
            each.line - first: each.column - 1 for each in real_comments(document.text, list(in_comments(lines, first)))
        }
        if said:
            yield file, first, [_sketched(line, said.get(number)) for number, line in enumerate(lines)]


def _sketched(line: str, comment: int | None) -> str:
    """A line; `comment` is where the comment in it begins, None where it holds none that counts."""
    bare = line.strip()
    if comment is None:
        if bare.startswith("---"):
            return line[: line.index("-")] + "---"
        return "" if not bare else "#" if bare.startswith("#") else "x"
    before = line[:comment]
    return (before if not before.strip() else "x" * (comment - 1) + " ") + line[comment:].rstrip()
