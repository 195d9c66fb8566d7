"""The order in which policies decide, worked out for all sources of one destination at once.

An answer is (ports, sources that may be let through, sources that may be kept out). A source that may only be let
through is; one that may only be kept out is; of the others it is unknown. Sets of sources are whole numbers, so that a
step costs about the same for one source and for thousands.

Source: Kubernetes docs, "Network Policies"; network-policy-api, `ClusterNetworkPolicySpec.tier`: the Admin tier by
priority, where the first matching rule wins; then NetworkPolicy, final for the pods that one selects; then Baseline;
else allow.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple, TypeVar

from seawall.model.network.bits import Bits
from seawall.model.network.index import Index, Placed
from seawall.model.network.matcher import Matcher, Outside
from seawall.model.network.parts import unnamed
from seawall.model.network.policies import EGRESS, INGRESS, Action, Peers, PortMatch, Tier
from seawall.model.network.ports import ALL, NONE, Part, PortSet, partition
from seawall.model.permissions import Answer

T = TypeVar("T")


class Cell(NamedTuple):
    """What becomes of some ports, by source."""

    ports: PortSet
    allowed: int
    """The sources that may be let through."""
    denied: int
    """The sources that may be kept out."""


class Row(NamedTuple):
    """A rule whose other end, and ports, are settled as far as they can be."""

    must: int
    """The sources that it surely is about."""
    may: int
    sure: PortSet
    """The ports that it surely is about."""
    perhaps: PortSet
    """With those of `sure`."""
    action: Action | None = Action.ALLOW


class Limits(NamedTuple):
    """What NetworkPolicies say of one direction."""

    isolated: int
    """The sources, or all of them for ingress, for which some policy surely decides."""
    rows: list[Row]
    """What each rule lets through; `must` counts only for policies that surely select."""
    doubtful: list[tuple[int, list[Row]]]
    """For each policy that perhaps selects: for whom, and what it lets through."""


class Side(NamedTuple):
    """Everything that decides in one direction, first to last."""

    admin: list[list[list[Row]]]
    """Groups of equal priority, of policies, of rules."""
    limits: Limits
    baseline: list[list[list[Row]]]

    def sets(self) -> Iterable[PortSet]:
        """Every set of ports that a rule is about."""
        for rows in (
            *(policy for groups in (self.admin, self.baseline) for group in groups for policy in group),
            self.limits.rows,
            *(rows for _, rows in self.limits.doubtful),
        ):
            for row in rows:
                yield row.sure
                yield row.perhaps


class Engine:
    """Works out destinations under one set of assumptions."""

    def __init__(self, index: Index, matcher: Matcher) -> None:
        self.index = index
        self.matcher = matcher

    def column(self, destination: int | Outside, sources: int | Outside) -> list[Cell]:
        """What reaches a pod, by its number, or an address: from a set of pods, or from an address, which is bit 0."""
        universe = sources if isinstance(sources, int) else 1
        sides = []
        if isinstance(sources, int):
            sides.append(self._egress(destination, sources))
        if isinstance(destination, int):
            sides.append(self._ingress(destination, sources))
        found = []
        for part in partition(each for side in sides for each in side.sets()):
            allowed, denied = universe, 0
            for side in sides:
                let, kept = _decided(side, part, universe)
                allowed, denied = allowed & let, denied | kept
            found.append(Cell(part.ports, allowed, denied))
        return found

    def _ingress(self, destination: int, sources: int | Outside) -> Side:
        """What decides at the destination."""
        universe = sources if isinstance(sources, int) else 1

        def among(peers: Peers, tier: Tier) -> Bits:
            if isinstance(sources, int):
                found = self.matcher.pods(peers, tier)
                return Bits(found.must & universe, found.may & universe)
            answer = self.matcher.outside(peers, tier, sources)
            return Bits(int(answer is Answer.YES), int(answer is not Answer.NO))

        def rows(placed: Placed, selects: Answer) -> list[Row]:
            policy = placed.policy
            found = []
            for rule in policy.ingress:
                must, may = among(rule.peers, policy.tier)
                ports = self._resolved(rule.ports, destination)
                found.append(Row(must if selects is Answer.YES else 0, may, *ports, rule.action))
            return found

        def of_tier(tier: Tier) -> list[list[list[Row]]]:
            chosen = [
                (placed, answer)
                for placed in self.index.of_tier(tier)
                if (answer := self.matcher.subject(placed).of(destination)) is not Answer.NO
            ]
            return [[rows(*each) for each in group] for group in _ranked(chosen)]

        return Side(of_tier(Tier.ADMIN), self._ingress_limits(destination, universe, rows), of_tier(Tier.BASELINE))

    def _ingress_limits(self, destination: int, universe: int, rows: Callable[[Placed, Answer], list[Row]]) -> Limits:
        isolated, found = 0, []
        doubtful: list[tuple[int, list[Row]]] = []
        for placed in self.index.network_policies(destination, INGRESS):
            selects = min(self.matcher.subject(placed).of(destination), placed.policy.limiting(INGRESS))
            if selects is Answer.NO:
                continue
            found += rows(placed, selects)
            if selects is Answer.YES:
                isolated = universe
            else:
                doubtful.append((universe, rows(placed, Answer.YES)))
        return Limits(isolated, found, doubtful)

    def _egress(self, destination: int | Outside, sources: int) -> Side:
        """What decides at the sources."""

        def of_tier(tier: Tier) -> list[list[list[Row]]]:
            chosen = []
            for placed in self.index.of_tier(tier):
                subject = self.matcher.subject(placed)
                if subject.may & sources:
                    chosen.append((placed, Bits(subject.must & sources, subject.may & sources)))
            return [[self._egress_rows(*each, destination) for each in group] for group in _ranked(chosen)]

        return Side(of_tier(Tier.ADMIN), self._egress_limits(destination, sources), of_tier(Tier.BASELINE))

    def _egress_rows(self, placed: Placed, subject: Bits, destination: int | Outside) -> list[Row]:
        found = []
        for rule in placed.policy.egress:
            answer = self._is_peer(rule.peers, placed.policy.tier, destination)
            if answer is not Answer.NO:
                ports = self._resolved(rule.ports, destination)
                must = subject.must if answer is Answer.YES else 0
                found.append(Row(must, subject.may, *ports, rule.action))
        return found

    def _is_peer(self, peers: Peers, tier: Tier, destination: int | Outside) -> Answer:
        if isinstance(destination, int):
            return self.matcher.pods(peers, tier).of(destination)
        return self.matcher.outside(peers, tier, destination)

    def _egress_limits(self, destination: int | Outside, sources: int) -> Limits:
        shapes = self._shapes
        rows = []
        for shape in shapes.reaching(destination):
            if not shape.may & sources:
                continue
            answer = self._is_peer(shape.peers, Tier.NETWORK, destination)
            if answer is not Answer.NO:
                must = shape.must & sources if answer is Answer.YES else 0
                rows.append(Row(must, shape.may & sources, *self._resolved(shape.ports, destination)))
        doubtful = []
        for placed, bits in shapes.doubtful:
            if bits & sources:
                every = Bits(bits & sources, bits & sources)
                doubtful.append((bits & sources, self._egress_rows(placed, every, destination)))
        return Limits(shapes.isolated & sources, rows, doubtful)

    @functools.cached_property
    def _shapes(self) -> Shapes:
        return Shapes(self.index, self.matcher)

    def _resolved(self, ports: PortMatch, destination: int | Outside) -> tuple[PortSet, PortSet]:
        if not ports.names:
            return ports.sure, ports.may
        if isinstance(destination, int):
            return self.index.ports.resolve(ports, destination)
        plain = unnamed(ports)
        return plain.sure, plain.may


class Shape(NamedTuple):
    """Rules of egress that are equal, with the pods of all their policies."""

    peers: Peers
    ports: PortMatch
    must: int
    may: int


_FEW = 64
"""Of more pods than this a shape is asked about for every destination: a list for each pod would cost more."""


class Shapes:
    """The rules of egress of all NetworkPolicies, the equal ones together."""

    def __init__(self, index: Index, matcher: Matcher) -> None:
        self.isolated = 0
        self.doubtful: list[tuple[Placed, int]] = []
        """Policies that perhaps limit egress, and for which pods."""
        self._common: list[Shape] = []
        self._special: dict[int, list[Shape]] = {}
        self._addressed: list[Shape] = []
        found: dict[tuple[str, PortMatch], Shape] = {}
        for placed in index.of_tier(Tier.NETWORK):
            self._add(placed, matcher, found)
        self.doubtful = [(placed, bits & ~self.isolated) for placed, bits in self.doubtful if bits & ~self.isolated]
        for shape in found.values():
            self._file(shape, matcher)

    def _add(self, placed: Placed, matcher: Matcher, found: dict[tuple[str, PortMatch], Shape]) -> None:
        limiting = placed.policy.limiting(EGRESS)
        subject = matcher.subject(placed)
        if limiting is Answer.NO or not subject.may:
            return
        must = subject.must if limiting is Answer.YES else 0
        self.isolated |= must
        if subject.may & ~must:
            self.doubtful.append((placed, subject.may & ~must))
        for rule in placed.policy.egress:
            key = rule.peers.key, rule.ports
            held = found.get(key) or Shape(rule.peers, rule.ports, 0, 0)
            found[key] = held._replace(must=held.must | must, may=held.may | subject.may)

    def _file(self, shape: Shape, matcher: Matcher) -> None:
        pods = matcher.pods(shape.peers, Tier.NETWORK).may
        peers = shape.peers
        if peers.everyone is not Answer.NO or peers.may_blocks:
            self._addressed.append(shape)
        if pods.bit_count() > _FEW:
            self._common.append(shape)
            return
        while pods:
            low = pods & -pods
            self._special.setdefault(low.bit_length() - 1, []).append(shape)
            pods ^= low

    def reaching(self, destination: int | Outside) -> Iterable[Shape]:
        """The shapes that may be about a destination."""
        if isinstance(destination, int):
            return (*self._common, *self._special.get(destination, ()))
        return self._addressed


def _ranked(chosen: Sequence[tuple[Placed, T]]) -> list[list[tuple[Placed, T]]]:
    """Policies in groups of equal priority, first to last; one group where the order of any of them cannot be told.

    Whether an AdminNetworkPolicy goes before a ClusterNetworkPolicy no API says.
    """
    priorities = [placed.policy.priority for placed, _ in chosen]
    mixed = len({placed.policy.resource.kind == "ClusterNetworkPolicy" for placed, _ in chosen}) > 1
    if mixed or None in priorities:
        return [list(chosen)]
    groups: dict[int, list[tuple[Placed, T]]] = {}
    for each in chosen:
        groups.setdefault(each[0].policy.priority or 0, []).append(each)
    return [groups[priority] for priority in sorted(groups)]


def _decided(side: Side, part: Part, universe: int) -> tuple[int, int]:
    """Who may be let through and who may be kept out on some ports."""
    allowed, denied, left = _tier(side.admin, part, universe)
    let, kept, open_ = _network(side.limits, part, universe)
    allowed, denied, left = allowed | (let & left), denied | (kept & left), open_ & left
    let, kept, left = _tier(side.baseline, part, left)
    return allowed | let | left, denied | kept


def _tier(groups: list[list[list[Row]]], part: Part, universe: int) -> tuple[int, int, int]:
    """Who may be let through, kept out, and left to the next tier.

    Of policies of equal priority any may decide a connection that several match.
    """
    allowed = denied = passed = 0
    left = universe
    for group in groups:
        after = left
        for policy in group:
            remaining = left
            for row in policy:
                hit = remaining & row.may if row.perhaps in part.held else 0
                if not hit:
                    continue
                allowed |= hit if row.action in (Action.ALLOW, None) else 0
                denied |= hit if row.action in (Action.DENY, None) else 0
                passed |= hit if row.action in (Action.PASS, None) else 0
                if row.sure in part.held:
                    remaining &= ~row.must
            after &= remaining
        left = after
    return allowed, denied, passed | left


def _network(limits: Limits, part: Part, universe: int) -> tuple[int, int, int]:
    """Who may be let through, kept out, and decided by no NetworkPolicy."""
    let = surely = kept = 0
    for row in limits.rows:
        if row.perhaps in part.held:
            let |= row.may
            if row.sure in part.held:
                surely |= row.must
    for bits, rows in limits.doubtful:
        certain = 0
        for row in rows:
            if row.sure in part.held:
                certain |= row.must
        kept |= bits & ~certain
    free = universe & ~limits.isolated
    return let & universe, (limits.isolated & ~surely) | (kept & free), free


__all__ = ["ALL", "NONE", "Cell", "Engine"]
