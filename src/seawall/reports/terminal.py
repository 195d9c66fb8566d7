"""The report for a person at a terminal: grouped by file and object, with the source under the finger."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator

from seawall.core import Precision, Problem, Severity, Unknown, Verdict
from seawall.findings import Finding
from seawall.model.telling import tells_a_credential
from seawall.reports.drift import drift_lines
from seawall.reports.reader_role import LACKING, refused, rule_lines
from seawall.reports.report import Located, Report, folded
from seawall.reports.style import Style, flowed, plural, printable, wrapped

_MARK = 8
_GUTTER = 6
_SHOWN = 12
_LOOKED_AT = 2000
"""Characters of a line that are searched for credentials; far more than are ever shown."""


def render(report: Report, style: Style) -> Iterator[str]:
    """Lines without line ends: findings, then problems, then a summary that fits one screen."""
    rows = folded(row for row in report.findings if row.finding.suppressed is None)
    yield from _by_owner(rows, style) if style.by_owner else _by_file(rows, style)
    if report.problems:
        yield from _problems(report.problems, style)
    yield from summary(report, style)


def _by_file(rows: list[Located], style: Style) -> Iterator[str]:
    for file, group in itertools.groupby(rows, key=lambda row: row.place.file):
        yield style.paint(printable(file), "bold", "underline")
        for _, members in itertools.groupby(group, key=lambda row: id(row.finding.resource)):
            yield from _members(list(members), style, "object")
        yield ""


def _by_owner(rows: list[Located], style: Style) -> Iterator[str]:
    for _, group in itertools.groupby(sorted(rows, key=_owner), key=_owner):
        members = list(group)
        yield from flowed(_object(members[0].finding, style), style.width)
        for _, same in itertools.groupby(members, key=lambda row: row.place.file):
            yield from _members(list(same), style, "file")
        yield ""


def _owner(row: Located) -> tuple[str, str, str]:
    """The object that a person would edit, wherever parts of it stand."""
    resource = row.finding.resource
    return resource.namespace or "", resource.kind, resource.name


def _members(rows: list[Located], style: Style, heading: str) -> Iterator[str]:
    """What is said of one object in one file, under the one of the two that is no heading yet."""
    first = rows[0]
    file = style.paint(printable(first.place.file), "dim")
    pieces = _object(first.finding, style) if heading == "object" else [file]
    yield from flowed(pieces, style.width, indent="  ", hanging="    ")
    for _, same in itertools.groupby(rows, key=lambda row: (row.place.span.line, row.place.span.column)):
        yield from _spot(list(same), style)


def _object(finding: Finding, style: Style) -> list[str]:
    """What an object is called, what made it, and how many more there are."""
    resource = finding.resource
    name = f"{resource.namespace}/{resource.name}" if resource.namespace else resource.name
    pieces = [f"{resource.kind} {style.paint(printable(name), 'bold')}"]
    if resource.document.origin:
        pieces.append(style.paint(f"from {printable(resource.document.origin[0].file)}", "dim"))
    if finding.copies:
        pieces.append(style.paint(f"and {finding.copies} more like it", "dim"))
    return pieces


def _spot(rows: list[Located], style: Style) -> Iterator[str]:
    """One place of the source and all that is said of it; what one missing value leaves undecided is said once."""
    yield from _excerpt(rows, style)
    doubts: dict[tuple[str, str], list[Finding]] = {}
    for row in rows:
        if row.finding.verdict is Verdict.UNKNOWN:
            doubts.setdefault(_doubt(row.finding), []).append(row.finding)
        else:
            yield from _sentence([row.finding], style)
    for findings in doubts.values():
        yield from _sentence(findings, style)


def _doubt(finding: Finding) -> tuple[str, str]:
    """Who cannot be judged, and by which value."""
    value = finding.evidence.value
    return _label(finding), f"{value.text!r}: {value.why}" if isinstance(value, Unknown) else finding.message


def _label(finding: Finding) -> str:
    return (finding.container or finding.subject).label


def _excerpt(rows: list[Located], style: Style) -> Iterator[str]:
    row, span = rows[0], rows[0].place.span
    lines = row.finding.resource.document.excerpt(span.line, span.line, row.place.file)
    bar = style.paint("│", "blue")
    number = style.paint(str(span.line).rjust(_GUTTER), "blue")
    if not lines:
        if row.place.precision is not Precision.DOCUMENT:
            yield f"{number} {bar}"
        return
    if any(_is_a_secrets(each.finding) for each in rows) or tells_a_credential(lines[0][:_LOOKED_AT]):
        yield f"{number} {bar} {style.paint('(not shown: the line holds a credential)', 'dim')}"
        return
    room = max(style.width - _GUTTER - 3, 20)
    text = printable(lines[0].rstrip()[: room + 1].expandtabs(2))
    yield f"{number} {bar} {text[:room]}"
    if span.column <= room and row.place.precision is not Precision.DOCUMENT:
        stop = span.end_column if span.end_line == span.line else len(text) + 1
        length = max(1, min(stop, len(text) + 1, room) - span.column)
        caret = " " * (span.column - 1) + style.paint("^" * length, "red" if row.open else "yellow")
        yield f"{' ' * _GUTTER} {bar} {caret}"


def _is_a_secrets(finding: Finding) -> bool:
    """Whether the place may be a credential's whatever it looks like: all of a Secret, and what could not be judged."""
    resource = finding.resource
    is_secret = not resource.group and resource.kind == "Secret"
    undecided = finding.rule.family == "secret" and finding.verdict is Verdict.UNKNOWN
    return is_secret or finding.evidence.secret or undecided


def _sentence(findings: list[Finding], style: Style) -> Iterator[str]:
    """One finding, or all that are undecided for one reason."""
    first = findings[0]
    unknown = first.verdict is Verdict.UNKNOWN
    mark = style.paint("unknown".ljust(_MARK), "blue") if unknown else style.severity(first.severity, _MARK)
    text = first.message
    if len(findings) > 1:
        label, why = _doubt(first)
        text = f"{label} cannot be judged by {len(findings)} rules: {why}"
    names = [finding.rule.id for finding in findings]
    more = f" and {len(names) - 4} more" if len(names) > 4 else ""
    yield from _laid_out(mark, text, f"[{', '.join(names[:4])}{more}]", style)


def _laid_out(mark: str, text: str, tail: str, style: Style) -> Iterator[str]:
    pad = " " * (_GUTTER + 3)
    width = max(style.width - len(pad) - _MARK - 1, 30)
    lines = wrapped(printable(text), width) or [""]
    ends = wrapped(tail, width)
    if len(lines[-1]) + len(ends[0]) + 1 <= width:
        lines[-1] = f"{lines[-1]} {style.paint(ends.pop(0), 'dim')}"
    lines += [style.paint(end, "dim") for end in ends]
    for index, line in enumerate(lines):
        yield f"{pad}{mark if index == 0 else ' ' * _MARK} {line}"


def _problems(problems: tuple[Problem, ...], style: Style) -> Iterator[str]:
    yield style.paint("Could not be read or judged", "bold")
    for (message, hint), group in itertools.groupby(problems, key=lambda problem: (problem.message, problem.hint)):
        first, *others = map(_place, group)
        # The place stands whole on one line, however narrow the terminal: it is there to be copied.
        lines = _wrapped(printable(f"  {first} {message}"), style, "    ")
        yield lines[0].replace(first, style.paint(first, "bold"), 1)
        yield from lines[1:]
        yield from (f"  {style.paint(place, 'bold')} likewise" for place in others)
        for line in _wrapped(printable(f"    {hint}"), style, "    ") if hint else ():
            yield style.paint(line, "dim")
    yield ""


def _place(problem: Problem) -> str:
    parts = (problem.file, *(str(number) for number in (problem.line, problem.column) if number))
    return printable(":".join(parts))


def summary(report: Report, style: Style) -> Iterator[str]:
    """What was looked at, what was found, what was not looked at."""
    counts, coverage = report.count(), report.coverage
    parts = [f"{counts[level]} {style.severity(level)}" for level in reversed(Severity) if counts[level]]
    if report.unknown:
        parts.append(f"{report.unknown} {style.paint('unknown', 'blue')}")
    found = parts or [style.paint(report.nothing, "green" if report.judged else "yellow")]
    rules = plural(report.rules, "rule")
    found.append(f"in {plural(report.judged or coverage.objects, 'object')} of {report.sources}, {rules}")
    yield from flowed(found, style.width)
    yield from _asides(report, style)
    yield from _namespaces(report, style)
    yield from drift_lines(report, style)
    yield from _rights(report, style)
    yield from _top(report, style)


def _asides(report: Report, style: Style) -> Iterator[str]:
    coverage = report.coverage
    if report.suppressed:
        yield f"{plural(report.suppressed, 'finding')} accepted (-o json shows by whom and why)"
    if report.problems:
        named = "it names" if len(report.problems) == 1 else "they name"
        yield style.paint(f"{plural(len(report.problems), 'problem')}: what {named} is not covered", "yellow")
    if coverage.not_kubernetes:
        yield style.paint(f"{plural(coverage.not_kubernetes, 'file')} left alone: not Kubernetes", "dim")
    for what, why in _folded(row for row in coverage.not_looked_at if row[0] != LACKING):
        for line in _wrapped(printable(f"not looked at: {what}: {why}"), style, "  "):
            yield style.paint(line, "dim")


def _wrapped(text: str, style: Style, indent: str) -> list[str]:
    """Lines that fit the width; the first one starts where it is put, the others are indented."""
    return wrapped(text, max(style.width, 40), hanging=indent)


def _rights(report: Report, style: Style) -> Iterator[str]:
    """The rules that the reader's role lacks, to be copied."""
    rules = refused(report.unread)
    if not rules:
        return
    yield ""
    yield style.paint("Add to the ClusterRole of whoever scans, so that nothing is unknown for want of rights", "bold")
    yield from (printable(line) for line in rule_lines(rules, "  "))


def _folded(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Rows with one reason share a line."""
    table: dict[str, list[str]] = {}
    for what, why in rows:
        table.setdefault(why, []).append(what)
    for why, names in table.items():
        more = f" and {len(names) - 4} more" if len(names) > 4 else ""
        yield ", ".join(names[:4]) + more, why


def _namespaces(report: Report, style: Style) -> Iterator[str]:
    rows = report.namespaces
    if not rows:
        return
    yield ""
    yield style.paint("Pod Security level that each namespace's workloads meet", "bold")
    width = max(len(row.namespace) for row in rows[:_SHOWN])
    for row in rows[:_SHOWN]:
        besides = f"; an operator completes {row.completed:,} of {plural(row.pods, 'pod')}" if row.completed else ""
        yield from _wrapped(f"  {printable(row.namespace).ljust(width)}  {row.level}{besides}", style, "      ")
        if row.next_level:
            way = ", ".join(f"{check} ({plural(pods, 'pod')})" for check, pods in row.in_the_way[:3])
            more = " ..." if len(row.in_the_way) > 3 else ""
            for line in _wrapped(f"    for {row.next_level}: {way}{more}", style, "      "):
                yield style.paint(line, "dim")
    if len(rows) > _SHOWN:
        yield style.paint(f"  and {plural(len(rows) - _SHOWN, 'more namespace')}", "dim")


def _top(report: Report, style: Style) -> Iterator[str]:
    """The next step: the rule to read about first."""
    open_rows = [row.finding for row in report.findings if row.open]
    if open_rows:
        worst = max(open_rows, key=lambda finding: finding.severity)
        yield ""
        yield f"Start with {style.paint(f'seawall explain {worst.rule.id}', 'bold')}"
        yield from _wrapped(f"  {worst.rule.title}", style, "  ")
