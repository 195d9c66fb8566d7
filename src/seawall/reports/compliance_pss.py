"""The Pod Security Standards check by check, from the evaluation that `seawall pss` makes too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec

from seawall.core import LeftOut, Verdict
from seawall.data.frameworks import Control
from seawall.findings import Finding, Suppression
from seawall.findings.owners import Owners
from seawall.inventory import Resource
from seawall.model import PodTemplate
from seawall.model.podsecurity import Level, Result, Violation, checks_for, evaluate
from seawall.reports.compliance_rows import Row, Scanned, Standing, Tally, nothing_asked, unread
from seawall.reports.style import plural
from seawall.rules.spec import Rule

_SHOWN: Final = 3
"""How many of the refused are named."""

Judged = tuple[PodTemplate, Result]


class Standards:
    """Every pod of a scan judged at both levels, and what was accepted of each; lives for one table."""

    def __init__(self, scan: Scanned) -> None:
        self._scan = scan
        self._version = scan.estate.kube_version
        self._pods = [pod for _, pods in scan.estate.pods for pod in pods]
        self._levels: dict[Level, Mapping[str, Sequence[Judged]]] = {}
        self._owners = Owners(scan.estate)
        self._fails: dict[int, list[Finding]] = {}
        """By the `id()` of the outermost owner: what one of its copies shows is told once for all of them."""
        for finding in scan.findings:
            if finding.verdict is Verdict.FAIL:
                self._fails.setdefault(id(self._root(finding.resource)), []).append(finding)

    def _root(self, resource: Resource) -> Resource:
        return self._owners.root(resource)

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
        covers: list[Suppression] = []
        for violation in result.violations:
            found = [each.suppressed for each in self._about(pod, violation) if each.rule.id in rules]
            held = [each for each in found if each is not None]
            if not held or len(held) < len(found):
                return None
            covers.extend(held)
        return next((each for each in covers if each.by == "baseline"), covers[0])

    def _about(self, pod: PodTemplate, violation: Violation) -> Iterator[Finding]:
        """The fails about a pod or its container, also those that stand in its owner."""
        name = violation.container.name if violation.container is not None else None
        for finding in self._fails.get(id(self._root(pod.resource)), ()):
            if finding.resource is pod.resource and finding.path[: len(pod.where)] != pod.where:
                continue
            container = finding.container
            if name is None or container is None or container.name == name:
                yield finding

    def _doubt(self, undecided: Sequence[Result]) -> str:
        """Why a check that refuses no pod does not pass; empty when it does."""
        violations = [violation for result in undecided for violation in result.violations]
        if violations and all(isinstance(violation.value, LeftOut) for violation in violations):
            return f"an operator completes {plural(len(undecided), 'pod')}"
        if undecided:
            return f"{plural(len(undecided), 'pod')} not decided here"
        return unread(self._scan) if self._pods else nothing_asked(self._scan)


def _refused(pods: Sequence[PodTemplate]) -> str:
    """Which pods are refused, by their objects; empty for none."""
    if not pods:
        return ""
    names = list(dict.fromkeys(_name(pod.resource) for pod in pods))
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"refuses {plural(len(pods), 'pod')}: {', '.join(names[:_SHOWN])}{more}"


def _name(resource: Resource) -> str:
    return f"{resource.kind} {f'{resource.namespace}/' if resource.namespace else ''}{resource.name}"
