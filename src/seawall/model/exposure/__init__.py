"""What the outside can reach, through which objects, and from how far away."""

from __future__ import annotations

from seawall.core import Unknown
from seawall.inventory import Resource
from seawall.model.estate import Estate
from seawall.model.exposure.backends import Backends
from seawall.model.exposure.controllers import Doors
from seawall.model.exposure.foreign import left_out, not_followed
from seawall.model.exposure.hosts import of_hosts
from seawall.model.exposure.ingresses import of_ingresses
from seawall.model.exposure.openshift import of_openshift
from seawall.model.exposure.routes import of_routes
from seawall.model.exposure.services import of_services
from seawall.model.exposure.values import Entry, Exposed, Exposure, Let, Reach, Target, namespace_of

__all__ = ["Entry", "Exposed", "Exposure", "Let", "Reach", "Target", "exposed"]


def exposed(estate: Estate) -> Exposed:
    """Every way from outside to a workload, and every way that leads nowhere: the most exposed first."""
    backends = Backends(estate, estate.inventory)
    direct = [*of_services(backends), *of_hosts(estate)]
    pods = [pod for _, templates in estate.pods for pod in templates]
    doors = Doors(pods, direct, whole=estate.inventory.whole and not estate.inventory.unread)
    rows = [*direct, *of_ingresses(backends, doors), *of_routes(backends, doors), *of_openshift(backends)]
    rows = sorted(_once(rows), key=lambda row: -row.reach)
    return Exposed(tuple(rows), not_followed(estate), left_out(estate))


def _once(rows: list[Exposure]) -> list[Exposure]:
    """The first of the rows that say the same."""
    found: dict[tuple[object, ...], Exposure] = {}
    for row in rows:
        found.setdefault(_key(row), row)
    return list(found.values())


def _key(row: Exposure) -> tuple[object, ...]:
    """What makes a row one of its own: overlays of one base that are read together say the same many times."""
    entry, target = row.entry, row.target
    sources = entry.sources.text if isinstance(entry.sources, Unknown) else entry.sources
    way = (entry.how, *_name(entry.resource), entry.address, entry.port, entry.protocol, entry.paths)
    who = (entry.reach, sources, entry.tls, entry.caller, entry.assumes)
    pod = _name(target.pod.resource) if target.pod is not None else ()
    where = target.pod.path if target.pod is not None else ()
    return (way, who, pod, where, target.answer, target.port, target.text, target.why)


def _name(resource: Resource) -> tuple[str, str, str, str]:
    return resource.group, resource.kind, namespace_of(resource), resource.name
