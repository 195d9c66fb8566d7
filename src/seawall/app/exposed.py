"""What the outside can reach, of everything that was named."""

from __future__ import annotations

from typing import Final

import msgspec

from seawall.core.spelling import closest, did_you_mean
from seawall.errors import UsageError
from seawall.inventory import Inventory
from seawall.model import Estate
from seawall.model.exposure import exposed as ways_in
from seawall.model.exposure.policies import with_policies
from seawall.model.namespaces import MADE, namespaces_of
from seawall.model.network import Assumptions, Network
from seawall.reports.exposed import ExposedReport

_NOTHING: Final = Assumptions()


def report_on(inventory: Inventory, within: str | None = None, assumed: Assumptions = _NOTHING) -> ExposedReport:
    """The ways in of an inventory that has been read, to workloads of one namespace or (None) of all.

    `assumed` settles what network policies leave to the plugin.

    Raises:
        UsageError: the namespace is not in what was read, and all namespaces were.
    """
    if within is not None:
        _must_be_there(within, inventory)
    estate = Estate(inventory)
    found = with_policies(ways_in(estate), Network(estate, assumed))
    rows = tuple(row for row in found.rows if within is None or row.namespace == within)
    aside = (*found.left_out, *inventory.coverage.not_looked_at)
    coverage = msgspec.structs.replace(inventory.coverage, not_looked_at=aside)
    return ExposedReport(rows, found.not_followed, within, inventory.whole, inventory.problems, coverage)


def _must_be_there(namespace: str, inventory: Inventory) -> None:
    known = {*namespaces_of(inventory), *MADE}
    if namespace in known or inventory.is_unread("Namespace"):
        return
    close = did_you_mean(closest(namespace, known))
    raise UsageError(f"no namespace '{namespace}' is in what was read{close}", "Name one that is, or leave out -n")
