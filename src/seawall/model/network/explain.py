"""Why a connection is as it is: the policies on each side that decide, with their places."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from seawall.core import Path
from seawall.model.facts import Fact
from seawall.model.network.endpoints import Endpoint
from seawall.model.network.index import Placed
from seawall.model.network.matcher import Outside
from seawall.model.network.parts import unnamed
from seawall.model.network.policies import EGRESS, INGRESS, Action, Rule, Tier
from seawall.model.network.ports import ALL, PortSet
from seawall.model.network.services import ServicePorts
from seawall.model.permissions import Answer

if TYPE_CHECKING:
    from seawall.model.network.network import Network, Reached

Told = Generator[Fact, None, bool]
"""Facts, and at their end whether they are all."""
_SHOWN = 6
"""So many rules of one policy are told one by one."""


def because(network: Network, source: Endpoint, destination: Endpoint, reached: Reached) -> Iterator[Fact]:
    """The facts that make an answer, from the source to the destination, of the pair that shows it best."""
    unknown = source.unknown or destination.unknown
    if unknown:
        yield Fact(unknown)
        return
    if reached.pair is None:
        empty = destination if source.pods or source.outside else source
        yield Fact(f"{empty.label} stands for no pod of the input")
        return
    start, end = reached.pair
    if not network.assumed.enforced:
        yield Fact("the network plugin is said to enforce no policy: everything reaches everything")
        return
    labels = {} if reached.differs else {each: one.label for one in (source, destination) for each in one.outside}
    teller = _Teller(network, start, end, labels)
    yield from _of_service(network, destination, start, end)
    one = _is_one(source) and _is_one(destination)
    if not one or (reached.differs and start != end):
        yield Fact(f"shown for {teller.name(start)} and {teller.name(end)}")
    yield from teller.facts()


def _of_service(network: Network, to: Endpoint, start: int | Outside, end: int | Outside) -> Iterator[Fact]:
    """What a Service may hide from policies: the source's address, or that the destination is another than it."""
    if to.service is None:
        return
    if isinstance(start, Outside) and ServicePorts(to.service, network.index).hides_source:
        text = f"what comes through {to.label} from outside may bear the address of a node (externalTrafficPolicy)"
        yield Fact(text, to.service, ("spec", "externalTrafficPolicy"))
    if isinstance(end, Outside):
        text = f"whether policies see the addresses behind {to.label}, or its own, is left to the plugin"
        yield Fact(text, to.service)


def _is_one(end: Endpoint) -> bool:
    return end.service is None and end.pods.bit_count() + len(end.outside) == 1


class _Teller:
    """Tells of one pair."""

    def __init__(
        self, network: Network, start: int | Outside, end: int | Outside, labels: Mapping[Outside, str]
    ) -> None:
        """`labels` are what addresses are called in the question, for those that are asked about as a whole."""
        self.network = network
        self.start = start
        self.end = end
        self._labels = labels

    def name(self, member: int | Outside) -> str:
        """`Deployment "shop/web"`, `10.0.0.1`."""
        if not isinstance(member, int):
            for whole, label in self._labels.items():
                if not member.addresses - whole.addresses:
                    return label
            blocks = [str(each).removesuffix("/32").removesuffix("/128") for each in member.addresses.networks()]
            return blocks[0] + (f" and {len(blocks) - 1} more blocks" if len(blocks) > 1 else "")
        resource = self.network.index.pods[member].resource
        return f'{resource.kind} "{resource.namespace or "default"}/{resource.name}"'

    def facts(self) -> Iterator[Fact]:
        """What is always so, then what decides at the source, then at the destination."""
        if isinstance(self.start, int) and self.start == self.end:
            yield Fact("a pod always reaches itself", self.network.index.pods[self.start].resource)
            return
        if not isinstance(self.start, int) and not isinstance(self.end, int):
            yield Fact("neither is of the cluster: its policies say nothing of them")
            return
        yield from self._near()
        for direction, subject, peer in ((EGRESS, self.start, self.end), (INGRESS, self.end, self.start)):
            if isinstance(subject, int):
                yield from self._side(direction, subject, peer)

    def _near(self) -> Iterator[Fact]:
        sources = 1 << self.start if isinstance(self.start, int) else self.start
        near = self.network.columns.near(self.end, sources)
        if near.may:
            sure = "are" if near.must else "may be"
            yield Fact(f"they {sure} on one node, and nothing keeps a pod and its own node apart")

    def _side(self, direction: str, subject: int, peer: int | Outside) -> Iterator[Fact]:
        for each in self.network.columns.foreign:
            if direction in each.directions and each.touched >> subject & 1:
                yield Fact(each.text, each.resource)
        decided = yield from self._of_tier(Tier.ADMIN, direction, subject, peer)
        if not decided:
            decided = yield from self._of_network(direction, subject, peer)
        if not decided:
            yield from self._of_tier(Tier.BASELINE, direction, subject, peer)

    def _of_tier(self, tier: Tier, direction: str, subject: int, peer: int | Outside) -> Told:
        """The rules of a tier that match, up to one that decides all; returns whether no other tier is asked."""
        chosen = [
            (placed, selects)
            for placed in self.network.index.of_tier(tier)
            if (selects := self.network.columns.matcher.subject(placed).of(subject)) is not Answer.NO
        ]
        chosen.sort(key=lambda each: (each[0].policy.priority is None, each[0].policy.priority or 0))
        for placed, selects in chosen:
            for rule in placed.policy.rules(direction):
                whole = yield from self._rule(placed, rule, selects, direction, peer)
                if whole and _is_ranked(placed, chosen):
                    return rule.action is not Action.PASS
        return False

    def _rule(self, placed: Placed, rule: Rule, selects: Answer, direction: str, peer: int | Outside) -> Told:
        """A rule that may match; returns whether it surely decides every port."""
        answer = min(selects, self._is_peer(rule, placed.policy.tier, peer))
        sure, may = self._ports(rule)
        if answer is Answer.NO or not may:
            return False
        verb = rule.action.value if rule.action else "an action that is filled in later"
        perhaps = "" if answer is Answer.YES and sure == may else "perhaps "
        note = f"; it {rule.note}" if rule.note else ""
        where = _place(rule.path)
        text = f"{placed.policy.label}, {where}: {perhaps}{verb} for {direction}, {may}{note}"
        yield Fact(text, placed.policy.resource, rule.path)
        return answer is Answer.YES and sure == ALL and rule.action is not None

    def _of_network(self, direction: str, subject: int, peer: int | Outside) -> Told:
        """The NetworkPolicies that select a pod; returns whether one surely does, so that no other tier is asked."""
        name = self.name(subject)
        best = Answer.NO
        for placed in self.network.index.network_policies(subject, direction):
            policy = placed.policy
            selects = min(self.network.columns.matcher.subject(placed).of(subject), policy.limiting(direction))
            if selects is Answer.NO:
                continue
            best = Answer(max(best, selects))
            perhaps = "selects" if selects is Answer.YES else "may select"
            head = f"{policy.label} {perhaps} {name} for {direction}"
            told = list(self._let_through(placed, direction, peer))
            for path, text in told[:_SHOWN]:
                yield Fact(f"{head}; {text}", policy.resource, path)
            if not told:
                text = (
                    f"no rule of it names {self.name(peer)}" if policy.rules(direction) else "it lets nothing through"
                )
                yield Fact(f"{head}; {text}", policy.resource, ("spec", direction))
        if best is Answer.NO:
            yield Fact(f"no NetworkPolicy selects {name} for {direction}", self.network.index.pods[subject].resource)
        return best is Answer.YES

    def _let_through(self, placed: Placed, direction: str, peer: int | Outside) -> Iterator[tuple[Path, str]]:
        way = "in" if direction == INGRESS else "out"
        for rule in placed.policy.rules(direction):
            answer = self._is_peer(rule, Tier.NETWORK, peer)
            sure, may = self._ports(rule)
            if answer is Answer.NO or not may:
                continue
            verb = "lets" if answer is Answer.YES and sure == may else "may let"
            other = self.name(peer)
            side = f"{way} {other}" if direction == INGRESS else f"{way} to {other}"
            yield rule.path, f"{_place(rule.path)} {verb} {side}: {may}"

    def _is_peer(self, rule: Rule, tier: Tier, peer: int | Outside) -> Answer:
        if isinstance(peer, int):
            return self.network.columns.matcher.pods(rule.peers, tier).of(peer)
        return self.network.columns.matcher.outside(rule.peers, tier, peer)

    def _ports(self, rule: Rule) -> tuple[PortSet, PortSet]:
        if isinstance(self.end, int):
            return self.network.index.ports.resolve(rule.ports, self.end)
        ports = unnamed(rule.ports)
        return ports.sure, ports.may


def _is_ranked(placed: Placed, chosen: Sequence[tuple[Placed, Answer]]) -> bool:
    """Whether a policy has its place among others: all have a priority, of one generation, and none has the same."""
    priorities = [each.policy.priority for each, _ in chosen]
    kinds = {each.policy.resource.kind == "ClusterNetworkPolicy" for each, _ in chosen}
    return None not in priorities and len(kinds) == 1 and priorities.count(placed.policy.priority) == 1


def _place(path: Path) -> str:
    return f"{path[1]}[{path[2]}]" if len(path) > 2 else str(path[1])
