"""What the outside can reach, through which objects, and from how far away."""

from __future__ import annotations

from seawall.model.estate import Estate
from seawall.model.exposure.backends import Backends
from seawall.model.exposure.controllers import Doors
from seawall.model.exposure.foreign import left_out, not_followed
from seawall.model.exposure.hosts import of_hosts
from seawall.model.exposure.ingresses import of_ingresses
from seawall.model.exposure.routes import of_routes
from seawall.model.exposure.services import of_services
from seawall.model.exposure.values import Entry, Exposed, Exposure, Reach, Target

__all__ = ["Entry", "Exposed", "Exposure", "Reach", "Target", "exposed"]


def exposed(estate: Estate) -> Exposed:
    """Every way from outside to a workload, and every way that leads nowhere: the most exposed first."""
    backends = Backends(estate, estate.inventory)
    direct = [*of_services(backends), *of_hosts(estate)]
    pods = [pod for _, templates in estate.pods for pod in templates]
    doors = Doors(pods, direct, whole=estate.inventory.whole and not estate.inventory.unread)
    rows = [*direct, *of_ingresses(backends, doors), *of_routes(backends, doors)]
    rows.sort(key=lambda row: -row.reach)
    return Exposed(tuple(rows), not_followed(estate), left_out(estate))
