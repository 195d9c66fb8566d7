"""Collects the relaxations that stand in the manifests: in annotations, and in comments beside what they are about."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Document, Path, Place, Precision, Span
from seawall.core.places import Produced
from seawall.findings import Finding
from seawall.inventory import Resource
from seawall.model import Estate
from seawall.triage.grammar import MARKERS, PREFIXES, Comment, Said, in_annotation, in_comments
from seawall.yamltext import Document as YamlText

_ALL = 10**9
"""A line number beyond the end of any file."""


class Claim:
    """A relaxation while it is being matched with findings."""

    def __init__(self, said: Said, resource: Resource, where: Path = (), place: Place | None = None) -> None:
        """`place` is where a comment stands, None for anything else."""
        self.said = said
        self.resource = resource
        self.where = where
        self.place = place
        self.used = False
        self.note = ""

    def covers(self, finding: Finding) -> bool:
        """Whether it is about this finding; the rule is already known to be one of those that it names."""
        raise NotImplementedError


class AnnotationClaim(Claim):
    """An annotation speaks for the object, or the pod template, whose metadata it stands in."""

    def __init__(self, said: Said, resource: Resource, holder: Path, key: str) -> None:
        """`holder` is the path of what has the metadata."""
        super().__init__(said, resource, (*holder, "metadata", "annotations", key))
        self._holder = holder

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is at or below the holder."""
        return finding.path[: len(self._holder)] == self._holder


class CommentClaim(Claim):
    """A comment speaks for what starts on its line, or on the next one, and for all that is inside.

    At the head of a document (a patch, say) it speaks for all that stands in it.
    """

    def __init__(self, comment: Comment, resource: Resource, file: str) -> None:
        """`file` is the file that the comment stands in."""
        span = Span(comment.line, comment.column, comment.line, comment.end_column)
        super().__init__(comment.said, resource, (), Place(file, span, Precision.EXACT))
        self._file = file
        self._comment = comment

    def covers(self, finding: Finding) -> bool:
        """Whether the finding, or something that it is inside of, starts on the line."""
        if self.said.whole:
            return True
        place, comment = finding.locate(), self._comment
        if place.file == self._file and comment.target <= place.span.line < comment.end:
            return True
        path, resource = finding.path, finding.resource
        places = (resource.locate(path[:length]) for length in range(len(path)))
        return any(place.span.line == comment.target and place.file == self._file for place in places)


class Written:
    """The claims of an inventory, by the object or document that they stand in."""

    def __init__(self, estate: Estate) -> None:
        """Reads annotations of all objects, and comments of the documents that hold one of the marker words."""
        self.by_resource: dict[int, list[Claim]] = {}
        self.by_document: dict[int, list[Claim]] = {}
        self._comments: dict[tuple[str, int, Said], Claim] = {}
        seen: Document | None = None
        for resource, pods in estate.pods:
            self._annotated(resource, (), resource.annotations)
            for pod in pods:
                if pod.where:
                    self._annotated(resource, pod.where, pod.metadata.get("annotations"))
            if resource.document is not seen:
                seen = resource.document
                self._commented(resource, seen)

    def __iter__(self) -> Iterator[Claim]:
        for claims in self.by_resource.values():
            yield from claims
        yield from self._comments.values()

    def about(self, resource: Resource) -> list[Claim]:
        """What may speak for the findings of an object."""
        return [*self.by_resource.get(id(resource), ()), *self.by_document.get(id(resource.document), ())]

    def _annotated(self, resource: Resource, holder: Path, annotations: object) -> None:
        if not isinstance(annotations, dict):
            return
        for key, value in annotations.items():
            if isinstance(key, str) and key.startswith(PREFIXES) and isinstance(value, str):
                claims = (AnnotationClaim(said, resource, holder, key) for said in in_annotation(key, value))
                self.by_resource.setdefault(id(resource), []).extend(claims)

    def _commented(self, resource: Resource, document: Document) -> None:
        for file, first, lines in _stretches(document):
            for comment in in_comments(lines, first):
                # One template or base may give many objects: its comment is one claim.
                key = (file, comment.line, comment.said)
                claim = self._comments.setdefault(key, CommentClaim(comment, resource, file))
                self.by_document.setdefault(id(document), []).append(claim)


def _stretches(document: Document) -> Iterator[tuple[str, int, list[str]]]:
    """(file, number of the first line, lines) of each file that the document was made of and that has a marker."""
    text = document.text
    if isinstance(text, YamlText):
        # Every document of every scan comes this way: three searches, and no lines unless one of them finds.
        if _marked(text.text):
            yield document.file, text.line, text.lines(text.line, _ALL)
    elif isinstance(text, Produced):
        for file in dict.fromkeys((document.file, *(step.file for step in document.origin))):
            lines = text.lines_of(file, 1, _ALL)
            if _marked("\n".join(lines)):
                yield file, _first_line(text, file), lines


def _marked(text: str) -> bool:
    return any(marker in text for marker in MARKERS)


def _first_line(text: Produced, file: str) -> int:
    """The number of the first line that `lines_of` gives for a file, found by halving."""
    low, high = 1, 2
    while not text.lines_of(file, 1, high):
        low, high = high, high * 2
    while low < high:
        middle = (low + high) // 2
        if text.lines_of(file, 1, middle):
            high = middle
        else:
            low = middle + 1
    return low
