"""What Pod Security admission would say of each pod: for a person, and as JSON."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator

import msgspec

from seawall.core import LeftOut, Place, Problem, Unknown, Verdict, path_text
from seawall.inventory import Coverage, Unread
from seawall.model import KubeVersion, PodTemplate
from seawall.model.podsecurity import Level, Result, verdict_of
from seawall.reports.encode import indented
from seawall.reports.style import Style, flowed, plural, printable, wrapped

_WORDS = {Verdict.PASS: "allowed", Verdict.UNKNOWN: "unknown", Verdict.FAIL: "refused"}
_COLOURS = {Verdict.PASS: "green", Verdict.UNKNOWN: "blue", Verdict.FAIL: "red"}
_ALLOWED = {Verdict.PASS: True, Verdict.UNKNOWN: "unknown", Verdict.FAIL: False}
_INDENT = " " * 4


class JudgedPod(msgspec.Struct, frozen=True, eq=False):
    """A pod template and what stands against it."""

    pod: PodTemplate
    place: Place
    """Where its object stands."""
    results: tuple[Result, ...]

    @property
    def verdict(self) -> Verdict:
        """Pass when nothing stands against it."""
        return verdict_of(self.results)


class PssReport(msgspec.Struct, frozen=True, eq=False):
    """Every pod of an input, judged against one level of one version."""

    level: Level
    version: KubeVersion
    pods: tuple[JudgedPod, ...]
    problems: tuple[Problem, ...]
    coverage: Coverage
    unread: tuple[Unread, ...] = ()
    """Kinds of pods, or of what makes pods, that a running cluster did not let be read."""
    live: bool = False
    """Whether a running cluster was read."""

    @property
    def sources(self) -> str:
        """What the pods are of: files, a running cluster, both."""
        files = plural(self.coverage.files, "file")
        if not self.live:
            return files
        return f"{files} and a running cluster" if self.coverage.files else "a running cluster"

    @property
    def count(self) -> Counter[Verdict]:
        """How many pods have each verdict."""
        return Counter(judged.verdict for judged in self.pods)


def as_json(report: PssReport) -> str:
    """The report in the form of docs/interfaces.md, with a line end."""
    whole = {
        "pods": [_pod(judged) for judged in report.pods],
        "level": report.level.label,
        "kube_version": str(report.version),
        "problems": report.problems,
        "not_looked_at": [{"what": what, "why": why} for what, why in report.coverage.not_looked_at],
    }
    return indented(whole, 2)


def _pod(judged: JudgedPod) -> dict[str, object]:
    resource = judged.pod.resource
    return {
        "file": judged.place.file,
        "line": judged.place.span.line,
        "kind": resource.kind,
        "namespace": resource.namespace,
        "name": resource.name,
        "path": path_text(judged.pod.path),
        "allowed": _ALLOWED[judged.verdict],
        "checks": [_check(result, judged.pod) for result in judged.results],
    }


def _check(result: Result, pod: PodTemplate) -> dict[str, object]:
    return {
        "id": result.check.id,
        "verdict": result.verdict.value,
        "reason": result.reason,
        "detail": result.detail,
        "path": path_text(result.violations[0].place(pod)),
    }


def as_lines(report: PssReport, style: Style) -> Iterator[str]:
    """Lines without line ends: what is not surely allowed, by file, then how many are."""
    shown = [judged for judged in report.pods if judged.results]
    pods = Counter(id(judged.pod.resource) for judged in report.pods)
    for file, group in itertools.groupby(shown, key=lambda judged: judged.place.file):
        yield style.paint(printable(file), "bold", "underline")
        for judged in group:
            yield from _lines_of(judged, style, alone=pods[id(judged.pod.resource)] == 1)
        yield ""
    for each in report.unread:
        text = f"not judged: {each.label}: {each.why}"
        yield from (style.paint(line, "blue") for line in wrapped(printable(text), style.width, hanging="  "))
    yield from summary(report, style)


def _lines_of(judged: JudgedPod, style: Style, *, alone: bool) -> Iterator[str]:
    """What is said of one pod, which is told by its place where it is not `alone` in its object."""
    resource = judged.pod.resource
    name = f"{resource.namespace}/{resource.name}" if resource.namespace else resource.name
    mark = style.paint(_WORDS[judged.verdict], "bold", _COLOURS[judged.verdict])
    head = [mark, f"{resource.kind} {style.paint(printable(name), 'bold')}"]
    head.append(style.paint(f"line {judged.place.span.line}", "dim"))
    if not alone:
        head.append(style.paint(printable(f"at {path_text(judged.pod.path)}"), "dim"))
    yield from flowed(head, style.width, indent="  ", hanging=_INDENT)
    left_out = [result for result in judged.results if _is_left_out(result)]
    for result in judged.results:
        if not _is_left_out(result):
            prefix = "" if result.verdict is judged.verdict else f"{_WORDS[result.verdict]}: "
            yield from _wrapped(f"{prefix}{result.reason}: {result.detail}", f"[{result.check.id}]", style)
    if left_out:
        value = left_out[0].violations[0].value
        why = value.why if isinstance(value, Unknown) else ""
        checks = f"{len(left_out)} check{'s'[: len(left_out) != 1]}"
        yield from _wrapped(f"{checks} cannot judge what is not written here: {why}", "", style)


def _is_left_out(result: Result) -> bool:
    """Whether it is unknown only for what a custom resource leaves to its operator: one line tells of all of it."""
    return all(isinstance(violation.value, LeftOut) for violation in result.violations)


def _wrapped(text: str, tail: str, style: Style) -> Iterator[str]:
    width = max(style.width - len(tail) - 1, 40)
    lines = wrapped(printable(text), width, indent=_INDENT, hanging=_INDENT + "  ")
    yield from lines[:-1]
    yield f"{lines[-1]} {style.paint(tail, 'dim')}".rstrip()


def summary(report: PssReport, style: Style) -> Iterator[str]:
    """How many pods are refused, undecided and allowed."""
    counts = report.count
    found = [
        f"{counts[verdict]:,} {style.paint(_WORDS[verdict], _COLOURS[verdict])}"
        for verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS)
        if counts[verdict]
    ]
    found = found or [style.paint("no pods found", "yellow")]
    parts = [f"Pod Security {report.level.label}, v{report.version}:", *(f"{part}," for part in found[:-1]), found[-1]]
    parts.append(f"in {report.sources}")
    yield from flowed(parts, style.width, gap=" ", hanging="  ")
