"""Which pods, nodes and addresses a rule is about, under some assumptions."""

from __future__ import annotations

import functools

import msgspec

from seawall.core import dig, items
from seawall.model.network.addresses import EVERY4, EVERY6, AddressSet, block
from seawall.model.network.assumptions import Assumptions
from seawall.model.network.bits import Bits, mask, members
from seawall.model.network.index import Index, Placed
from seawall.model.network.policies import Peers, Tier
from seawall.model.permissions import Answer


class Outside(msgspec.Struct, frozen=True):
    """Addresses that are no pod's, all alike to every policy."""

    addresses: AddressSet
    node: Answer = Answer.NO
    """Whether they are a node's."""


class Matcher:
    """Answers for one set of assumptions; what it has worked out once it keeps."""

    def __init__(self, index: Index, assumed: Assumptions) -> None:
        self.index = index
        self.assumed = assumed
        self._bits: dict[tuple[str, bool], Bits] = {}

    def subject(self, placed: Placed) -> Bits:
        """The pods that a policy selects."""
        return self._of_pods(placed.pods, admin=placed.policy.tier is not Tier.NETWORK)

    def _of_pods(self, found: Bits, *, admin: bool) -> Bits:
        """Less those on their node's network, which the newer APIs never select and NetworkPolicy perhaps."""
        hosts = self.index.hosts
        if not hosts.may:
            return found
        treated = "unselected" if admin else self.assumed.get("host-network-pods")
        if treated == "selected":
            return found
        return Bits(found.must & ~hosts.may, found.may & ~hosts.must if treated == "unselected" else found.may)

    def pods(self, peers: Peers, tier: Tier) -> Bits:
        """The pods that are among the peers of a rule."""
        admin = tier is not Tier.NETWORK
        key = peers.key, admin
        if key not in self._bits:
            self._bits[key] = self._pods(peers, admin=admin)
        return self._bits[key]

    def _pods(self, peers: Peers, *, admin: bool) -> Bits:
        every = self.index.all
        if peers.everyone is Answer.YES:
            return Bits(every, every)
        must, may = 0, every if peers.everyone is Answer.UNKNOWN else 0
        if peers.domains and self.assumed.get("domain-names-match-cluster") != "no":
            may = every
        found = [self._of_pods(self.index.selected(peer), admin=admin) for peer in peers.pods]
        if peers.may_blocks:
            found.append(self._addressed(peers, admin=admin))
        if peers.nodes:
            found.append(self._on_nodes(peers))
        for each in found:
            must, may = must | each.must, may | each.may
        return Bits(must, may)

    def _addressed(self, peers: Peers, *, admin: bool) -> Bits:
        """The pods whose address lies in a block of the peers."""
        must = may = 0
        hosts = self.index.hosts
        for addresses, nodes, pods in self._by_address:
            held = _in_blocks(peers, addresses)
            for bits, name in ((nodes, "nodes"), (pods, "pods")) if held is not Answer.NO else ():
                word = "yes" if admin else self.assumed.get(f"ipblock-matches-{name}")
                may |= 0 if word == "no" else bits
                must |= bits if word == "yes" and held is Answer.YES else 0
        return Bits(must & ~(hosts.may & ~hosts.must), may | (hosts.may & ~hosts.must))

    @functools.cached_property
    def _by_address(self) -> tuple[tuple[AddressSet, int, int], ...]:
        """Possible addresses, and the pods that have one of them: those on a node's network, and the others."""
        hosts, known = self.index.hosts, self.index.addresses
        rows = [(addresses, 1 << number & hosts.must, 1 << number & ~hosts.must) for number, addresses in known.items()]
        others = self.index.all & ~mask(known)
        rows.append((self.node_room, others & hosts.must, 0))
        rows.append((self.pod_room, 0, others & ~hosts.must))
        return tuple(rows)

    @functools.cached_property
    def pod_room(self) -> AddressSet:
        """Every address that a pod may have of which none is known."""
        return self.assumed.pod_cidrs or self._families

    @functools.cached_property
    def node_room(self) -> AddressSet:
        """Every address that a node may have."""
        if self.assumed.node_cidrs:
            return self.assumed.node_cidrs
        known = self.index.node_addresses
        if known and all(known) and self.index.estate.inventory.whole:
            return functools.reduce(AddressSet.__or__, known)
        return self._families

    @functools.cached_property
    def _families(self) -> AddressSet:
        """What is assumed; else IPv4, and IPv6 where something of the estate has such an address or asks for one."""
        word = self.assumed.get("pod-families")
        if word is not None:
            return {"IPv4": EVERY4, "IPv6": EVERY6}.get(word, EVERY4 | EVERY6)
        found = functools.reduce(AddressSet.__or__, self.index.addresses.values(), AddressSet())
        families: set[str] = set()
        for service in self.index.estate.of("Service"):
            spec = service.tree.get("spec")
            families |= {each for _, each in items(dig(spec, "ipFamilies")) if isinstance(each, str)}
            policy = dig(spec, "ipFamilyPolicy")
            if isinstance(policy, str) and policy == "RequireDualStack":
                families |= {"IPv4", "IPv6"}
            for _, each in items(dig(spec, "clusterIPs")):
                found = found | ((block(each) if isinstance(each, str) else None) or AddressSet())
        room = AddressSet()
        if found.v6 or "IPv6" in families:
            room = EVERY6
        return room if room and not (found.v4 or "IPv4" in families) else room | EVERY4

    @property
    def families(self) -> str:
        """The word of `pod-families` that holds."""
        room = self._families
        return "dual" if room.v4 and room.v6 else "IPv6" if room.v6 else "IPv4"

    def _on_nodes(self, peers: Peers) -> Bits:
        """The pods that share the network of a node which the peers select."""
        hosts = self.index.hosts
        must = may = 0
        for selector in peers.nodes:
            sure, perhaps = self._nodes(selector)
            for number in members(hosts.may):
                answer = self._of_node(self.index.node_of.get(number), sure, perhaps, selector)
                may |= (1 << number) if answer is not Answer.NO else 0
                must |= (1 << number) if answer is Answer.YES else 0
        return Bits(must & hosts.must, may)

    def _nodes(self, selector: object) -> tuple[frozenset[str], frozenset[str]]:
        found = self.index.node_labels.selected(selector)
        names = [node.name for node in self.index.nodes]
        return frozenset(names[each] for each in found.must), frozenset(names[each] for each in found.may)

    def _of_node(self, name: str | None, sure: frozenset[str], may: frozenset[str], selector: object) -> Answer:
        known = {node.name for node in self.index.nodes}
        if isinstance(selector, dict) and not selector:
            return Answer.YES
        if name is not None and name in known:
            return Answer.YES if name in sure else Answer.UNKNOWN if name in may else Answer.NO
        if name is None and known and self.index.estate.inventory.whole:
            return Answer.YES if known == sure else Answer.UNKNOWN if may else Answer.NO
        return Answer.UNKNOWN

    def outside(self, peers: Peers, tier: Tier, one: Outside) -> Answer:
        """Whether addresses outside of every pod are among the peers of a rule."""
        found = Answer(peers.everyone)
        held = _in_blocks(peers, one.addresses)
        if one.node is not Answer.NO and tier is Tier.NETWORK and held is not Answer.NO:
            word = self.assumed.get("ipblock-matches-nodes")
            held = Answer.NO if word == "no" else held if word == "yes" else Answer.UNKNOWN
        found = max(found, held)
        if peers.domains:
            found = max(found, Answer.UNKNOWN)
        for selector in peers.nodes if one.node is not Answer.NO else ():
            found = max(found, min(one.node, self._is_node(one, selector)))
        return found

    def _is_node(self, one: Outside, selector: object) -> Answer:
        names = [
            node.name
            for node, addresses in zip(self.index.nodes, self.index.node_addresses, strict=True)
            if addresses & one.addresses
        ]
        return self._of_node(names[0] if len(names) == 1 else None, *self._nodes(selector), selector)


def _in_blocks(peers: Peers, addresses: AddressSet) -> Answer:
    """Whether an address of which only a set is known lies in the blocks of a rule."""
    if addresses.within(peers.blocks) is Answer.YES:
        return Answer.YES
    return Answer.NO if addresses.within(peers.may_blocks) is Answer.NO else Answer.UNKNOWN
