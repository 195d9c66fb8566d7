"""Findings as bytes, to pass from one process to another that holds the same estate and the same rules.

Only what the other side cannot know is sent: who was judged (by position), what was said, where it stands and its
fingerprint, which are the dear parts. Both sides are the same program at the same moment: this is no file format.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Sequence

import msgspec

from seawall.findings.finding import Finding
from seawall.findings.judge import Judgement
from seawall.inventory import Resource
from seawall.model import Container, Estate, NamespaceScope, PodTemplate, Subject
from seawall.rules.spec import Rule

Where = tuple[int, int, int]
"""Positions of the resource, its pod and the pod's container; -1 for none. A namespace: (-1, its position, -1)."""


def worked_out(judgement: Judgement) -> Judgement:
    """The same judgement, with the place and the fingerprint of each finding worked out."""
    findings = (
        msgspec.structs.replace(finding, place=finding.locate(), known_fingerprint=finding.fingerprint)
        for finding in judgement.findings
    )
    return msgspec.structs.replace(judgement, findings=tuple(findings))


def pack(judgement: Judgement, estate: Estate, rules: Sequence[Rule]) -> bytes:
    """A judgement for `unpack`."""
    order = {id(rule): index for index, rule in enumerate(rules)}
    finder = _Finder(estate)
    rows = [
        (
            *(order[id(f.rule)], finder.where(f.subject), f.evidence, tuple(map(finder.position, f.shown_by))),
            *(finder.position(f.owner) if f.owner is not None else -1, f.note, f.place, f.known_fingerprint),
        )
        for f in judgement.findings
    ]
    return pickle.dumps((rows, judgement.problems, judgement.judged), pickle.HIGHEST_PROTOCOL)


def unpack(parcel: bytes, estate: Estate, rules: Sequence[Rule]) -> Judgement:
    """What `pack` was given, on the estate of this process."""
    rows, problems, judged = pickle.loads(parcel)  # noqa: S301  # from our own child, through a pipe nobody else has
    return Judgement(tuple(_findings(rows, estate, rules)), problems, judged, ())


def _findings(rows: Sequence[tuple], estate: Estate, rules: Sequence[Rule]) -> Iterator[Finding]:  # type: ignore[type-arg]  # the tuples of `pack`
    for index, where, evidence, shown_by, owner, note, place, fingerprint in rows:
        rule = rules[index]
        yield Finding(
            rule,
            _subject(estate, rule, where),
            evidence,
            copies=len(shown_by),
            shown_by=tuple(estate.pods[position][0] for position in shown_by),
            owner=estate.pods[owner][0] if owner >= 0 else None,
            note=note,
            place=place,
            known_fingerprint=fingerprint,
        )


def _subject(estate: Estate, rule: Rule, where: Where) -> Subject | NamespaceScope:
    resource, pod, container = where
    if resource < 0:
        return estate.namespaces[pod]
    owner, pods = estate.pods[resource]
    if pod < 0:
        subject: Subject = rule.on(owner)
        return subject
    return pods[pod] if container < 0 else pods[pod].containers[container]


class _Finder:
    """Says where a subject stands in an estate."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._resources = {id(resource): index for index, (resource, _) in enumerate(estate.pods)}
        self._scopes = {id(scope): index for index, scope in enumerate(estate.namespaces)}

    def position(self, resource: Resource) -> int:
        return self._resources[id(resource)]

    def where(self, subject: Subject | NamespaceScope) -> Where:
        if isinstance(subject, NamespaceScope):
            return -1, self._scopes[id(subject)], -1
        resource = self.position(subject.resource)
        if isinstance(subject, Container):
            return resource, self._pod(resource, subject.pod), _position(subject.pod.containers, subject)
        return resource, self._pod(resource, subject) if isinstance(subject, PodTemplate) else -1, -1

    def _pod(self, resource: int, pod: PodTemplate) -> int:
        return _position(self._estate.pods[resource][1], pod)


def _position(things: Sequence[Subject | Resource], thing: Subject | Resource) -> int:
    return next(index for index, each in enumerate(things) if each is thing)
