"""A scan of files and a cluster together: what would be there, what is there already, what is in one of them only."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import msgspec

from seawall.app.cluster import laid_over
from seawall.app.load import Progress, judged_version, load_both
from seawall.app.shared import judged
from seawall.core import Verdict
from seawall.findings import Finding
from seawall.inventory import Inventory
from seawall.inventory.drift import Drift, compare
from seawall.model import Estate, NamespaceScope
from seawall.reports.report import Located, Report
from seawall.rules.spec import Rule

if TYPE_CHECKING:
    from seawall.app.scan import Options

Marks = dict[Hashable, set[tuple[str, ...]]]
"""Object of the cluster -> what was found of it."""


def read_both(options: Options, progress: Progress) -> tuple[Inventory, Inventory, Drift]:
    """What the cluster would hold, what it holds, and how the files compare with that."""
    files, live = load_both(options.input, progress)
    drift = compare(files, live)
    return laid_over(files, live, drift), live, drift


def with_drift(report: Report, live: Inventory, drift: Drift, rules: Sequence[Rule], options: Options) -> Report:
    """The report with what is live already: a finding of a file is, where the cluster's own object shows the same."""
    estate = Estate(live, judged_version(options.input, live), options.registries)
    marks: Marks = {}
    for finding in judged(estate, rules, options.jobs).findings:
        marks.setdefault(_place(finding, {}), set()).add(finding.trait)
    twins: dict[int, Hashable] = {id(ours): id(theirs) for ours, theirs in drift.both}
    twins |= {id(ours): None for ours in drift.undecided}
    findings = tuple(_marked(row, twins, marks) for row in report.findings)
    return msgspec.structs.replace(report, findings=findings, drift=drift)


def _marked(row: Located, twins: dict[int, Hashable], marks: Marks) -> Located:
    finding = row.finding
    place = _place(finding, twins)
    if place is None or finding.verdict is Verdict.UNKNOWN:
        return row
    live = finding.trait in marks.get(place, ())
    return msgspec.structs.replace(row, finding=msgspec.structs.replace(finding, live=live))


def _place(finding: Finding, twins: dict[int, Hashable]) -> Hashable:
    """What tells the object of a finding from others in the cluster; None where nobody knows which one it is there."""
    if isinstance(finding.subject, NamespaceScope):
        return finding.subject.name
    return twins.get(id(finding.resource), id(finding.resource))
