"""What the outside can reach, on a terminal: by workload, the most exposed first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from seawall.core import Unknown
from seawall.inventory import Resource
from seawall.model.exposure import Exposure, Reach
from seawall.model.permissions import Answer
from seawall.reports.exposed import ExposedReport, address_of, chain, name_of, place_of, sources_of, why_of
from seawall.reports.facts import as_lines_once as fact_lines
from seawall.reports.style import Style, flowed, plural, printable, wrapped

_COLOURS: Final = {
    Reach.INTERNET: ("bold", "red"),
    Reach.UNKNOWN: ("blue",),
    Reach.NODES: ("yellow",),
    Reach.PRIVATE: ("cyan",),
    Reach.CLUSTER: ("green",),
}
_WIDTH: Final = max(len(reach.label) for reach in Reach)
_INDENT: Final = "  "
_UNDER: Final = " " * (len(_INDENT) + _WIDTH + 2)
_ASIDE: Final = 3
"""Lines about what was not looked at; JSON has all of them."""

_MEANING: Final = {
    Reach.INTERNET: "anyone in the world may connect, unless source ranges are named",
    Reach.UNKNOWN: "a value that decides is filled in later",
    Reach.NODES: "whoever reaches an address of a node: its network and the firewall before it decide",
    Reach.PRIVATE: "whoever is in the private network of the load balancer or address",
    Reach.CLUSTER: "pods and nodes of the cluster",
}


def as_lines(report: ExposedReport, style: Style, *, why: bool = False) -> Iterator[str]:
    """Lines without line ends; with `why` the whole chain of each way, with places."""
    notes = _Notes(report.rows)
    for resource, rows in report.reached:
        yield from _workload(resource, style)
        for row in rows:
            yield from _row(row, notes, style, why=why)
        yield ""
    yield from _perhaps(report.perhaps, notes, style, why=why)
    yield from _kept_out(report.kept_out, notes, style, why=why)
    yield from _loose(report.loose, notes, style, why=why)
    yield from notes.lines(style)
    yield from _legend(report, style)
    yield from summary(report, style)


class _Notes:
    """What was taken for true, numbered, so that each sentence stands once."""

    def __init__(self, rows: Sequence[Exposure]) -> None:
        said = dict.fromkeys(text for row in rows for text in row.entry.assumes)
        self.numbers = {text: number for number, text in enumerate(said, 1)}

    def mark(self, row: Exposure) -> str:
        """`[1, 2]`, empty where nothing was assumed."""
        numbers = ", ".join(str(self.numbers[text]) for text in row.entry.assumes)
        return f" [{numbers}]" if numbers else ""

    def lines(self, style: Style) -> Iterator[str]:
        """The sentences behind their numbers."""
        if self.numbers:
            yield style.paint("Taken for true, since nothing that was read says it:", "bold")
        for text, number in self.numbers.items():
            yield from wrapped(f"[{number}] {printable(text)}", style.width, indent=_INDENT, hanging=_INDENT + "    ")
        if self.numbers:
            yield ""


def _workload(resource: Resource, style: Style) -> Iterator[str]:
    name = style.paint(printable(name_of(resource)), "bold")
    where = style.paint(printable(place_of(resource)), "dim")
    yield from flowed([f"{resource.kind} {name}", where], style.width)


def _row(row: Exposure, notes: _Notes, style: Style, *, why: bool) -> Iterator[str]:
    mark = style.paint(row.reach.label.ljust(_WIDTH), *_COLOURS[row.reach])
    lead = printable(address_of(row.entry))
    port = f" -> pod port {row.target.port}" if row.target.port else ""
    yield f"{_INDENT}{mark}  {lead}{printable(port)}{notes.mark(row)}"
    yield from _details(row, style)
    if why:
        yield from fact_lines(row.via, style, _UNDER + "- ")
        yield from fact_lines(row.let.because if row.let is not None else (), style, _UNDER + "- ")


def _details(row: Exposure, style: Style) -> Iterator[str]:
    """What opens the way, who may use it, and what is open."""
    entry = row.entry
    objects = ", then ".join(f"{each.kind} {name_of(each)}" for each in chain(row))
    how = f" ({entry.how})" if entry.how != entry.resource.kind else ""
    pieces = [printable(f"by {objects}{how}"), style.paint(printable(place_of(entry.resource)), "dim")]
    yield from flowed(pieces, style.width, indent=_UNDER, hanging=_UNDER)
    said = []
    if entry.sources:
        unsure = isinstance(entry.sources, Unknown)
        said.append(f"lets in {'what is not decided yet: ' if unsure else 'only '}{sources_of(entry)}")
    if entry.tls is Answer.NO:
        said.append("in clear text (no TLS)")
    if row.target.answer is Answer.UNKNOWN:
        said.append(f"unknown: {row.target.why}")
    if row.let is not None:
        said.append(f"{'unknown: ' if row.let.answer is Answer.UNKNOWN else ''}{row.let.why}")
    for text in said:
        yield from wrapped(printable(text), style.width, indent=_UNDER, hanging=_UNDER + "  ")


def _perhaps(
    groups: Sequence[tuple[Resource, list[Exposure]]], notes: _Notes, style: Style, *, why: bool
) -> Iterator[str]:
    if not groups:
        return
    yield style.paint("May be reached, which cannot be decided from here:", "bold")
    for resource, rows in groups:
        yield from (f"{_INDENT}{line}" for line in _workload(resource, style))
        if why or any(row.target.answer is Answer.YES for row in rows):
            for row in rows:
                yield from _row(row, notes, style, why=why)
            continue
        ways = ", ".join(dict.fromkeys(f"{row.entry.how} {name_of(row.entry.resource)}" for row in rows))
        reasons = "; ".join(dict.fromkeys(why_of(row) for row in rows))
        yield from wrapped(printable(f"by {ways}: {reasons}"), style.width, indent=_UNDER, hanging=_UNDER + "  ")
    yield ""


def _kept_out(rows: Sequence[Exposure], notes: _Notes, style: Style, *, why: bool) -> Iterator[str]:
    if not rows:
        return
    yield style.paint("Ways that network policies close, where the network plugin enforces them:", "bold")
    for row in rows:
        if row.target.pod is not None:
            yield from (f"{_INDENT}{line}" for line in _workload(row.target.pod.resource, style))
        yield from _row(row, notes, style, why=why)
    yield ""


def _loose(rows: Sequence[Exposure], notes: _Notes, style: Style, *, why: bool) -> Iterator[str]:
    if not rows:
        return
    yield style.paint("Ways in that lead to no workload that was read:", "bold")
    for row in rows:
        entry, target = row.entry, row.target
        words = {Answer.YES: f"leads to {target.text}", Answer.NO: f"leads nowhere: {target.why}"}
        text = words.get(target.answer, f"unknown: {target.why}")
        mark = style.paint(row.reach.label.ljust(_WIDTH), *_COLOURS[row.reach])
        yield f"{_INDENT}{mark}  {printable(address_of(entry))}{notes.mark(row)}"
        opener = printable(f"by {entry.resource.kind} {name_of(entry.resource)}")
        where = style.paint(printable(place_of(entry.resource)), "dim")
        yield from flowed([opener, where], style.width, indent=_UNDER, hanging=_UNDER)
        yield from wrapped(printable(text), style.width, indent=_UNDER, hanging=_UNDER + "  ")
        if why:
            yield from fact_lines(row.via, style, _UNDER + "- ")
    yield ""


def _legend(report: ExposedReport, style: Style) -> Iterator[str]:
    """What the words mean that were used."""
    used = sorted({row.reach for row in report.rows}, reverse=True)
    for reach in used:
        yield from wrapped(f"{reach.label}: {_MEANING[reach]}", style.width, hanging=_INDENT)
    if used:
        yield ""


def summary(report: ExposedReport, style: Style) -> Iterator[str]:
    """How many workloads are reachable from how far, what was not followed, and how much of the cluster was read."""
    aside = report.coverage.not_looked_at
    for what, why in (*report.not_followed, *aside[:_ASIDE]):
        yield from wrapped(printable(f"{what}: {why}"), style.width, hanging=_INDENT)
    if len(aside) > _ASIDE:
        yield f"{plural(len(aside) - _ASIDE, 'more thing')} not looked at: -o json lists them"
    where = f' in namespace "{report.namespace}"' if report.namespace else ""
    if not report.rows:
        yield printable(f"Nothing that was read opens a way from outside{where}")
    else:
        yield from flowed(list(_counts(report, where)), style.width, gap=" ", hanging=_INDENT)
    if not report.whole:
        text = "This is of what was read: say --estate if it is the whole cluster, else other objects may open more"
        yield from wrapped(text, style.width, hanging=_INDENT)


def _counts(report: ExposedReport, where: str) -> Iterator[str]:
    reached = report.reached
    worst = [max(row.reach for row in rows if row.answer is Answer.YES) for _, rows in reached]
    parts = [
        f"{worst.count(reach):,} from the {reach.label}" if reach is not Reach.UNKNOWN else f"{worst.count(reach)} open"
        for reach in sorted(set(worst), reverse=True)
    ]
    yield printable(f"{plural(len(reached), 'workload')}{where} can be reached from outside")
    if parts:
        yield f"({', '.join(parts)})"
    if report.perhaps:
        yield f"and {len(report.perhaps):,} may be"
