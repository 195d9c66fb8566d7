"""What reaches one end, from many at once: policies, and what no policy can forbid or Seawall does not work out."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from seawall.model.network.addresses import AddressSet, cut
from seawall.model.network.assumptions import Assumptions
from seawall.model.network.bits import Bits, mask, members
from seawall.model.network.engine import Cell, Engine
from seawall.model.network.foreign import Foreign, foreign
from seawall.model.network.index import Index
from seawall.model.network.matcher import Matcher, Outside
from seawall.model.network.policies import EGRESS, INGRESS, Policy, Tier
from seawall.model.network.ports import ALL
from seawall.model.permissions import Answer


class Columns:
    """Answers of one destination for sets of sources, under one set of assumptions."""

    def __init__(self, index: Index, assumed: Assumptions) -> None:
        self.index = index
        self.assumed = assumed
        self.matcher = Matcher(index, assumed)
        self.engine = Engine(index, self.matcher)

    @functools.cached_property
    def foreign(self) -> tuple[Foreign, ...]:
        """What may decide and is not worked out."""
        return tuple(foreign(self.index))

    def column(self, destination: int | Outside, sources: int | Outside) -> list[Cell]:
        """What reaches a pod or an address, by ports: from some pods, or from an address, which is bit 0."""
        universe = sources if isinstance(sources, int) else 1
        near = self.near(destination, sources)
        self_bit = (1 << destination) & universe if isinstance(destination, int) and isinstance(sources, int) else 0
        must, may = near.must | self_bit, near.may | self_bit
        return [
            Cell(ports, allowed | may, denied & ~must)
            for ports, allowed, denied in self.policed(destination, sources)
        ]  # fmt: skip

    def policed(self, destination: int | Outside, sources: int | Outside) -> list[Cell]:
        """The same by policies alone: of a workload, what one copy of it reaches of another."""
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

    def near(self, destination: int | Outside, sources: int | Outside) -> Bits:
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

    def alike(self, outside: tuple[Outside, ...], pods: int, direction: str) -> list[Outside]:
        """Addresses in parts of which every policy of the other end's pods thinks alike."""
        if not outside:
            return []
        sets = list(dict.fromkeys(self._blocks(pods, direction)))
        return [
            Outside(part, each.node)
            for each in outside
            for part in cut(each.addresses, [*sets, *(self.index.node_addresses if sets or each.node else ())])
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
