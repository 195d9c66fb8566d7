"""Reads AdminNetworkPolicy, BaselineAdminNetworkPolicy (v1alpha1) and ClusterNetworkPolicy (v1alpha2).

Source: sigs.k8s.io/network-policy-api, the comments of `apis/v1alpha1` and `apis/v1alpha2`, July 2026; KEP-2091.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Path, Unknown, dig, items
from seawall.inventory import Resource
from seawall.model.network.parts import addresses, any_of, named, numbered, peers, undecided, unnamed
from seawall.model.network.policies import (
    EGRESS,
    EVERY_PORT,
    EVERYONE,
    INGRESS,
    NOBODY,
    SOME_PORT,
    SOMEBODY,
    Action,
    Peers,
    PodPeer,
    Policy,
    PortMatch,
    Rule,
    Tier,
)
from seawall.model.network.ports import ALL, NONE, ports_of
from seawall.model.permissions import Answer

GROUP: Final = "policy.networking.k8s.io"
KINDS: Final = ("AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")

_ACTIONS: Final = {"Allow": Action.ALLOW, "Accept": Action.ALLOW, "Deny": Action.DENY, "Pass": Action.PASS}
_POD_FIELDS: Final = ("namespaces", "pods")
_FIELDS: Final = {INGRESS: _POD_FIELDS, EGRESS: (*_POD_FIELDS, "nodes", "networks", "domainNames")}


def admin_policy(resource: Resource) -> Policy:
    """A policy of the cluster's administrators as it takes effect."""
    spec = _spec(resource)
    subject, certain = _subject(dig(spec, "subject"))
    tiers = [Tier.BASELINE] if resource.kind == "BaselineAdminNetworkPolicy" else [Tier.ADMIN]
    if resource.kind == "ClusterNetworkPolicy" and (said := dig(spec, "tier")) is not None:
        tiers = [Tier.BASELINE] if not isinstance(said, Unknown) and said == "Baseline" else [Tier.ADMIN]
    ingress, egress = (tuple(_rules(spec, direction)) for direction in (INGRESS, EGRESS))
    return Policy(
        resource=resource,
        tier=tiers[0],
        subject=subject,
        certain=certain,
        priority=_priority(resource.kind, dig(spec, "priority")),
        ingress=ingress,
        egress=egress,
    )


def _spec(resource: Resource) -> object:
    """The `spec`; an `Unknown` where it is filled in later as a whole, or is nothing that the API takes."""
    spec = resource.tree.get("spec")
    return spec if isinstance(spec, (dict, Unknown)) else Unknown("" if spec is None else str(spec))


def tier_is_undecided(resource: Resource) -> bool:
    """Whether a ClusterNetworkPolicy says no tier that the API has: it may be of either."""
    said = dig(_spec(resource), "tier")
    return resource.kind == "ClusterNetworkPolicy" and (isinstance(said, Unknown) or said not in ("Admin", "Baseline"))


def _priority(kind: str, said: object) -> int | None:
    if kind == "BaselineAdminNetworkPolicy":
        return 0
    return said if isinstance(said, int) and not isinstance(said, bool) else None


def _subject(given: object) -> tuple[tuple[PodPeer, ...], bool]:
    """The pods it is about, and whether that can be told; what the API refuses cannot."""
    everything = PodPeer(None, {}, None)
    if not isinstance(given, dict):
        return (everything,), False
    found = [field for field in _POD_FIELDS if given.get(field) is not None]
    if len(found) != 1 or undecided(given[found[0]]):
        return (everything,), False
    return (_pod_peer(found[0], given[found[0]]),), True


def _pod_peer(field: str, value: object) -> PodPeer:
    if field == "namespaces":
        return PodPeer(None, value, None)
    namespaces = dig(value, "namespaceSelector")
    return PodPeer(None, {} if namespaces is None else namespaces, dig(value, "podSelector"))


def _rules(spec: object, direction: str) -> Iterator[Rule]:
    listed = dig(spec, direction)
    where: Path = ("spec", direction)
    if undecided(listed):
        yield Rule(SOMEBODY, SOME_PORT, where, None)
    for index, rule in items(listed):
        yield from _rule(rule, direction, (*where, index))


def _rule(rule: object, direction: str, path: Path) -> Iterator[Rule]:
    said = dig(rule, "action")
    action = None if isinstance(said, Unknown) or not isinstance(said, str) else _ACTIONS.get(said)
    ports = _ports(rule)
    given = dig(rule, "from" if direction == INGRESS else "to")
    listed = [entry for _, entry in items(given)]
    if undecided(given) or not listed:
        yield Rule(SOMEBODY, ports, path, action)
        return
    if any(_is_foreign(entry, direction) for entry in listed):
        yield _failed_closed(action, path)
        return
    for found in _peers(listed):
        yield Rule(found, ports, path, action)
    reached = _addressed(listed, action)
    if reached is not None:
        yield Rule(reached, unnamed(ports), path, action)


def _failed_closed(action: Action | None, path: Path) -> Rule:
    """What a rule comes to that has a peer of a kind which the API does not have: an older API than its author's."""
    note = "has a peer with no field that the API has, and so it fails closed"
    if action is Action.ALLOW:
        return Rule(NOBODY, EVERY_PORT, path, action, note)
    if action is None:
        return Rule(SOMEBODY, SOME_PORT, path, Action.DENY, note)
    return Rule(EVERYONE, EVERY_PORT, path, Action.DENY, note)


def _is_foreign(peer: object, direction: str) -> bool:
    """Whether a peer says nothing that the API knows."""
    return isinstance(peer, dict) and not any(peer.get(field) is not None for field in _FIELDS[direction])


def _fields(peer: object) -> list[tuple[str, object]]:
    held = peer if isinstance(peer, dict) else {}
    return [(field, held[field]) for field in _FIELDS[EGRESS] if held.get(field) is not None]


def _peers(listed: list[object]) -> Iterator[Peers]:
    pods = []
    unclear = False
    for entry in listed:
        found = _fields(entry)
        if len(found) != 1 or undecided(found[0][1]):
            unclear = True
        elif found[0][0] in _POD_FIELDS:
            pods.append(_pod_peer(*found[0]))
    if pods:
        yield peers(pods=tuple(pods))
    if unclear:
        yield SOMEBODY


def _addressed(listed: list[object], action: Action | None) -> Peers | None:
    """The peers that are addresses: networks, nodes and names of DNS; None where there is none."""
    networks: list[object] = []
    nodes: list[object] = []
    domains: list[str] = []
    everyone = Answer.NO
    for entry in listed:
        found = _fields(entry)
        if len(found) != 1 or undecided(found[0][1]):
            continue
        field, value = found[0]
        if field == "networks":
            networks += [cidr for _, cidr in items(value)]
        elif field == "nodes":
            nodes.append(value)
        elif field == "domainNames" and action is not Action.ALLOW:
            # The API takes names of DNS in rules that accept only.
            everyone = Answer.UNKNOWN
        elif field == "domainNames":
            domains += [str(name) for _, name in items(value)]
    if not (networks or nodes or domains or everyone):
        return None
    return peers(
        blocks=addresses(networks), nodes=tuple(nodes), domains=tuple(domains), everyone=everyone
    )  # fmt: skip


def _ports(rule: object) -> PortMatch:
    listed = [dig(rule, field) for field in ("ports", "protocols")]
    if any(undecided(each) for each in listed):
        return SOME_PORT
    if all(each is None for each in listed):
        return EVERY_PORT
    entries = [entry for each in listed for _, entry in items(each)]
    # The API refuses an empty list.
    return any_of(map(_port, entries)) if entries else SOME_PORT


def _port(entry: object) -> PortMatch:
    """An AdminNetworkPolicyPort or a ClusterNetworkPolicyProtocol; exactly one field of it is set."""
    given = [(key, value) for key, value in entry.items() if value is not None] if isinstance(entry, dict) else []
    if len(given) != 1:
        return SOME_PORT
    field, value = given[0]
    match field:
        case "portNumber":
            return numbered(dig(value, "protocol"), dig(value, "port"), dig(value, "port"))
        case "portRange":
            return numbered(dig(value, "protocol"), dig(value, "start"), dig(value, "end"))
        case "namedPort" | "destinationNamedPort":
            return named(value, None)
        case "tcp" | "udp" | "sctp":
            return _protocol(field.upper(), value)
        case _:
            return SOME_PORT


def _protocol(protocol: str, value: object) -> PortMatch:
    port = dig(value, "destinationPort")
    number, span = dig(port, "number"), dig(port, "range")
    if number is not None and span is None:
        return numbered(protocol, number, number)
    if span is not None and number is None:
        return numbered(protocol, dig(span, "start"), dig(span, "end"))
    return PortMatch(NONE, ALL & ports_of(protocol))
