"""The layers of a cluster as an input shows them, and concepts taught."""

from __future__ import annotations

from seawall.app.load import Input, Progress, judged_version, load, no_progress
from seawall.data.concepts import ClusterLayer, Concept, cluster_layers
from seawall.inventory import Inventory
from seawall.model import Estate, KubeVersion
from seawall.model.layers import sight
from seawall.reports.layers import LayersReport, Row


def layers(wanted: Input, only: str = "", progress: Progress = no_progress) -> LayersReport:
    """Reads what was named and looks for each mechanism; `only` is the id of one layer, empty for all."""
    chosen = tuple(layer for layer in cluster_layers() if only in ("", layer.id))
    inventory = load(wanted, progress)
    return report_on(inventory, chosen, judged_version(wanted, inventory))


def report_on(inventory: Inventory, chosen: tuple[ClusterLayer, ...], version: KubeVersion) -> LayersReport:
    """What an inventory that has been read shows of some layers."""
    estate = Estate(inventory, version)
    found = tuple((layer, _rows(layer, estate)) for layer in chosen)
    return LayersReport(found, version, inventory.whole, inventory.problems, inventory.coverage)


def _rows(layer: ClusterLayer, estate: Estate) -> tuple[Row, ...]:
    """The mechanisms of a layer that have a row of their own."""
    sights = ((concept, sight(concept, estate)) for concept in layer.concepts if not concept.part_of)
    return tuple(Row(concept, found) for concept, found in sights if found is not None)


def sight_of(concept: Concept, wanted: Input, progress: Progress = no_progress) -> LayersReport:
    """What an input shows of one concept, or of the one that it is a part of."""
    inventory = load(wanted, progress)
    layer = next(layer for layer in cluster_layers() if layer.id == concept.layer)
    version = judged_version(wanted, inventory)
    found = sight(concept, Estate(inventory, version))
    rows = () if found is None else (Row(concept, found),)
    return LayersReport(((layer, rows),), version, inventory.whole, inventory.problems, inventory.coverage)
