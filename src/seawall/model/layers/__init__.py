"""Whether an estate has each mechanism of a cluster's security: one pure probe for each concept that can be seen.

What the mechanisms are called and are for stands in `seawall.data.concepts`; a concept without a probe is an idea, or a
part of another one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from seawall.data.concepts import Concept
from seawall.model.estate import Estate
from seawall.model.layers import access, admission, control_plane, edge, isolation, storage, supply, workloads
from seawall.model.layers.products import Installed, installed, unknown_groups
from seawall.model.layers.sighting import Probe, Seen, Sighting, State, sighting

PROBES: Final[Mapping[str, Probe]] = {
    **edge.PROBES,
    **access.PROBES,
    **admission.PROBES,
    **isolation.PROBES,
    **control_plane.PROBES,
    **workloads.PROBES,
    **storage.PROBES,
    **supply.PROBES,
}
"""How each mechanism is looked for, by the id of its concept."""


def sight(concept: Concept, estate: Estate) -> Sighting | None:
    """What an estate shows of a concept; None for one that is no mechanism of its own."""
    probe = PROBES.get(concept.part_of or concept.id)
    return None if probe is None else sighting(probe, estate, concept.unseen)


__all__ = [
    "PROBES",
    "Installed",
    "Probe",
    "Seen",
    "Sighting",
    "State",
    "installed",
    "sight",
    "unknown_groups",
]
