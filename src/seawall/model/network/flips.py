"""The first changes that would flip an answer: which rule to add, which policy to take away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from seawall.model.facts import Fact
from seawall.model.network.bits import Bits
from seawall.model.network.index import Placed
from seawall.model.network.matcher import Outside
from seawall.model.network.policies import EGRESS, INGRESS, Action, Policy, Rule, Tier
from seawall.model.network.ports import PortSet
from seawall.model.permissions import Answer

if TYPE_CHECKING:
    from seawall.model.network.network import Network


def openings(network: Network, start: int | Outside, end: int | Outside, ports: PortSet) -> Iterator[Fact]:
    """What lets some ports through that are kept out: a step for each side that keeps them out."""
    for direction, subject, peer in ((EGRESS, start, end), (INGRESS, end, start)):
        if isinstance(subject, int):
            yield from _opening(network, direction, subject, peer, ports)


def _opening(network: Network, direction: str, subject: int, peer: int | Outside, ports: PortSet) -> Iterator[Fact]:
    for tier in Tier:
        placed, rule = next(_deciding(network, tier, direction, (subject, peer), ports), (None, None))
        if placed is not None and rule is not None:
            if rule.action is Action.DENY:
                text = f"let {placed.policy.label} accept {ports} before {rule.path[1]}[{rule.path[2]}] denies it"
                yield Fact(text, placed.policy.resource, rule.path)
            if rule.action is not Action.PASS:
                return
        limiting = _limiting(network, direction, subject) if tier is Tier.NETWORK else []
        if limiting:
            policy = limiting[0].policy
            if not _lets(network, limiting, direction, (subject, peer), ports):
                side = "from" if direction == INGRESS else "to"
                text = f"add to {policy.label} a rule of {direction} {side} {_peer(network, peer)} for {ports}"
                yield Fact(text, policy.resource, ("spec", direction))
            return


def _peer(network: Network, peer: int | Outside) -> str:
    """How a policy would name a peer."""
    if isinstance(peer, Outside):
        blocks = [*map(str, peer.addresses.networks())]
        return f"ipBlock {blocks[0]}" if len(blocks) == 1 else "an ipBlock with the addresses that are meant"
    pod = network.index.pods[peer]
    labels = pod.metadata.get("labels")
    shown = ", ".join(f"{key}: {value}" for key, value in labels.items()) if isinstance(labels, dict) else ""
    return f"pods {{{shown}}} of namespace {network.index.namespace_of[peer]}"


def _limiting(network: Network, direction: str, subject: int) -> list[Placed]:
    return [
        placed
        for placed in network.index.network_policies(subject, direction)
        if min(network.columns.matcher.subject(placed).of(subject), placed.policy.limiting(direction)) is not Answer.NO
    ]


def _lets(
    network: Network, limiting: list[Placed], direction: str, ends: tuple[int, int | Outside], ports: PortSet
) -> bool:
    return any(
        not ports - _ports(network, rule, direction, ends)
        for placed in limiting
        for rule in placed.policy.rules(direction)
        if _is_peer(network, rule, Tier.NETWORK, ends[1]) is Answer.YES
    )


def _deciding(
    network: Network, tier: Tier, direction: str, ends: tuple[int, int | Outside], ports: PortSet
) -> Iterator[tuple[Placed, Rule]]:
    """The rules of a tier of administrators that are about a connection, first to last."""
    if tier is Tier.NETWORK:
        return
    chosen = sorted(network.index.of_tier(tier), key=lambda placed: placed.policy.priority or 0)
    for placed in chosen:
        if network.columns.matcher.subject(placed).of(ends[0]) is Answer.NO:
            continue
        for rule in placed.policy.rules(direction):
            about = _is_peer(network, rule, tier, ends[1]) is not Answer.NO
            if about and ports & _ports(network, rule, direction, ends):
                yield placed, rule


def _is_peer(network: Network, rule: Rule, tier: Tier, peer: int | Outside) -> Answer:
    if isinstance(peer, int):
        found: Bits = network.columns.matcher.pods(rule.peers, tier)
        return found.of(peer)
    return network.columns.matcher.outside(rule.peers, tier, peer)


def _ports(network: Network, rule: Rule, direction: str, ends: tuple[int, int | Outside]) -> PortSet:
    end = ends[0] if direction == INGRESS else ends[1]
    if isinstance(end, int):
        return network.index.ports.resolve(rule.ports, end)[1]
    return rule.ports.may


def closings(network: Network, start: int | Outside, end: int | Outside, ports: PortSet) -> Iterator[Fact]:
    """What keeps some ports out that are open: the first change at the destination, or else at the source."""
    direction, subject, peer = (INGRESS, end, start) if isinstance(end, int) else (EGRESS, start, end)
    if not isinstance(subject, int):
        return
    for tier in (Tier.ADMIN, Tier.BASELINE):
        placed, rule = next(_deciding(network, tier, direction, (subject, peer), ports), (None, None))
        if placed is not None and rule is not None and rule.action is Action.ALLOW and tier is Tier.ADMIN:
            text = f"take {rule.path[1]}[{rule.path[2]}] out of {placed.policy.label}, or deny {ports} before it"
            yield Fact(text, placed.policy.resource, rule.path)
            return
    limiting = _limiting(network, direction, subject)
    for placed in limiting:
        for rule in placed.policy.rules(direction):
            if _is_peer(network, rule, Tier.NETWORK, peer) is Answer.NO:
                continue
            if ports & _ports(network, rule, direction, (subject, peer)):
                yield Fact(_narrowed(placed.policy, rule, ports), placed.policy.resource, rule.path)
    if not limiting:
        pod = network.index.pods[subject]
        kind, name = pod.resource.kind, pod.resource.name
        text = f'add a NetworkPolicy that selects {kind} "{network.index.namespace_of[subject]}/{name}" for {direction}'
        yield Fact(f"{text} and does not name the other end", pod.resource)


def _narrowed(policy: Policy, rule: Rule, ports: PortSet) -> str:
    return f"take {ports} out of {rule.path[1]}[{rule.path[2]}] of {policy.label}"
