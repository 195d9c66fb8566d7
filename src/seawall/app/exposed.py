"""What the outside can reach, of everything that was named."""

from __future__ import annotations

from typing import Final

import msgspec

from seawall.app.load import Input, Progress, load, no_progress
from seawall.inventory import Inventory
from seawall.model import Estate
from seawall.model.exposure import exposed as ways_in
from seawall.model.exposure.policies import with_policies
from seawall.model.network import Assumptions, Network
from seawall.reports.exposed import ExposedReport

_NOTHING: Final = Assumptions()


def exposed(
    wanted: Input, within: str | None = None, assumed: Assumptions = _NOTHING, progress: Progress = no_progress
) -> ExposedReport:
    """Reads what was named and follows every way in from outside; `within` keeps those of one namespace."""
    return report_on(load(wanted, progress), within, assumed)


def report_on(inventory: Inventory, within: str | None = None, assumed: Assumptions = _NOTHING) -> ExposedReport:
    """The ways in of an inventory that has been read, to workloads of one namespace or (None) of all.

    `assumed` settles what network policies leave to the plugin.
    """
    estate = Estate(inventory)
    found = with_policies(ways_in(estate), Network(estate, assumed))
    rows = tuple(row for row in found.rows if within is None or row.namespace == within)
    aside = (*found.left_out, *inventory.coverage.not_looked_at)
    coverage = msgspec.structs.replace(inventory.coverage, not_looked_at=aside)
    return ExposedReport(rows, found.not_followed, within, inventory.whole, inventory.problems, coverage)
