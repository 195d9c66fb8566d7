"""What an estate says about the network, whatever is assumed: pods by number, selectors as sets of them, policies."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import msgspec

from seawall.core import Unknown, dig, items
from seawall.inventory import Resource
from seawall.model.estate import Estate
from seawall.model.network import admin, standard
from seawall.model.network.addresses import AddressSet, blocks
from seawall.model.network.bits import NO_BITS, Bits, mask, members
from seawall.model.network.named_ports import NamedPorts
from seawall.model.network.parts import undecided
from seawall.model.network.policies import EGRESS, INGRESS, PodPeer, Policy, Tier
from seawall.model.permissions import Answer
from seawall.model.selectors import Bearer, LabelIndex, Labelled
from seawall.model.subjects import PodTemplate

NAME_LABEL: Final = "kubernetes.io/metadata.name"
"""The API server gives it to every namespace (Kubernetes docs, "Well-Known Labels, Annotations and Taints")."""
_NO_PODS: Final = frozenset({"PodTemplate"})
"""Kinds with a template from which nothing is made by itself."""


class Placed(NamedTuple):
    """A policy and the pods that it is about, by their labels alone."""

    policy: Policy
    pods: Bits


class KindsOfPeers(NamedTuple):
    """What some rule of the estate names."""

    blocks: bool
    domains: bool


class Index:
    """Tables that are built when they are first asked for and never change."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.pods: tuple[PodTemplate, ...] = tuple(
            sorted((pod for resource, pods in estate.pods if _runs(resource) for pod in pods), key=_place)
        )
        """Numbered in the order of their names, so that an answer does not depend on the order of the input."""
        self.all = (1 << len(self.pods)) - 1
        self._selected: dict[str, Bits] = {}
        self._in_namespaces: dict[str, Bits] = {}

    @functools.cached_property
    def namespace_of(self) -> tuple[str, ...]:
        """The namespace of each pod."""
        return tuple(pod.resource.namespace or "default" for pod in self.pods)

    @functools.cached_property
    def by_key(self) -> dict[tuple[str, str, str], int]:
        """(namespace, kind in lower case, name) -> the pods of that resource."""
        found: dict[tuple[str, str, str], int] = {}
        for number, pod in enumerate(self.pods):
            key = (self.namespace_of[number], pod.resource.kind.casefold(), pod.resource.name)
            found[key] = found.get(key, 0) | 1 << number
        return found

    @functools.cached_property
    def _by_namespace(self) -> dict[str, int]:
        found: dict[str, list[int]] = {}
        for number, name in enumerate(self.namespace_of):
            found.setdefault(name, []).append(number)
        return {name: mask(numbers) for name, numbers in found.items()}

    def in_namespace(self, name: str) -> Bits:
        """The pods of a namespace; those of one whose name is filled in later may be of any."""
        sure = self._by_namespace.get(name, 0)
        if undecided(name):
            return Bits(sure, self.all)
        return Bits(sure, sure | self._unplaced)

    @functools.cached_property
    def _unplaced(self) -> int:
        return sum(bits for name, bits in self._by_namespace.items() if undecided(name))

    @functools.cached_property
    def _labels(self) -> Labelled:
        return Labelled(self.pods)

    @functools.cached_property
    def namespaces(self) -> dict[str, tuple[Resource, ...]]:
        """Every namespace that the estate names or fills, with the Namespace objects of that name."""
        found: dict[str, list[Resource]] = {name: [] for name in self._by_namespace}
        for resource in self.estate.of("Namespace"):
            if not resource.group:
                found.setdefault(resource.name, []).append(resource)
        return {name: tuple(objects) for name, objects in found.items()}

    @functools.cached_property
    def _namespace_labels(self) -> LabelIndex:
        return LabelIndex(_bearer(name, objects) for name, objects in self.namespaces.items())

    def of_namespaces(self, selector: object) -> Bits:
        """The pods of the namespaces that a label selector selects."""
        key = repr(selector)
        if key not in self._in_namespaces:
            names = tuple(self.namespaces)
            must, may = self._namespace_labels.selected(selector)
            found = (tuple(self._by_namespace.get(names[each], 0) for each in part) for part in (must, may))
            self._in_namespaces[key] = Bits(*(functools.reduce(int.__or__, part, 0) for part in found))
        return self._in_namespaces[key]

    def selected(self, peer: PodPeer) -> Bits:
        """The pods of a peer by their labels, those that share the network of their node too."""
        name = peer.namespace
        among = self.of_namespaces(peer.namespaces) if name is None else self.in_namespace(name)
        pods = self._of_labels(peer.pods)
        return Bits(among.must & pods.must, among.may & pods.may)

    def _of_labels(self, selector: object) -> Bits:
        if selector is None or (isinstance(selector, dict) and not selector):
            return Bits(self.all, self.all)
        key = repr(selector)
        if key not in self._selected:
            self._selected[key] = Bits(*map(mask, self._labels.selected(selector)))
        return self._selected[key]

    @functools.cached_property
    def hosts(self) -> Bits:
        """The pods that share the network of their node."""
        found = [_shares(pod) for pod in self.pods]
        must = mask(number for number, each in enumerate(found) if each is Answer.YES)
        return Bits(must, must | mask(number for number, each in enumerate(found) if each is Answer.UNKNOWN))

    @functools.cached_property
    def addresses(self) -> dict[int, AddressSet]:
        """The addresses of the pods that a running cluster has given one."""
        return {
            number: found
            for number, pod in enumerate(self.pods)
            if pod.resource.kind == "Pod" and (found := _status_addresses(pod.resource))
        }

    @functools.cached_property
    def node_of(self) -> dict[int, str]:
        """The node of each pod that says one; copies of a workload that say one are all there."""
        found = ((number, pod.spec.get("nodeName")) for number, pod in enumerate(self.pods))
        return {number: name for number, name in found if isinstance(name, str) and name and not undecided(name)}

    @functools.cached_property
    def ports(self) -> NamedPorts:
        """The ports that containers name."""
        return NamedPorts(self.pods)

    @functools.cached_property
    def nodes(self) -> tuple[Resource, ...]:
        """The Node objects of the estate."""
        return tuple(each for each in self.estate.of("Node") if not each.group)

    @functools.cached_property
    def node_labels(self) -> LabelIndex:
        """The labels of the Node objects."""
        return LabelIndex(Bearer(each.metadata.get("labels")) for each in self.nodes)

    @functools.cached_property
    def node_addresses(self) -> tuple[AddressSet, ...]:
        """The addresses of each Node object, none where it says none."""
        return tuple(
            blocks(
                address
                for _, entry in items(dig(node.tree, "status", "addresses"))
                if isinstance(address := dig(entry, "address"), str)
            )
            for node in self.nodes
        )

    @functools.cached_property
    def policies(self) -> tuple[Placed, ...]:
        """Every policy that is worked out, with the pods that it is about."""
        return tuple(Placed(policy, self._subject(policy)) for policy in _policies(self.estate))

    def _subject(self, policy: Policy) -> Bits:
        must = may = 0
        for peer in policy.subject:
            found = self.selected(peer)
            must, may = must | found.must, may | found.may
        return Bits(must if policy.certain else 0, may)

    @functools.cached_property
    def kinds_of_peers(self) -> KindsOfPeers:
        """Which kinds of peers some rule names, of those that assumptions are about."""
        peers = [rule.peers for each in self.policies for rule in (*each.policy.ingress, *each.policy.egress)]
        return KindsOfPeers(any(each.may_blocks for each in peers), any(each.domains for each in peers))

    def of_tier(self, tier: Tier) -> tuple[Placed, ...]:
        """The policies of a tier, in the order of the input."""
        return self._tiers.get(tier, ())

    @functools.cached_property
    def _tiers(self) -> dict[Tier, tuple[Placed, ...]]:
        return {tier: tuple(each for each in self.policies if each.policy.tier is tier) for tier in Tier}

    @functools.cached_property
    def _network(self) -> dict[str, dict[int, list[Placed]]]:
        found: dict[str, dict[int, list[Placed]]] = {INGRESS: {}, EGRESS: {}}
        for placed in self.of_tier(Tier.NETWORK):
            for direction, table in found.items():
                if placed.policy.limiting(direction) is not Answer.NO:
                    for number in members(placed.pods.may):
                        table.setdefault(number, []).append(placed)
        return found

    def network_policies(self, number: int, direction: str) -> list[Placed]:
        """The NetworkPolicies that may select a pod for a direction."""
        return self._network[direction].get(number, [])


def _place(pod: PodTemplate) -> tuple[str, str, str]:
    resource = pod.resource
    return resource.namespace or "default", resource.kind.casefold(), resource.name


def _runs(resource: Resource) -> bool:
    return resource.kind not in _NO_PODS or bool(resource.group)


def _policies(estate: Estate) -> Iterator[Policy]:
    for resource in estate.of("NetworkPolicy"):
        if resource.group in standard.GROUPS:
            yield standard.network_policy(resource)
    for kind in admin.KINDS:
        for resource in estate.of(kind):
            if resource.group == admin.GROUP:
                yield from _of_admin(resource)


def _of_admin(resource: Resource) -> Iterator[Policy]:
    policy = admin.admin_policy(resource)
    if not admin.tier_is_undecided(resource):
        yield policy
        return
    for tier in (Tier.ADMIN, Tier.BASELINE):
        yield msgspec.structs.replace(policy, tier=tier, certain=False)


def _bearer(name: str, objects: Iterable[Resource]) -> Bearer:
    """What is known of a namespace's labels: all with its object, its name's alone without or where two disagree."""
    found = [each.metadata.get("labels") for each in objects]
    first = found[0] if found else None
    alike = bool(found) and all(repr(each) == repr(first) for each in found)
    if not alike or isinstance(first, Unknown):
        return Bearer({NAME_LABEL: name}, open=True, certain=(NAME_LABEL,))
    return Bearer({**(first if isinstance(first, dict) else {}), NAME_LABEL: name}, certain=(NAME_LABEL,))


def _shares(pod: PodTemplate) -> Answer:
    value = pod.spec.get("hostNetwork")
    if isinstance(value, Unknown) or undecided(value):
        return Answer.UNKNOWN
    return Answer.YES if value is True else Answer.NO


def _status_addresses(resource: Resource) -> AddressSet:
    status = resource.tree.get("status")
    if isinstance(phase := dig(status, "phase"), str) and phase in ("Succeeded", "Failed"):
        # It runs no more: another pod may have its address now.
        return AddressSet()
    listed = [dig(entry, "ip") for _, entry in items(dig(status, "podIPs"))] or [dig(status, "podIP")]
    return blocks(each for each in listed if isinstance(each, str))


__all__ = ["NAME_LABEL", "NO_BITS", "Index", "Placed"]
