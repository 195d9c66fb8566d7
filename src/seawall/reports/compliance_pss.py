"""The Pod Security Standards check by check, from the evaluation that `seawall pss` makes too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from seawall.core import LeftOut, Path, Unknown, Verdict, dig
from seawall.data.frameworks import Control
from seawall.findings import Finding, Suppression
from seawall.findings.owners import Owners, is_idle
from seawall.inventory import Resource
from seawall.model import Container, PodTemplate
from seawall.model.podsecurity import Level, Result, Violation, checks_for, evaluate
from seawall.reports.compliance_rows import Row, Scanned, Standing, Tally, nothing_asked, unread
from seawall.reports.style import plural
from seawall.rules.spec import Rule

_SHOWN: Final = 3
"""How many of the refused are named."""

Judged = tuple[PodTemplate, Result]
Spot = tuple[str, str | None, Path]
"""A rule, a container's name (None for the pod itself), and a field of either: `("securityContext",)`."""
Covers = dict[Spot, list[Suppression | None]]
"""What accepts each of the findings of a spot; None for an open one."""


class Standards:
    """Every pod of a scan judged at both levels, and what was accepted of each; lives for one table.

    A ReplicaSet that a rollout left behind runs no pod: no rule was asked about it, and it is not judged here.
    """

    def __init__(self, scan: Scanned) -> None:
        self._scan = scan
        self._version = scan.estate.kube_version
        owners = Owners(scan.estate)
        running = (row for row in scan.estate.pods if not (is_idle(row[0]) and owners.is_copy(row[0])))
        self._pods = [pod for _, pods in running for pod in pods]
        self._levels: dict[Level, Mapping[str, Sequence[Judged]]] = {}
        self._covers: dict[tuple[int, Path], Covers] = {}
        """By the `id()` of a resource and the path of its pod template."""
        for finding in scan.findings:
            if finding.verdict is Verdict.FAIL:
                self._note(finding)

    def _note(self, finding: Finding) -> None:
        subject = finding.subject
        pod = subject.pod if isinstance(subject, Container) else subject
        if not isinstance(pod, PodTemplate):
            return
        spot = _spot(finding, pod)
        for each in (pod, *(pod for copy in finding.shown_by for pod in self._scan.estate.pods_of(copy))):
            covers = self._covers.setdefault((id(each.resource), each.where), {})
            covers.setdefault(spot, []).append(finding.suppressed)

    def row(self, control: Control, rules: Sequence[Rule]) -> Row:
        """What a check of a level says; `rules` are those whose findings are about it, and may be relaxed."""
        word, _, check = control.id.partition(":")
        level = Level.parse(word)
        names = tuple(sorted(rule.id for rule in rules))
        row = Row(control, Standing.FAIL, names, subjects=len(self._pods))
        if check not in {each.id for each in checks_for(level, self._version)}:
            return msgspec.structs.replace(row, standing=Standing.PASS, why=f"v{self._version} does not ask for it")
        judged = self._at(level).get(check, ())
        refused = [each for each in judged if each[1].verdict is Verdict.FAIL]
        covers = [self._cover(pod, result, names) for pod, result in refused]
        tally = Tally.of(covers)
        if tally.open or tally.baseline:
            open_pods = [pod for (pod, _), cover in zip(refused, covers, strict=True) if cover is None]
            return tally.row(row, _refused(open_pods), "pod")
        why = self._doubt([result for _, result in judged if result.verdict is Verdict.UNKNOWN])
        passed = Standing.ACCEPTED if tally.relaxed else Standing.PASS
        return tally.row(msgspec.structs.replace(row, standing=Standing.UNKNOWN if why else passed), why, "pod")

    def _at(self, level: Level) -> Mapping[str, Sequence[Judged]]:
        """Check id -> the pods that it refuses or cannot decide about."""
        if level not in self._levels:
            table: dict[str, list[Judged]] = {}
            for pod in self._pods:
                for result in evaluate(pod, level, self._version):
                    table.setdefault(result.check.id, []).append((pod, result))
            self._levels[level] = table
        return self._levels[level]

    def _cover(self, pod: PodTemplate, result: Result, rules: Sequence[str]) -> Suppression | None:
        """What accepts a refusal: all that the rules found about each value is accepted, and something was found."""
        covers = self._covers.get((id(pod.resource), pod.where), {})
        held: list[Suppression] = []
        for violation in result.violations:
            spots = (spot for rule in rules for spot in _spots(violation, rule))
            found = [cover for spot in spots for cover in covers.get(spot, ())]
            accepting = [cover for cover in found if cover is not None]
            if not found or len(accepting) < len(found):
                return None
            held += accepting
        return next((cover for cover in held if cover.by == "baseline"), held[0])

    def _doubt(self, undecided: Sequence[Result]) -> str:
        """Why a check that refuses no pod does not pass; empty when it does."""
        violations = [violation for result in undecided for violation in result.violations]
        if violations and all(isinstance(violation.value, LeftOut) for violation in violations):
            return f"an operator completes {plural(len(undecided), 'pod')}"
        if undecided:
            return f"{plural(len(undecided), 'pod')} not decided here"
        return unread(self._scan) if self._pods else nothing_asked(self._scan)


def _spot(finding: Finding, pod: PodTemplate) -> Spot:
    container = finding.container
    start = container.where if container is not None else pod.path
    return finding.rule.id, container.name if container is not None else None, finding.path[len(start) :][:1]


def _spots(violation: Violation, rule: str) -> Iterator[Spot]:
    """Where a rule tells of a violation: of one in a container also at the pod, which has the same fields."""
    if violation.in_metadata:
        yield rule, None, ()
    elif violation.container is None:
        yield rule, None, violation.path[:1]
    elif violation.path[2:3] == ("ports",) and _is_of_host_network(violation):
        yield rule, None, ("hostNetwork",)  # which sets a port that nobody wrote, or as the server writes it
    else:
        field = violation.path[2:3]
        yield rule, violation.container.name, field
        yield rule, None, field


def _is_of_host_network(violation: Violation) -> bool:
    """Whether a port of the node is the one that the server sets, and in a Pod also writes, on the node's network."""
    container = violation.container
    if violation.value is None or container is None or container.resource.kind != "Pod" or container.pod.where:
        return violation.value is None
    own = dig(container.spec, "ports", *violation.path[3:4], "containerPort")
    on_node = container.pod.spec.get("hostNetwork") is True
    return on_node and not isinstance(own, Unknown) and violation.value == own


def _refused(pods: Sequence[PodTemplate]) -> str:
    """Which pods are refused, by their objects; empty for none."""
    if not pods:
        return ""
    names = list(dict.fromkeys(_name(pod.resource) for pod in pods))
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"refuses {plural(len(pods), 'pod')}: {', '.join(names[:_SHOWN])}{more}"


def _name(resource: Resource) -> str:
    return f"{resource.kind} {f'{resource.namespace}/' if resource.namespace else ''}{resource.name}"
