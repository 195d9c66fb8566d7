"""What the outside can reach: for a person, and as JSON, Markdown and CSV."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from seawall.core import Problem, Unknown
from seawall.inventory import Coverage, Resource
from seawall.model.exposure import Entry, Exposure, Let, Reach
from seawall.model.permissions import Answer
from seawall.reports import csv, markdown
from seawall.reports.answers import IN_JSON, WORDS
from seawall.reports.encode import indented
from seawall.reports.facts import as_objects, shown_place

_HEADER = (
    "reach", "reached", "namespace", "kind", "name", "pod_port", "leads_to", "how", "address", "port", "protocol",
    "paths", "tls", "sources", "through", "why", "assumes", "file", "line",
)  # fmt: skip


class ExposedReport(msgspec.Struct, frozen=True, eq=False):
    """Every way in from outside, of an input or of one namespace of it."""

    rows: tuple[Exposure, ...]
    not_followed: tuple[tuple[str, str], ...]
    """What was not looked at, and why."""
    namespace: str | None
    """The namespace that was asked about; None for all."""
    whole: bool
    """Whether the input is the whole cluster."""
    problems: tuple[Problem, ...]
    coverage: Coverage

    @property
    def reached(self) -> list[tuple[Resource, list[Exposure]]]:
        """Each workload that is surely reached, with its rows, the most exposed first."""
        return self._workloads(surely=True)

    @property
    def perhaps(self) -> list[tuple[Resource, list[Exposure]]]:
        """Each workload that may be reached and is not surely, with its rows."""
        return self._workloads(surely=False)

    @property
    def kept_out(self) -> list[Exposure]:
        """The rows that lead to a workload and that network policies close."""
        return [row for row in self.rows if row.target.answer is not Answer.NO and row.answer is Answer.NO]

    @property
    def loose(self) -> list[Exposure]:
        """The rows that lead to no workload that is known: dead ends, names outside, what is not decided."""
        return [row for row in self.rows if row.target.pod is None or row.target.answer is Answer.NO]

    def _workloads(self, *, surely: bool) -> list[tuple[Resource, list[Exposure]]]:
        groups: dict[tuple[str, ...], tuple[Resource, list[Exposure]]] = {}
        for row in self.rows:
            if row.target.pod is not None and row.answer is not Answer.NO:
                resource = row.target.pod.resource
                key = (resource.group, resource.kind, resource.namespace or "", resource.name)
                groups.setdefault(key, (resource, []))[1].append(row)
        return [group for group in groups.values() if surely is any(_is_sure(row) for row in group[1])]

    @property
    def internet(self) -> bool:
        """Whether something is, or may be, reachable from the internet; what was not followed may be."""
        far = any(row.reach >= Reach.UNKNOWN and row.answer is not Answer.NO for row in self.rows)
        return far or bool(self.not_followed)


def _is_sure(row: Exposure) -> bool:
    return row.answer is Answer.YES


def chain(row: Exposure) -> list[Resource]:
    """The objects on the way, the outermost first, without the workload itself."""
    target = row.target.pod.resource if row.target.pod is not None else None
    found: list[Resource] = []
    for step in row.via:
        if step.resource is not None and all(step.resource is not each for each in found):
            found.append(step.resource)
    return [each for each in found if each is not target] or [row.entry.resource]


def name_of(resource: Resource) -> str:
    """`shop/cart`, or the name alone where no namespace is said."""
    return f"{resource.namespace}/{resource.name}" if resource.namespace else resource.name


def why_of(row: Exposure) -> str:
    """What leaves a row open, or closes it; empty where it is open for sure and no policy is about it."""
    return "; ".join(filter(None, (row.target.why, row.let.why if row.let is not None else "")))


def place_of(resource: Resource) -> str:
    """`file:line`; what is read from a cluster has no line."""
    return shown_place(resource.locate(()))


def sources_of(entry: Entry) -> str:
    """The CIDRs that are let in, as a text; empty for everyone."""
    if isinstance(entry.sources, Unknown):
        return entry.sources.text or "unknown"
    return ", ".join(entry.sources)


def address_of(entry: Entry) -> str:
    """Where a caller knocks: a URL for HTTP, else address, port and protocol."""
    if entry.protocol in ("HTTP", "HTTPS") and "any host" not in entry.address:
        paths = entry.paths or ("",)
        more = f" and {len(paths) - 1} more path{'s'[: len(paths) == 2]}" if len(paths) > 1 else ""
        scheme = "http(s)" if entry.tls is Answer.UNKNOWN else entry.protocol.lower()
        port = "" if entry.port in ("", "80", "443") else f":{entry.port}"
        return f"{scheme}://{entry.address}{port}{paths[0]}{more}"
    if not entry.port:
        return entry.address
    if entry.port.isdigit():
        return f"{entry.address}, port {entry.port}/{entry.protocol}"
    return f"{entry.address}, {entry.port} ({entry.protocol})"


def as_json(report: ExposedReport) -> str:
    """The report in the form of docs/interfaces.md, with a line end."""
    whole = {
        "exposures": [_object(row) for row in report.rows],
        "namespace": report.namespace,
        "whole": report.whole,
        "not_followed": [{"what": what, "why": why} for what, why in report.not_followed],
        "problems": report.problems,
        "not_looked_at": [{"what": what, "why": why} for what, why in report.coverage.not_looked_at],
    }
    return indented(whole, 2)


def _object(row: Exposure) -> dict[str, Any]:
    entry, target = row.entry, row.target
    return {
        "reach": row.reach.label,
        "reached": IN_JSON[row.answer],
        "workload": _workload(target.pod.resource) if target.pod is not None else None,
        "pod_port": target.port,
        "leads_to": target.text or None,
        "how": entry.how,
        "address": entry.address,
        "port": entry.port,
        "protocol": entry.protocol,
        "paths": list(entry.paths),
        "tls": IN_JSON[entry.tls],
        "sources": "unknown" if isinstance(entry.sources, Unknown) else list(entry.sources),
        "caller_address": entry.caller or "unknown",
        "policies": _policies(row.let),
        "why": target.why,
        "assumes": list(entry.assumes),
        "via": as_objects(row.via),
    }


def _policies(let: Let | None) -> dict[str, Any] | None:
    if let is None:
        return None
    return {"allowed": IN_JSON[let.answer], "why": let.why, "because": as_objects(let.because)}


def _workload(resource: Resource) -> dict[str, Any]:
    place = resource.locate(())
    return {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "namespace": resource.namespace,
        "name": resource.name,
        "file": place.file,
        "line": place.span.line,
    }


def _cells(row: Exposure) -> Sequence[str]:
    entry, target = row.entry, row.target
    resource = target.pod.resource if target.pod is not None else None
    place = entry.resource.locate(())
    return (
        row.reach.label,
        WORDS[row.answer],
        (resource.namespace or "") if resource else "",
        resource.kind if resource else "",
        resource.name if resource else "",
        target.port,
        target.text,
        entry.how,
        entry.address,
        entry.port,
        entry.protocol,
        " ".join(entry.paths),
        WORDS[entry.tls],
        sources_of(entry),
        " > ".join(f"{each.kind} {name_of(each)}" for each in chain(row)),
        why_of(row),
        "; ".join(entry.assumes),
        place.file,
        str(place.span.line),
    )


def as_csv(report: ExposedReport) -> Iterator[str]:
    """A line for each row (RFC 4180), the header first."""
    yield csv.line(_HEADER)
    yield from (csv.line(_cells(row)) for row in report.rows)


def as_markdown(report: ExposedReport) -> Iterator[str]:
    """A heading and a table, then what was not followed."""
    yield "### What the outside can reach\n\n"
    if not report.rows:
        yield "Nothing that was read opens a way from outside.\n"
    else:
        yield "| reach | workload | address | through | note |\n|---|---|---|---|---|\n"
    for row in report.rows:
        target, entry = row.target, row.entry
        pod = f"{target.pod.resource.kind} {name_of(target.pod.resource)}" if target.pod is not None else ""
        port = f" port {target.port}" if pod and target.port else ""
        reached = pod + port or target.text or ("nowhere" if target.answer is Answer.NO else "unknown")
        through = " > ".join(f"{each.kind} {name_of(each)}" for each in chain(row))
        limit = f"lets in {sources_of(entry)}" if entry.sources else ""
        note = "; ".join(filter(None, (why_of(row), limit, *(f"assumed: {each}" for each in entry.assumes))))
        cells = (row.reach.label, reached, address_of(entry), through, note)
        yield f"| {' | '.join(map(markdown.escaped, cells))} |\n"
    for what, why in (*report.not_followed, *report.coverage.not_looked_at):
        yield f"\n- {markdown.escaped(what)}: {markdown.escaped(why)}\n"
    if not report.whole:
        yield "\nOf what was read; without `--estate` other objects may open more.\n"
