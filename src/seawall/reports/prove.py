"""The chain of one verdict, from the bytes of the file to the rule and its source, each step checkable by hand."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from seawall.core import LeftOut, Place, Precision, Unknown, Verdict, dig, path_text
from seawall.findings import Finding
from seawall.model.api_defaults import default_of
from seawall.model.facts import Fact
from seawall.model.telling import tells_a_credential
from seawall.reports.by_hand import filled_in
from seawall.reports.encode import encode, indented
from seawall.reports.facts import as_lines as as_lines_of
from seawall.reports.report import Located, Report
from seawall.reports.style import Style, printable, wrapped
from seawall.rules.controls import controls_of

_LONGEST = 400
_AROUND = 2


class Bytes(msgspec.Struct, frozen=True):
    """A file as it is."""

    size: int
    digest: str
    """SHA-256, in hexadecimal digits."""


class Proof(msgspec.Struct, frozen=True, eq=False):
    """A finding with all that its verdict rests on."""

    row: Located
    report: Report
    bytes: Bytes | None = None
    """None where the place is in no file of its own."""
    whole: bool = False
    alike: tuple[Located, ...] = ()
    """Others of the same fingerprint: the object stands in several places."""
    because: tuple[Fact, ...] = ()
    """What else decides, in other objects."""


class Step(msgspec.Struct, frozen=True):
    """One step, a title and lines to read or to run."""

    title: str
    lines: tuple[str, ...]
    commands: tuple[str, ...] = ()
    """What shows the step by hand."""


def steps(proof: Proof) -> Iterator[Step]:
    """The chain, in the order in which the verdict came to be."""
    row, finding = proof.row, proof.row.finding
    yield _file(row, proof.bytes)
    if finding.resource.document.origin:
        origin = finding.resource.document.origin
        made = tuple(f"{each.kind} {each.file}" + (f" ({each.detail})" if each.detail else "") for each in origin)
        yield Step("What made the object", made)
    yield _reading(row)
    yield from _default(finding, row.place)
    if proof.because:
        yield Step("What else decides", tuple(as_lines_of(proof.because, Style(), "")))
    yield _version(proof)
    yield _predicate(finding)
    yield _verdict(proof)
    check = tuple(
        filled_in(line.strip(), finding) for line in finding.rule.section("Check").splitlines() if line.strip()
    )
    if check:
        yield Step("How to see it in a cluster", (), check)
    if finding.verdict is Verdict.UNKNOWN:
        yield Step("What would settle it", tuple(settled_by(finding)))


def _file(row: Located, content: Bytes | None) -> Step:
    place, document = row.place, row.finding.resource.document
    if content is None:
        return Step("The source", (f"{place.file}, which is no file of this machine",))
    first, last = max(place.span.line - _AROUND, 1), place.span.line + _AROUND
    text = document.excerpt(first, last, place.file)
    hidden = _is_secret(row.finding) or any(map(tells_a_credential, text))
    # An excerpt is cut at the document's start, never at its end.
    start = max(first, place.span.line - text.index(_line_of(row, text))) if text and not hidden else first
    shown = ("(the lines are not shown: they hold a credential)",) if hidden else _numbered(text, start)
    name = shlex.quote(place.file)
    digest = f"{place.file}: {content.size:,} bytes, SHA-256 {content.digest}"
    commands = (f"sha256sum {name}", f"sed -n {place.span.line}p {name}")
    return Step("The bytes of the file", (digest, *shown), commands)


def _line_of(row: Located, text: Sequence[str]) -> str:
    own = row.finding.resource.document.excerpt(row.place.span.line, row.place.span.line, row.place.file)
    return own[0] if own and own[0] in text else text[0]


def _numbered(lines: Sequence[str], first: int) -> tuple[str, ...]:
    return tuple(f"{number:>5} | {line.rstrip()}" for number, line in enumerate(lines, first))


def _is_secret(finding: Finding) -> bool:
    resource = finding.resource
    return (
        finding.evidence.secret or (resource.kind == "Secret" and not resource.group) or finding.rule.family == "secret"
    )


def _reading(row: Located) -> Step:
    """The object as the API server would get it."""
    finding, resource = row.finding, row.finding.resource
    space = f"{resource.namespace}/" if resource.namespace else ""
    lines = [f"{resource.kind} {space}{resource.name} ({resource.api_version})"]
    path = finding.path
    if path:
        lines.append(f"field {path_text(path)}")
    if _is_secret(finding):
        lines.append("its value is not shown: it may be a credential")
    elif path:
        lines.append(_value(dig(resource.tree, *path)))
    return Step("As Kubernetes reads it", tuple(lines))


def _value(value: object) -> str:
    if isinstance(value, Unknown):
        return f"value: not decided: {value.text!r}: {value.why}"
    if value is None:
        return "value: absent"
    text = encode(_plain(value))
    if tells_a_credential(text):
        return "its value is not shown: it looks like a credential"
    return f"value: {text if len(text) <= _LONGEST else text[:_LONGEST] + ' ...'}"


def _plain(value: object) -> object:
    if isinstance(value, Unknown):
        return f"(not decided: {value.text})"
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value


def _default(finding: Finding, place: Place) -> Iterator[Step]:
    absent = dig(finding.resource.tree, *finding.path) is None
    if absent and finding.path and (default := default_of(finding.path)):
        yield Step("What stands for the absent field", (default,))
    elif place.precision is Precision.PARENT and absent:
        yield Step("What stands for the absent field", ("nothing: the rule is about its absence",))


def _version(proof: Proof) -> Step:
    lines = [f"Kubernetes {proof.report.kube_version}"]
    lines.append("the input is the whole cluster" if proof.whole else "the input is not said to be the whole cluster")
    return Step("What it was judged for", tuple(lines))


def _predicate(finding: Finding) -> Step:
    rule = finding.rule
    lines = [
        f"{rule.id}: {rule.title}",
        f"of src/seawall/{rule.check.__module__.removeprefix('seawall.').replace('.', '/')}.py",
    ]
    lines.append(f"source: {' '.join(rule.section('Source').split())}")
    if controls := controls_of(rule):
        lines.append(f"controls: {', '.join(controls)}")
    return Step("The predicate and its source", tuple(lines), (f"seawall explain {rule.id}",))


def _verdict(proof: Proof) -> Step:
    finding = proof.row.finding
    severity = f", {finding.severity.label}" if finding.verdict is Verdict.FAIL else ""
    lines = [f"{finding.verdict.value}{severity}: {finding.message}"]
    when = finding.rule.otherwise.get(finding.severity)
    if finding.verdict is Verdict.FAIL and when and finding.severity is not finding.rule.severity:
        lines.append(f"{finding.severity.label} because {when}")
    if finding.suppressed is not None:
        until = f" until {finding.suppressed.until}" if finding.suppressed.until else ""
        lines.append(f"accepted by {finding.suppressed.by}{until}: {finding.suppressed.reason}")
    if finding.copies:
        lines.append(f"{finding.copies} more that a controller made show the same")
    lines += [f"also at {row.place.file}:{row.place.span.line}" for row in proof.alike]
    lines.append(f"fingerprint {finding.fingerprint}")
    return Step("The verdict", tuple(lines))


def settled_by(finding: Finding) -> Iterator[str]:
    """The cheapest flag or file that would settle an unknown, first."""
    value, document = _whole(finding), finding.resource.document
    kinds = {origin.kind for origin in document.origin}
    if isinstance(value, LeftOut):
        yield "look at the pods that the operator makes of it: seawall scan --cluster"
    elif kinds & {"chart", "template"}:
        yield "render the chart as it is installed: --values FILE, or --set KEY=VALUE"
    elif isinstance(value, Unknown) and value.text:
        yield from _filled_in(value)
    else:
        yield "name what is missing beside it: more files, or --cluster"
    yield "or judge what came of it: seawall scan --cluster"


def _whole(finding: Finding) -> object:
    """What decides and is filled in later, with all that stands around it: `web:${TAG}` where the tag decides."""
    value, there = finding.evidence.value, dig(finding.resource.tree, *finding.path)
    text = there.text if isinstance(there, Unknown) else there
    if not isinstance(value, Unknown) or isinstance(value, LeftOut) or not isinstance(text, str):
        return value
    if not value.text or value.text not in text or _is_secret(finding) or tells_a_credential(text):
        return value
    return Unknown(text, value.why)


def _filled_in(value: Unknown) -> Iterator[str]:
    text = value.text
    if "{{" in text or "{%" in text:
        yield f"render the template that fills in {text}, and pipe it: helm template . | seawall scan -"
    elif "$" in text:
        yield f"fill in {text} first, and pipe it: envsubst < FILE | seawall scan -"
    elif "filled in" in value.why:
        yield f"write what stands for {text}"
    else:
        yield f"{text}: {value.why}"


def as_lines(proof: Proof, style: Style) -> Iterator[str]:
    """Numbered steps for a person."""
    for number, step in enumerate(steps(proof), 1):
        yield style.paint(f"{number}. {step.title}", "bold")
        for line in step.lines:
            text = printable(line)
            yield from (
                [f"   {text}"] if " | " in text[:9] else wrapped(text, style.width, indent="   ", hanging="     ")
            )
        for command in step.commands:
            yield style.paint(f"   $ {printable(command)}", "dim")


def as_json(proof: Proof) -> str:
    """`{"fingerprint", "rule", "verdict", "steps": [{"title", "lines", "commands"}]}`."""
    finding = proof.row.finding
    found: dict[str, Any] = {
        "fingerprint": finding.fingerprint,
        "rule": finding.rule.id,
        "verdict": finding.verdict.value,
        "steps": list(steps(proof)),
    }
    return indented(found, 2)


def listed(rows: Sequence[Located]) -> Iterator[str]:
    """A line for each finding that may be meant: `fingerprint  place  message`."""
    for row in rows:
        place = f"{row.place.file}:{row.place.span.line}"
        yield printable(f"{row.finding.fingerprint}  {place}  {row.finding.message}")
