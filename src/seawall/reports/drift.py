"""How files and a running cluster compare, as a report says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from seawall.inventory import Resource
from seawall.inventory.drift import Drift
from seawall.reports.report import Report
from seawall.reports.style import Style, plural, printable, wrapped

_SHOWN = 8


class DriftObjectRow(msgspec.Struct, frozen=True, rename="camel"):
    """One object; `file` is `cluster:...` for what is in the cluster only."""

    api_version: str
    kind: str
    namespace: str | None
    name: str
    file: str


class DriftRow(msgspec.Struct, frozen=True):
    """Files against a cluster: how many objects are in both, and which in one of them only.

    `only_cluster` speaks of the namespaces that the files fill, less what controllers and Kubernetes itself made;
    `undecided` are objects of files whose kind was not read, or whose name is filled in later.
    """

    both: int
    only_files: list[DriftObjectRow]
    only_cluster: list[DriftObjectRow]
    undecided: list[DriftObjectRow]


def drift_row(drift: Drift) -> DriftRow:
    """As JSON has it."""
    only_files, only_cluster, undecided = map(_rows, (drift.only_files, drift.only_cluster, drift.undecided))
    return DriftRow(len(drift.both), only_files, only_cluster, undecided)


def _rows(resources: Sequence[Resource]) -> list[DriftObjectRow]:
    return [DriftObjectRow(r.api_version, r.kind, r.namespace, r.name, r.document.file) for r in resources]


def drift_lines(report: Report, style: Style) -> Iterator[str]:
    """As a terminal has it; nothing where not both were read."""
    drift = report.drift
    if drift is None:
        return
    marks = [row.finding.live for row in report.findings if row.open and not row.finding.of_cluster]
    found = f"; of what was found in files {marks.count(True):,} is live already, {marks.count(False):,} is not"
    yield ""
    yield style.paint("Files and cluster", "bold")
    yield f"  {plural(len(drift.both), 'object')} in both{found if marks else ''}"
    for what, resources in (
        ("only in files", drift.only_files),
        ("only in the cluster, in namespaces that the files fill", drift.only_cluster),
        ("not known, since they were not read or are named later", drift.undecided),
    ):
        if resources:
            yield from wrapped(f"  {what}: {_names(resources)}", max(style.width, 40), hanging="    ")


def _names(resources: Sequence[Resource]) -> str:
    names = [f"{r.kind} {f'{r.namespace}/' if r.namespace else ''}{r.name}" for r in resources[:_SHOWN]]
    more = f" and {len(resources) - _SHOWN:,} more" if len(resources) > _SHOWN else ""
    return printable(", ".join(names)) + more
