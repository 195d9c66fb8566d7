"""The network of an estate: what reaches what, on which ports, and why."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from seawall.errors import UsageError
from seawall.model.estate import Estate
from seawall.model.facts import Fact
from seawall.model.network.addresses import AddressSet, cut
from seawall.model.network.assumptions import NAMES, Assumptions
from seawall.model.network.bits import Bits, mask, members
from seawall.model.network.endpoints import Endpoint, Endpoints
from seawall.model.network.engine import Cell, Engine
from seawall.model.network.foreign import Foreign, foreign
from seawall.model.network.index import Index
from seawall.model.network.matcher import Matcher, Outside
from seawall.model.network.policies import EGRESS, INGRESS, NamedPort, Policy, Tier
from seawall.model.network.ports import ALL, NONE, PortSet, asked, union
from seawall.model.network.services import ServicePorts
from seawall.model.permissions import Answer

_NOTHING: Final = Assumptions()
Pair = tuple[int | Outside, int | Outside]
"""A source and a destination: a pod's number, or addresses."""


class Reached(msgspec.Struct, frozen=True):
    """Which ports are open between two ends."""

    sure: PortSet = NONE
    may: PortSet = NONE
    """With those of `sure`."""
    differs: bool = False
    """Whether the pairs of which it is made differ."""
    pair: Pair | None = None
    """The pair that the answer is explained by; None where there is none."""


class Connection(msgspec.Struct, frozen=True, eq=False):
    """The answer to what a source may reach of a destination: what policies allow, not what listens."""

    source: Endpoint
    destination: Endpoint
    allowed: PortSet
    """The ports that are surely open, of a Service its own; for ends that stand for several, between some pair."""
    unknown: PortSet
    """The ports of which it cannot be told."""
    because: tuple[Fact, ...] = ()
    assumes: tuple[str, ...] = ()
    """The assumptions that it rests on: `name=value` for what is settled, `name` for what is open."""
    differs: bool = False
    """Whether not every pair of what the ends stand for is alike."""
    pair: Pair | None = None
    """The pair that it is explained by."""


class Network:
    """Answers for one estate under one set of assumptions; what it works out once it keeps."""

    def __init__(self, estate: Estate, assumed: Assumptions = _NOTHING, index: Index | None = None) -> None:
        """`index` is that of another Network of the same estate, to work less."""
        self.index = index or Index(estate)
        self.assumed = assumed
        self.matcher = Matcher(self.index, assumed)
        self.engine = Engine(self.index, self.matcher)
        self.endpoints = Endpoints(self.index, assumed)
        self._others: dict[Assumptions, Network] = {}

    @functools.cached_property
    def foreign(self) -> tuple[Foreign, ...]:
        """What may decide and is not worked out."""
        return tuple(foreign(self.index))

    def prepare(self) -> None:
        """Works out what every question needs, so that the first is as fast as the others."""
        _ = self.foreign
        if self.index.pods:
            self.column(0, 1)

    def find(self, wanted: object) -> Endpoint:
        """The endpoint that a text or an object names.

        Raises:
            UsageError: there is no such thing, or it cannot be understood.
        """
        return wanted if isinstance(wanted, Endpoint) else self.endpoints.find(wanted)

    def connection(self, source: object, destination: object) -> Connection:
        """What a source may reach of a destination; each is an `Endpoint`, or what `find` takes.

        Raises:
            UsageError: one of them is nothing of this estate.
        """
        from seawall.model.network.explain import because

        start, end = self.find(source), self.find(destination)
        reached = self.reached(start, end)
        return Connection(
            start,
            end,
            reached.sure,
            reached.may - reached.sure,
            tuple(because(self, start, end, reached)),
            tuple(self._assumes(start, end, reached)),
            reached.differs,
            reached.pair,
        )

    def flips(self, found: Connection, ports: PortSet | None = None) -> Iterator[Fact]:
        """The first changes that would flip the answer for some ports, or (None) for any; none where no policy can."""
        from seawall.model.network.flips import closings, openings

        if found.pair is None or not self.assumed.enforced:
            return
        start, end = found.pair
        if isinstance(start, int) and start == end:
            return
        wanted = ALL if ports is None else ports
        open_ = bool(found.allowed) if ports is None else not ports - found.allowed
        if found.destination.service is not None:
            service = ServicePorts(found.destination.service, self.index)
            wanted = service.targets(found.allowed if open_ and ports is None else wanted, end)
        elif open_ and ports is None:
            wanted = found.allowed
        yield from (closings if open_ else openings)(self, start, end, wanted)

    def ports_called(self, text: str, destination: Endpoint) -> PortSet:
        """The ports of `8080`, `8080/UDP`, `8000-8080/TCP`, or of a name of the destination's.

        Raises:
            UsageError: it is none of these.
        """
        found = asked(text)
        if found is not None:
            return found
        if destination.service is not None:
            found = ServicePorts(destination.service, self.index).named(text)
        else:
            name = NamedPort(text, None)
            found = union(self.index.ports.named(name, number)[0] for number in members(destination.pods))
        if not found:
            raise UsageError(
                f"'{text}' is no port, and {destination.label} names none so", "Write it as 8080 or 8080/UDP"
            )
        return found

    def reached(self, source: Endpoint, destination: Endpoint) -> Reached:
        """The ports alone, without why."""
        if source.unknown or destination.unknown:
            return Reached(NONE, ALL)
        found = list(self._parts(source, destination))
        if not found:
            perhaps = (source.pods or source.outside or source.perhaps) and destination.perhaps
            return Reached(NONE, ALL if perhaps or source.perhaps else NONE)
        sure, may = NONE, NONE
        for each in found:
            sure, may = sure | each.sure, may | each.may
        if source.perhaps or destination.perhaps:
            may = may | self._perhaps(source, destination)
        alike = all((each.sure, each.may, each.differs) == (sure, may, False) for each in found)
        return Reached(sure, may, not alike, _telling(found, sure, may))

    def _perhaps(self, source: Endpoint, destination: Endpoint) -> PortSet:
        """What pods that an end may stand for besides may reach or be reached on."""
        one = msgspec.structs.replace(source, pods=source.pods | source.perhaps, perhaps=0)
        other = msgspec.structs.replace(destination, pods=destination.pods | destination.perhaps, perhaps=0)
        found = NONE
        for each in self._parts(one, other):
            found = found | each.may
        return found

    def _parts(self, source: Endpoint, destination: Endpoint) -> Iterator[Reached]:
        """For each member of the destination, what the sources reach of it."""
        service = ServicePorts(destination.service, self.index) if destination.service is not None else None
        ends: list[int | Outside] = [*members(destination.pods)]
        ends += self.alike(destination.outside, source.pods, EGRESS)
        starts = self.alike(source.outside, destination.pods, INGRESS)
        for end in ends:
            for part in self._reaching(source, starts, end):
                if service is None:
                    yield part
                else:
                    sure, may = service.translated(part.sure, part.may, end)
                    yield msgspec.structs.replace(part, sure=sure, may=may)

    def _reaching(self, source: Endpoint, starts: Iterable[Outside], end: int | Outside) -> Iterator[Reached]:
        if source.pods:
            yield self._summed(self.column(end, source.pods), source.pods, end)
        for start in starts:
            cells = self.column(end, start)
            found = _summary(cells, 1)
            yield msgspec.structs.replace(found, pair=(start, end))

    def _summed(self, cells: list[Cell], sources: int, end: int | Outside) -> Reached:
        found = _summary(cells, sources)
        first = next(members(_best(cells, sources, found)))
        # Copies of one workload: a pod reaches itself, another copy only as policies say.
        if isinstance(end, int) and sources >> end & 1 and self.index.pods[end].resource.kind != "Pod":
            others = _summary(self._policed(end, 1 << end), 1 << end)
            found = msgspec.structs.replace(found, differs=found.differs or others.sure != ALL)
        return msgspec.structs.replace(found, pair=(first, end))

    def alike(self, outside: tuple[Outside, ...], pods: int, direction: str) -> list[Outside]:
        """Addresses in parts of which every policy of the other end's pods thinks alike."""
        if not outside:
            return []
        sets = list(dict.fromkeys(self._blocks(pods, direction)))
        return [
            Outside(part, each.node)
            for each in outside
            for part in (
                cut(each.addresses, [*sets, *self.index.node_addresses]) if sets or each.node else _whole(each)
            )
        ]

    def _blocks(self, pods: int, direction: str) -> Iterator[AddressSet]:
        policies: dict[int, Policy] = {}
        for number in members(pods):
            for placed in self.index.network_policies(number, direction):
                policies[id(placed.policy)] = placed.policy
        for tier in (Tier.ADMIN, Tier.BASELINE):
            policies |= {id(placed.policy): placed.policy for placed in self.index.of_tier(tier)}
        for policy in policies.values():
            for rule in policy.rules(direction):
                yield rule.peers.blocks
                yield rule.peers.may_blocks

    def column(self, destination: int | Outside, sources: int | Outside) -> list[Cell]:
        """What reaches a pod or an address, by ports: from some pods, or from an address, which is bit 0."""
        universe = sources if isinstance(sources, int) else 1
        near = self._near(destination, sources)
        self_bit = (1 << destination) & universe if isinstance(destination, int) and isinstance(sources, int) else 0
        must, may = near.must | self_bit, near.may | self_bit
        return [
            Cell(ports, allowed | may, denied & ~must)
            for ports, allowed, denied in self._policed(destination, sources)
        ]  # fmt: skip

    def _policed(self, destination: int | Outside, sources: int | Outside) -> list[Cell]:
        universe = sources if isinstance(sources, int) else 1
        if not self.assumed.enforced:
            return [Cell(ALL, universe, 0)]
        cells = self.engine.column(destination, sources)
        opened = closed = 0
        for each in self.foreign:
            touched = self._touched(each, destination, sources)
            closed |= touched
            opened |= touched if each.opens else 0
        return [Cell(ports, let | opened, kept | closed) for ports, let, kept in cells] if closed else cells

    def _touched(self, each: Foreign, destination: int | Outside, sources: int | Outside) -> int:
        universe = sources if isinstance(sources, int) else 1
        if INGRESS in each.directions and isinstance(destination, int) and each.touched >> destination & 1:
            return universe
        return each.touched & universe if EGRESS in each.directions and isinstance(sources, int) else 0

    def _near(self, destination: int | Outside, sources: int | Outside) -> Bits:
        """The sources of which one end is, or may be, the node that the other runs on: no policy keeps these apart."""
        word = self.assumed.get("same-node")
        if word == "no":
            return Bits(0, 0)
        hosts = self.index.hosts
        if not isinstance(sources, int):
            node = sources.node if isinstance(destination, int) else Answer.NO
            return Bits(int(node is Answer.YES and word == "yes"), int(node is not Answer.NO))
        if not isinstance(destination, int):
            found = sources if destination.node is not Answer.NO else 0
            return Bits(found if destination.node is Answer.YES and word == "yes" else 0, found)
        must, may = sources & hosts.must, sources & hosts.may
        if hosts.may >> destination & 1:
            may = sources
            must = sources if hosts.must >> destination & 1 else must
        if not may:
            return Bits(0, 0)
        elsewhere, here = self._by_node(destination)
        return Bits(must & ~elsewhere if word == "yes" else must & here, may & ~elsewhere)

    def _by_node(self, number: int) -> tuple[int, int]:
        """The pods that say another node than a pod, and those that say the same."""
        node = self.index.node_of.get(number)
        if node is None:
            return 0, 0
        here = mask(each for each, name in self.index.node_of.items() if name == node)
        return mask(self.index.node_of) & ~here, here

    def assuming(self, assumed: Assumptions) -> Network:
        """The same estate under other assumptions."""
        if assumed not in self._others:
            self._others[assumed] = Network(self.index.estate, assumed, self.index)
        return self._others[assumed]

    def _assumes(self, source: Endpoint, destination: Endpoint, reached: Reached) -> Iterator[str]:
        """The assumptions with which the answer would be another."""
        if source.unknown or destination.unknown:
            return
        now = reached.sure, reached.may
        if not self.assumed.enforced:
            yield "policies-enforced=no"
            return
        for name in self._bearing(source, destination):
            word = self.assumed.get(name)
            others = [None] if word is not None else [*NAMES[name]]
            if word is None and reached.sure == reached.may:
                continue
            for other in others:
                found = self.assuming(self.assumed.replace(name, other)).reached(source, destination)
                if (found.sure, found.may) != now:
                    yield name if word is None else f"{name}={word}"
                    break
        for name, room in (("pod-cidrs", self.assumed.pod_cidrs), ("node-cidrs", self.assumed.node_cidrs)):
            if room is not None:
                other_rooms = msgspec.structs.replace(self.assumed, **{name.replace("-", "_"): None})
                found = self.assuming(other_rooms).reached(source, destination)
                if (found.sure, found.may) != now:
                    yield f"{name}={str(room).replace(', ', ',')}"

    def _bearing(self, source: Endpoint, destination: Endpoint) -> Iterator[str]:
        """The assumptions that can make a difference at all, so that the others are not tried."""
        peers = self.index.kinds_of_peers
        nodes = self.index.hosts.may or any(each.node for end in (source, destination) for each in end.outside)
        if peers.blocks:
            yield "ipblock-matches-pods"
        if peers.blocks and nodes:
            yield "ipblock-matches-nodes"
        if nodes:
            yield from ("host-network-pods", "same-node")
        if peers.domains:
            yield "domain-names-match-cluster"


def _whole(each: Outside) -> list[AddressSet]:
    return cut(each.addresses, ())


def _summary(cells: list[Cell], sources: int) -> Reached:
    """The ports that some source reaches, and whether all are alike."""
    sure, may, differs = NONE, NONE, False
    for ports, allowed, denied in cells:
        surely = allowed & ~denied & sources
        perhaps = allowed & denied & sources
        sure = sure | ports if surely else sure
        may = may | ports if surely or perhaps else may
        differs = differs or (surely not in (0, sources)) or (perhaps not in (0, sources))
    return Reached(sure, may, differs)


def _best(cells: list[Cell], sources: int, found: Reached) -> int:
    """The sources that show the answer best: those that reach the most, as far as one cell tells."""
    if found.sure:
        return next(bits for cell in cells if (bits := cell.allowed & ~cell.denied & sources))
    if found.may:
        return next(bits for cell in cells if (bits := cell.allowed & sources))
    return sources


def _telling(found: list[Reached], sure: PortSet, may: PortSet) -> Pair | None:
    """The pair that explains the answer: one that has all of it, else some of what is sure, else the first."""
    for each in found:
        if (each.sure, each.may) == (sure, may):
            return each.pair
    return next((each.pair for each in found if each.sure), found[0].pair)
