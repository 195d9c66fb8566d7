"""The network of an estate: what reaches what, on which ports, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from seawall.errors import UsageError
from seawall.model.estate import Estate
from seawall.model.facts import Fact
from seawall.model.network.addresses import EVERY
from seawall.model.network.assumptions import NAMES, Assumptions
from seawall.model.network.bits import members
from seawall.model.network.columns import Columns
from seawall.model.network.endpoints import Endpoint, Endpoints
from seawall.model.network.engine import Cell
from seawall.model.network.index import Index
from seawall.model.network.matcher import Outside
from seawall.model.network.policies import EGRESS, INGRESS, NamedPort
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
    copies: Reached | None = None
    """Of a workload and itself: what one copy of it reaches of another; None for all else, and for a Pod."""


class Network:
    """Answers for one estate under one set of assumptions; what it works out once it keeps."""

    def __init__(self, estate: Estate, assumed: Assumptions = _NOTHING, index: Index | None = None) -> None:
        """`index` is that of another Network of the same estate, to work less."""
        self.index = index or Index(estate)
        self.assumed = assumed
        self.columns = Columns(self.index, assumed)
        self.endpoints = Endpoints(self.index, assumed)
        self._others: dict[Assumptions, Network] = {}

    def prepare(self) -> None:
        """Works out what every question needs, so that the first is as fast as the others."""
        _ = self.columns.foreign
        if self.index.pods:
            self.columns.column(0, 1)

    def find(self, wanted: object, within: str = "default") -> Endpoint:
        """The endpoint that a text or an object names; `within` is the namespace where it says none.

        Raises:
            UsageError: there is no such thing, or it cannot be understood.
        """
        return wanted if isinstance(wanted, Endpoint) else self.endpoints.find(wanted, within)

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
            self._copies(start, end),
        )

    def _copies(self, source: Endpoint, destination: Endpoint) -> Reached | None:
        number = source.pods.bit_length() - 1
        alone = source.pods == destination.pods == 1 << max(number, 0) and destination.service is None
        if not alone or self.index.pods[number].resource.kind == "Pod":
            return None
        return _summary(self.columns.policed(number, source.pods), source.pods)

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
        sure, may = NONE, NONE
        for each in found:
            sure, may = sure | each.sure, may | each.may
        if source.perhaps or destination.perhaps:
            may = may | self._perhaps(source, destination)
        if not found:
            return Reached(NONE, may)
        alike = all((each.sure, each.may, each.differs) == (sure, may, False) for each in found)
        return Reached(sure, may, not alike, _telling(found, sure, may))

    def _perhaps(self, source: Endpoint, destination: Endpoint) -> PortSet:
        """What pods that an end may stand for besides may reach or be reached on."""
        one = msgspec.structs.replace(source, pods=source.pods | source.perhaps, perhaps=0)
        other = msgspec.structs.replace(destination, pods=destination.pods | destination.perhaps, perhaps=0)
        found = NONE
        # It may be that they stand for one pod alone.
        for each in self._parts(one, other, alone=True):
            found = found | each.may
        return found

    def _parts(self, source: Endpoint, destination: Endpoint, *, alone: bool = False) -> Iterator[Reached]:
        """For each member of the destination, what the sources reach of it."""
        service = ServicePorts(destination.service, self.index) if destination.service is not None else None
        ends: list[int | Outside] = [*members(destination.pods)]
        ends += self.columns.alike(destination.outside, source.pods, EGRESS)
        starts = self.columns.alike(source.outside, destination.pods, INGRESS)
        for end in ends:
            one = destination.pods == source.pods == _bit(end)
            for part in self._reaching(source, starts, end, alone=alone or one):
                if service is None:
                    yield part
                else:
                    sure, may = service.translated(*self._through(service, part), end)
                    yield msgspec.structs.replace(part, sure=sure, may=may)

    def _through(self, service: ServicePorts, part: Reached) -> tuple[PortSet, PortSet]:
        """The same where the connection goes through a Service, which may hide the one end's address or the other's.

        From outside the source may be a node's address (`externalTrafficPolicy`, docs "Using Source IP"). To addresses
        outside of the cluster a policy may or may not apply (docs "Network Policies", on `ipBlock` and Services).
        """
        assert part.pair is not None
        start, end = part.pair
        word = self.assumed.get("service-keeps-source")
        if isinstance(start, Outside) and isinstance(end, int) and service.hides_source and word != "yes":
            node = Outside(self.columns.matcher.node_room, Answer.YES)
            other = _summary(self.columns.column(end, node), 1)
            sure = other.sure if word == "no" else other.sure & part.sure
            return sure, other.may if word == "no" else other.may | part.may
        if isinstance(start, int) and isinstance(end, Outside):
            seen = _summary(self.columns.column(Outside(EVERY), 1 << start), 1 << start)
            return part.sure & seen.sure, part.may if seen.sure == ALL else ALL
        return part.sure, part.may

    def _reaching(
        self, source: Endpoint, starts: Iterable[Outside], end: int | Outside, *, alone: bool
    ) -> Iterator[Reached]:
        """What each part of the sources reaches of one end.

        That a pod reaches itself counts only where nothing else is asked (`alone`): it would hide every other pair.
        """
        itself = source.pods & _bit(end)
        others = source.pods if alone else source.pods & ~itself
        if others:
            yield self._summed(self.columns.column(end, others), others, end)
        if itself and not alone and isinstance(end, int) and self.index.pods[end].resource.kind != "Pod":
            cells = self.columns.policed(end, itself)
            yield msgspec.structs.replace(_summary(cells, itself), pair=(end, end))
        for start in starts:
            found = _summary(self.columns.column(end, start), 1)
            yield msgspec.structs.replace(found, pair=(start, end))

    def _summed(self, cells: list[Cell], sources: int, end: int | Outside) -> Reached:
        found = _summary(cells, sources)
        first = next(members(_best(cells, sources, found)))
        # Copies of one workload: a pod reaches itself, another copy only as policies say.
        if isinstance(end, int) and sources >> end & 1 and self.index.pods[end].resource.kind != "Pod":
            others = _summary(self.columns.policed(end, 1 << end), 1 << end)
            found = msgspec.structs.replace(found, differs=found.differs or others.sure != ALL)
        return msgspec.structs.replace(found, pair=(first, end))

    def assuming(self, assumed: Assumptions) -> Network:
        """The same estate under other assumptions."""
        if assumed not in self._others:
            self._others[assumed] = Network(self.index.estate, assumed, self.index)
        return self._others[assumed]

    def _assumed_families(self, source: Endpoint, destination: Endpoint, now: tuple[PortSet, PortSet]) -> Iterator[str]:
        """That pods have the families that they were taken to have, where others would give another answer."""
        sure, may = now
        if not self.index.kinds_of_peers.blocks or sure != may:
            return
        held = self.columns.matcher.families
        for other in ("IPv4", "IPv6", "dual"):
            found = self.assuming(self.assumed.replace("pod-families", other)).reached(source, destination)
            if other != held and (found.sure, found.may) != now:
                yield f"pod-families={held}"
                return

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
        yield from self._assumed_families(source, destination, now)
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
        if destination.service is not None and source.outside:
            yield "service-keeps-source"
        if nodes:
            yield from ("host-network-pods", "same-node")
        if peers.domains:
            yield "domain-names-match-cluster"


def _bit(end: int | Outside) -> int:
    return 1 << end if isinstance(end, int) else 0


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
