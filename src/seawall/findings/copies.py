"""Folds what a controller's copies show: into what their owner shows, and what only they show into one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from seawall.core import Verdict
from seawall.findings.finding import Finding
from seawall.inventory import Resource


def with_copies(owner: Resource, own: Sequence[Finding], theirs: Iterable[Finding]) -> Iterator[Finding]:
    """The owner's findings, each with the copies that show it, then what only copies show, of each of them.

    A copy shows what its owner does not say where something was put into it (a sidecar, a container for debugging),
    or where it only says that it is owned. Such a finding is the copy's own until it is known what people said of it.
    """
    shown: dict[tuple[str, str, Verdict], list[Finding]] = {}
    for finding in theirs:
        shown.setdefault(_gist(finding), []).append(finding)
    told = {_gist(finding) for finding in own}
    for finding in own:
        yield _shown_by(finding, shown.get(_gist(finding), ()))
    for gist, alike in shown.items():
        if gist not in told:
            yield from (msgspec.structs.replace(finding, owner=owner) for finding in alike)


class Group(msgspec.Struct, frozen=True, eq=False):
    """Findings that are told as one."""

    finding: Finding
    members: tuple[int, ...]
    """Their positions."""


def grouped(findings: Sequence[Finding]) -> Iterator[Group]:
    """One finding for what several copies of one owner show and the same relaxation, or none, accepts.

    The first of the copies by name tells: the order of the input must not decide on a fingerprint.
    """
    groups: dict[object, list[int]] = {}
    for position, finding in enumerate(findings):
        alone = finding.owner is None
        key = position if alone else (id(finding.owner), _gist(finding), finding.suppressed)
        groups.setdefault(key, []).append(position)
    for positions in groups.values():
        yield from _told_of_one(findings, positions)


def _told_of_one(findings: Sequence[Finding], positions: Sequence[int]) -> Iterator[Group]:
    if len(positions) == 1:
        yield Group(findings[positions[0]], tuple(positions))
        return
    first = min((findings[each].resource for each in positions), key=lambda each: (each.kind, each.name))
    telling = [each for each in positions if findings[each].resource is first]
    others = [each for each in positions if findings[each].resource is not first]
    for number, position in enumerate(telling):
        finding = _shown_by(findings[position], [findings[each] for each in others])
        yield Group(finding, (position, *(others if number == 0 else ())))


def _shown_by(finding: Finding, alike: Iterable[Finding]) -> Finding:
    copies = tuple({id(each.resource): each.resource for each in alike}.values())
    return msgspec.structs.replace(finding, copies=len(copies), shown_by=copies) if copies else finding


def _gist(finding: Finding) -> tuple[str, str, Verdict]:
    """What it says, of whichever of the objects: the sentence begins with the object's name or the container's."""
    container = finding.container
    who = container.name if container is not None else ""
    return finding.rule.id, f"{who} {finding.evidence.message}", finding.verdict
