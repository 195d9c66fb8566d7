"""Reads a NetworkPolicy.

Source: Kubernetes API reference, NetworkPolicySpec v1 networking.k8s.io, and the defaults and the validation of
`k8s.io/kubernetes/pkg/apis/networking`. What the API server would refuse is undecided here: nobody knows what its
author will put in its place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Path, Unknown, dig, items
from seawall.inventory import Resource
from seawall.model.network.addresses import AddressSet, block
from seawall.model.network.parts import addresses, any_of, named, nothing, numbered, peers, protocol_of, unnamed
from seawall.model.network.policies import (
    EGRESS,
    EVERY_PORT,
    EVERYONE,
    INGRESS,
    SOME_PORT,
    SOMEBODY,
    Peers,
    PodPeer,
    Policy,
    PortMatch,
    Rule,
    Tier,
)
from seawall.model.network.ports import ALL, NONE, ports_of
from seawall.model.permissions import Answer

GROUPS: Final = ("networking.k8s.io", "extensions")
_FIELDS: Final = {"podSelector", "namespaceSelector", "ipBlock"}


def network_policy(resource: Resource) -> Policy:
    """A NetworkPolicy as it takes effect."""
    spec = resource.tree.get("spec")
    namespace = resource.namespace or "default"
    return Policy(
        resource=resource,
        tier=Tier.NETWORK,
        subject=(PodPeer(namespace, None, dig(spec, "podSelector")),),
        limits=_limits(spec),
        ingress=tuple(_rules(spec, INGRESS, namespace)),
        egress=tuple(_rules(spec, EGRESS, namespace)),
    )


def _limits(spec: object) -> tuple[Answer, Answer]:
    types = dig(spec, "policyTypes")
    if isinstance(types, Unknown):
        return Answer.UNKNOWN, Answer.UNKNOWN
    listed = [entry for _, entry in items(types)]
    if not listed:
        egress = dig(spec, EGRESS)
        undecided = isinstance(egress, Unknown)
        return Answer.YES, Answer.UNKNOWN if undecided else Answer.YES if egress else Answer.NO
    some = Answer.UNKNOWN if any(isinstance(entry, Unknown) for entry in listed) else Answer.NO
    known = [entry for entry in listed if not isinstance(entry, Unknown)]
    return (Answer.YES if "Ingress" in known else some), (Answer.YES if "Egress" in known else some)


def _rules(spec: object, direction: str, namespace: str) -> Iterator[Rule]:
    listed = dig(spec, direction)
    where: Path = ("spec", direction)
    if isinstance(listed, Unknown):
        yield Rule(SOMEBODY, SOME_PORT, where)
    for index, rule in items(listed):
        yield from _rule(rule, direction, namespace, (*where, index))


def _rule(rule: object, direction: str, namespace: str, path: Path) -> Iterator[Rule]:
    ports = _ports(dig(rule, "ports"))
    given = dig(rule, "from" if direction == INGRESS else "to")
    if isinstance(given, Unknown):
        yield Rule(SOMEBODY, ports, path)
        return
    listed = [entry for _, entry in items(given)]
    if not listed:
        yield Rule(EVERYONE, ports, path)
        return
    pods = tuple(filter(None, (_pod_peer(entry, namespace) for entry in listed)))
    if pods:
        yield Rule(peers(pods=pods), ports, path)
    # A named port is one of a pod's containers: to a block of addresses it means nothing.
    to_blocks = unnamed(ports) if direction == EGRESS else ports
    if (blocks := _blocks(listed)) is not None and not nothing(to_blocks):
        yield Rule(blocks, to_blocks, path)
    if any(_is_unclear(entry) for entry in listed):
        yield Rule(SOMEBODY, PortMatch(NONE, ports.may, ports.names), path)


def _is_unclear(peer: object) -> bool:
    """Whether a peer is filled in later, or none that the API takes: nothing at all, or a block with a selector."""
    if not isinstance(peer, dict):
        return True
    given = {field for field in _FIELDS if peer.get(field) is not None}
    return not given or ("ipBlock" in given and len(given) > 1)


def _pod_peer(peer: object, namespace: str) -> PodPeer | None:
    if _is_unclear(peer) or (block_of := dig(peer, "ipBlock")) is not None:
        return None
    del block_of
    namespaces, pods = dig(peer, "namespaceSelector"), dig(peer, "podSelector")
    return PodPeer(namespace if namespaces is None else None, namespaces, pods)


def _blocks(listed: list[object]) -> Peers | None:
    sure = may = AddressSet()
    found = False
    for entry in listed:
        given = dig(entry, "ipBlock")
        if _is_unclear(entry) or given is None:
            continue
        found = True
        one = _block(given)
        sure, may = sure | one[0], may | one[1]
    return peers(blocks=(sure, may)) if found else None


def _block(given: object) -> tuple[AddressSet, AddressSet]:
    """The addresses of an `ipBlock`: those it surely holds and those it may hold."""
    cidr, excepted = dig(given, "cidr"), dig(given, "except")
    sure, may = addresses([cidr])
    if isinstance(excepted, Unknown):
        return AddressSet(), may
    for _, entry in items(excepted):
        cut = block(entry) if isinstance(entry, str) else None
        if cut is None or (sure and (cut & sure) != cut):
            # The API takes only blocks that lie within the first.
            return AddressSet(), may
        sure, may = sure - cut, may - cut
    return sure, may


def _ports(listed: object) -> PortMatch:
    if isinstance(listed, Unknown):
        return SOME_PORT
    entries = [entry for _, entry in items(listed)]
    return any_of(map(_port, entries)) if entries else EVERY_PORT


def _port(entry: object) -> PortMatch:
    """One NetworkPolicyPort; without a port it is every port of its protocol, which is TCP where none is said."""
    protocol, port, end = (dig(entry, key) for key in ("protocol", "port", "endPort"))
    name = protocol_of(protocol)
    if isinstance(port, Unknown) or isinstance(end, Unknown):
        return PortMatch(NONE, ALL if name is None else ports_of(name))
    if port is None:
        whole = ALL if name is None else ports_of(name)
        return PortMatch(NONE if name is None or end is not None else whole, whole)
    if isinstance(port, str):
        found = named(port, name)
        return found if end is None and name is not None else PortMatch(NONE, ALL if name is None else ports_of(name))
    return numbered(protocol, port, port if end is None else end)
