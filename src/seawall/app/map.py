"""The map of what the user named."""

from __future__ import annotations

from seawall.app.load import Input, Progress, judged_version, load, no_progress
from seawall.inventory import Inventory
from seawall.model import NEWEST, Estate
from seawall.model.landscape import Landscape, landscape


def map_of(wanted: Input, progress: Progress = no_progress) -> tuple[Inventory, Landscape]:
    """Reads what was named and works out what a map shows of it."""
    inventory = load(wanted, progress)
    return inventory, landscape(Estate(inventory, min(judged_version(wanted, inventory), NEWEST)))
