"""Collects the relaxations that stand in the manifests: in annotations, and in comments beside what they are about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seawall.core import Document, Path, Place, Precision, Span, Text
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
        self.open = False
        """Whether it ended, and something that it is about counts."""
        self.held = False
        """Whether it ended, and a baseline holds something that it is about."""


class _Comments:
    """What comments of one document say of one rule, by what they are about."""

    def __init__(self) -> None:
        self.whole: list[Claim] = []
        self.heads: dict[tuple[str, int, int], list[Claim]] = {}
        """By file, first line and the line behind the last one."""
        self.lines: dict[tuple[str, int], list[Claim]] = {}
        """By file and line: they speak for what starts there, and for all that is inside."""

    def add(self, claim: Claim, comment: Comment, file: str) -> None:
        if claim.said.whole:
            self.whole.append(claim)
            return
        self.lines.setdefault((file, comment.target), []).append(claim)
        if comment.end > comment.target + 1:
            self.heads.setdefault((file, comment.target, comment.end), []).append(claim)

    def about(self, finding: Finding) -> Iterator[list[Claim]]:
        yield self.whole
        if not self.lines:
            return
        place, path, resource = finding.locate(), finding.path, finding.resource
        for (file, first, end), claims in self.heads.items():
            if place.file == file and first <= place.span.line < end:
                yield claims
        around = [resource.locate(path[:length]) for length in range(len(path))]
        for file, line in dict.fromkeys((each.file, each.span.line) for each in (*around, place)):
            yield self.lines.get((file, line), [])


class Written:
    """The claims of an inventory, by the object or document that they stand in."""

    def __init__(self, estate: Estate) -> None:
        """Reads annotations of all objects, and comments of the documents that hold one of the marker words."""
        self._annotations: list[Claim] = []
        self._by_resource: dict[int, dict[tuple[str, Path], list[Claim]]] = {}
        """By the rule, and by the path of what has the metadata: the object, or a pod template."""
        self._comments: dict[tuple[str, int, Said], Claim] = {}
        self._by_document: dict[int, dict[str, _Comments]] = {}
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
        yield from self._annotations
        yield from self._comments.values()

    def about(self, finding: Finding) -> Iterator[list[Claim]]:
        """What speaks for a finding. Claims that speak for the same come as one list, and always as the same one.

        An object may hold as many claims as findings: to ask each claim about each finding would never end.
        """
        rule, path = finding.rule.id, finding.path
        annotated = self._by_resource.get(id(finding.resource))
        if annotated is not None:
            for length in range(len(path) + 1):
                yield annotated.get((rule, path[:length]), [])
        commented = self._by_document.get(id(finding.resource.document), {}).get(rule)
        if commented is not None:
            yield from commented.about(finding)

    def _annotated(self, resource: Resource, holder: Path, annotations: object) -> None:
        if not isinstance(annotations, dict):
            return
        for key, value in annotations.items():
            if not (isinstance(key, str) and key.startswith(PREFIXES) and isinstance(value, str)):
                continue
            for said in in_annotation(key, value):
                claim = Claim(said, resource, (*holder, "metadata", "annotations", key))
                self._annotations.append(claim)
                table = self._by_resource.setdefault(id(resource), {})
                for rule in dict.fromkeys(said.rules):
                    table.setdefault((rule, holder), []).append(claim)

    def _commented(self, resource: Resource, document: Document) -> None:
        for file, first, lines in stretches(document):
            for comment in real_comments(document.text, list(in_comments(lines, first))):
                # One template or base may give many objects: its comment is one claim.
                span = Span(comment.line, comment.column, comment.line, comment.end_column)
                made = Claim(comment.said, resource, (), Place(file, span, Precision.EXACT))
                claim = self._comments.setdefault((file, comment.line, comment.said), made)
                table = self._by_document.setdefault(id(document), {})
                for rule in dict.fromkeys(comment.said.rules):
                    table.setdefault(rule, _Comments()).add(claim, comment, file)


def real_comments(text: Text, found: Sequence[Comment]) -> Sequence[Comment]:
    """Those that are comments to YAML: a script or a manifest in a block scalar has lines that only look like one."""
    if not (found and isinstance(text, YamlText)):
        return found
    starts = {comment.line: comment.column for comment in text.comments(found[0].line, found[-1].line)}
    return [comment for comment in found if comment.column >= starts.get(comment.line, _ALL)]


def stretches(document: Document) -> Iterator[tuple[str, int, list[str]]]:
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
