"""The first changes that would flip an answer: which rule to add, which policy to take away."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from seawall.model.facts import Fact
from seawall.model.network.bits import Bits, members
from seawall.model.network.index import Placed
from seawall.model.network.matcher import Outside
from seawall.model.network.policies import EGRESS, INGRESS, Action, PodPeer, Rule, Tier
from seawall.model.network.ports import PortSet
from seawall.model.permissions import Answer

if TYPE_CHECKING:
    from seawall.model.network.network import Network

_SHOWN: Final = 3
"""So many of those whom a change is about besides are named."""
_PASSING: Final = ("controller-revision-hash", "pod-template-generation", "pod-template-hash")
"""Labels that a controller gives anew with each version (Kubernetes docs, "Well-Known Labels")."""


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
            if not _lets(network, limiting, direction, (subject, peer), ports):
                yield _added(network, limiting, direction, (subject, peer), ports)
            return


def _added(
    network: Network, limiting: list[Placed], direction: str, ends: tuple[int, int | Outside], ports: PortSet
) -> Fact:
    """The rule to add: to the policy that selects the fewest pods, or in a new one where that selects fewer."""
    subject, peer = ends
    index = network.index
    side = "from" if direction == INGRESS else "to"
    rule = f"a rule of {direction} {side} {_peer(network, peer)} for {ports}"
    own = index.selected(PodPeer(index.namespace_of[subject], None, {"matchLabels": _labels(network, subject)}))
    placed = min(limiting, key=lambda each: network.columns.matcher.subject(each).may.bit_count())
    among = network.columns.matcher.subject(placed).may
    if among.bit_count() <= own.may.bit_count():
        text = f"add to {placed.policy.label} {rule}{_besides(network, among, subject)}"
        return Fact(text, placed.policy.resource, ("spec", direction))
    text = (
        f"add a NetworkPolicy to namespace {index.namespace_of[subject]} that selects pods {_shown(network, subject)}"
    )
    return Fact(f"{text}, with {rule}{_besides(network, own.may, subject)}", index.pods[subject].resource)


def _besides(network: Network, selected: int, subject: int) -> str:
    """Who else a policy is about, so that nobody opens more than was meant."""
    others = selected & ~(1 << subject)
    if not others:
        return ""
    resources = [network.index.pods[number].resource for number in itertools.islice(members(others), _SHOWN)]
    names = ", ".join(f'{each.kind} "{each.namespace or "default"}/{each.name}"' for each in resources)
    more = others.bit_count() - len(resources)
    return f"; it selects {names}{f' and {more:,} more' if more else ''} too"


def _peer(network: Network, peer: int | Outside) -> str:
    """How a policy would name a peer, and who else bears its labels."""
    if isinstance(peer, Outside):
        blocks = [*map(str, peer.addresses.networks())]
        return f"ipBlock {blocks[0]}" if len(blocks) == 1 else "an ipBlock with the addresses that are meant"
    namespace = network.index.namespace_of[peer]
    labels = _labels(network, peer)
    alike = network.index.selected(PodPeer(namespace, None, {"matchLabels": labels})).may & ~(1 << peer)
    if not labels:
        return f"all pods of namespace {namespace}"
    also = f" (and {alike.bit_count():,} more of these labels)" if alike else ""
    return f"pods {_shown(network, peer)} of namespace {namespace}{also}"


def _labels(network: Network, number: int) -> dict[str, str]:
    """The labels by which a policy would select a pod: those that are known and that no roll-out changes."""
    labels = network.index.pods[number].metadata.get("labels")
    found = labels.items() if isinstance(labels, dict) else ()
    return {key: value for key, value in found if isinstance(value, str) and key not in _PASSING}


def _shown(network: Network, number: int) -> str:
    return f"{{{', '.join(f'{key}: {value}' for key, value in _labels(network, number).items())}}}"


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
                text = f"take {ports} out of {rule.path[1]}[{rule.path[2]}] of {placed.policy.label}"
                besides = _besides(network, network.columns.matcher.subject(placed).may, subject)
                yield Fact(f"{text}{besides}", placed.policy.resource, rule.path)
    if not limiting:
        pod = network.index.pods[subject]
        kind, name = pod.resource.kind, pod.resource.name
        text = f'add a NetworkPolicy that selects {kind} "{network.index.namespace_of[subject]}/{name}" for {direction}'
        yield Fact(f"{text} and does not name the other end; who else is not named is kept out too", pod.resource)
