"""What a map shows, worked out by the engines: each workload once, with what others may reach of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from seawall.core import Unknown
from seawall.inventory import Resource
from seawall.model.access import account
from seawall.model.access.accounts import account_of_pod, homes
from seawall.model.access.might import Admins
from seawall.model.access.power import Might, Power, power_of
from seawall.model.estate import Estate
from seawall.model.exposure import Exposure, exposed
from seawall.model.network import Assumptions, Network, PortSet
from seawall.model.network.bits import members
from seawall.model.network.matrix import Matrix
from seawall.model.permissions import Answer
from seawall.model.podsecurity import strictest_level
from seawall.model.podsecurity.labels import ENFORCE
from seawall.model.subjects import PodTemplate


class Tile(msgspec.Struct, frozen=True):
    """One workload."""

    key: str
    """`shop/Deployment/cart`."""
    namespace: str
    kind: str
    name: str
    level: str
    """The strictest Pod Security level that it surely meets; `unknown` where an operator completes it."""
    reach: int = 0
    """From how far away it is surely reached (`exposure.Reach`); 0: from nowhere outside."""
    doors: tuple[str, ...] = ()
    """The ways in, in words, those that perhaps lead there too."""
    account: str = ""
    """`shop/cart`; empty where it is filled in later."""
    might: int = 0
    """What its account is worth (`access.power.Might`)."""
    means: tuple[str, ...] = ()
    place: str = ""
    """`file:line`."""


class Space(msgspec.Struct, frozen=True):
    """One namespace."""

    name: str
    enforced: str
    """The Pod Security level that it enforces; empty for none."""
    tiles: tuple[int, ...]
    """Positions in `Landscape.tiles`."""


class Flow(msgspec.Struct, frozen=True):
    """Sources that may reach one workload on some ports."""

    target: int
    """A tile."""
    sources: int
    """Tiles, as a set of bits."""
    ports: str
    sure: bool


class Landscape(msgspec.Struct, frozen=True):
    """Everything that a map shows."""

    spaces: tuple[Space, ...]
    tiles: tuple[Tile, ...]
    flows: tuple[Flow, ...]
    entered: tuple[int, ...] = ()
    """Tiles that policies let the internet reach."""
    leaving: tuple[int, ...] = ()
    """Tiles that policies let reach the internet."""
    policies: int = 0
    """How many network policies there are; none means that everything may talk to everything."""
    notes: tuple[str, ...] = ()
    """What must be known to read it."""


def landscape(estate: Estate, assumed: Assumptions | None = None) -> Landscape:
    """Works out all of it; what cannot be told is unknown, never drawn as closed."""
    network = Network(estate, assumed or Assumptions())
    pods = network.index.pods
    tiles = tuple(_tiles(estate, pods))
    matrix = Matrix(network)
    flows, entered, leaving = _flows(matrix)
    return Landscape(
        spaces=tuple(_spaces(estate, tiles)),
        tiles=tiles,
        flows=flows,
        entered=entered,
        leaving=leaving,
        policies=len(network.index.policies),
        notes=tuple(_notes(estate)),
    )


def _tiles(estate: Estate, pods: Iterable[PodTemplate]) -> Iterator[Tile]:
    admins, home = Admins(estate.access), homes(estate.access.grants.grants)
    powers: dict[tuple[str, str], Power] = {}
    doors = _doors(estate)
    for pod in pods:
        resource = pod.resource
        who = account_of_pod(resource, pod.spec, home)
        power = Power(Might.NONE)
        if who is not None:
            if who not in powers:
                powers[who] = power_of(admins, account(*who))
            power = powers[who]
        own = doors.get(id(resource), [])
        place = resource.locate(())
        yield Tile(
            key=f"{resource.namespace or 'default'}/{resource.kind}/{resource.name}",
            namespace=resource.namespace or "default",
            kind=resource.kind,
            name=resource.name,
            level="unknown" if pod.partial else strictest_level([pod], estate.kube_version).level.label,
            reach=max((row.reach for row in own if row.target.answer is Answer.YES), default=0),
            doors=tuple(dict.fromkeys(map(_door, own))),
            account=f"{who[0]}/{who[1]}" if who is not None else "",
            might=power.might,
            means=power.means,
            place=f"{place.file}:{place.span.line}",
        )


def _doors(estate: Estate) -> Mapping[int, list[Exposure]]:
    """The ways in by `id()` of the workload's resource."""
    found: dict[int, list[Exposure]] = {}
    for row in exposed(estate).rows:
        if row.target.pod is not None and row.target.answer is not Answer.NO:
            found.setdefault(id(row.target.pod.resource), []).append(row)
    return found


def _door(row: Exposure) -> str:
    entry = row.entry
    address = ":".join(part for part in (entry.address, entry.port) if part)
    perhaps = "" if row.target.answer is Answer.YES else "perhaps "
    return f"{perhaps}from {row.reach.label}: {entry.how} {entry.resource.name}, {address} ({entry.protocol})"


def _spaces(estate: Estate, tiles: tuple[Tile, ...]) -> Iterator[Space]:
    by_name: dict[str, list[int]] = {resource.name: [] for resource in estate.of("Namespace") if not resource.group}
    for number, tile in enumerate(tiles):
        by_name.setdefault(tile.namespace, []).append(number)
    for name, own in sorted(by_name.items()):
        yield Space(name, _enforced(estate.get("Namespace", None, name)), tuple(own))


def _enforced(namespace: Resource | None) -> str:
    value = namespace.labels.get(ENFORCE) if namespace is not None else None
    if isinstance(value, Unknown):
        return value.text
    return value if isinstance(value, str) else ""


def _flows(matrix: Matrix) -> tuple[tuple[Flow, ...], tuple[int, ...], tuple[int, ...]]:
    """What reaches what, of all members of the classes; and who is reached from, and reaches, the internet."""
    whole = {pods[0]: pods for pods in matrix.classes}
    spread: dict[int, int] = {}
    found: list[Flow] = []
    entered: list[int] = []
    leaving: list[int] = []
    for row in matrix.rows():
        for flow in row.flows:
            bits = spread.get(flow.sources)
            if bits is None:
                bits = spread[flow.sources] = _members(flow.sources, whole)
            if row.destination is None:
                leaving += members(bits)
                continue
            for target in whole[row.destination]:
                found += _of_ports(target, bits & ~(1 << target), flow.allowed, flow.unknown)
        if row.destination is not None and row.internet is not None:
            entered += whole[row.destination]
    return tuple(found), tuple(sorted(set(entered))), tuple(sorted(set(leaving)))


def _members(representatives: int, whole: Mapping[int, tuple[int, ...]]) -> int:
    bits = 0
    for first in members(representatives):
        for pod in whole[first]:
            bits |= 1 << pod
    return bits


def _of_ports(target: int, sources: int, allowed: PortSet, unknown: PortSet) -> Iterator[Flow]:
    if not sources:
        return
    if allowed:
        yield Flow(target, sources, str(allowed), True)
    if unknown:
        yield Flow(target, sources, str(unknown), False)


def _notes(estate: Estate) -> Iterator[str]:
    inventory = estate.inventory
    if not inventory.whole:
        yield "The input is not said to be the whole cluster (--estate): what is not drawn may be there all the same."
    if inventory.hidden is not None:
        yield f"Not everything could be read: {inventory.hidden.file}: {inventory.hidden.message}."
    for kind in sorted({each.kind for each in inventory.unread}):
        yield f"Objects of kind {kind} were not read."


def between(found: Landscape) -> Counter[tuple[int, int]]:
    """How many pairs of workloads of two namespaces may talk: (source, target) positions in `spaces` -> pairs."""
    masks = [sum(1 << number for number in space.tiles) for space in found.spaces]
    home = {number: position for position, space in enumerate(found.spaces) for number in space.tiles}
    pairs: dict[int, int] = {}
    for flow in found.flows:
        pairs[flow.target] = pairs.get(flow.target, 0) | flow.sources
    counts: Counter[tuple[int, int]] = Counter()
    for target, sources in pairs.items():
        for position, mask in enumerate(masks):
            if number := (sources & mask).bit_count():
                counts[position, home[target]] += number
    return counts
