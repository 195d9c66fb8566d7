"""Whether network policies let in what an open way from outside brings to a workload."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from typing import Final

import msgspec

from seawall.core import Unknown
from seawall.inventory import Resource
from seawall.model.exposure.values import Entry, Exposed, Exposure, Let
from seawall.model.network import ALL, Endpoint, Network, PortSet
from seawall.model.network.addresses import AddressSet, block, internet
from seawall.model.network.bits import mask
from seawall.model.network.completeness import lacks
from seawall.model.network.explain import because
from seawall.model.network.foreign import foreign
from seawall.model.network.matcher import Outside
from seawall.model.network.network import Reached
from seawall.model.network.policies import EGRESS, INGRESS, Tier
from seawall.model.network.ports import PROTOCOLS, ports_of
from seawall.model.permissions import Answer

_YES, _UNKNOWN, _NO = Answer.YES, Answer.UNKNOWN, Answer.NO
_NO_CONTROLLER: Final = "its controller was not read, so that it is not known whether network policies let it in"


def with_policies(found: Exposed, network: Network) -> Exposed:
    """The same ways in, each with what policies make of it where some policy may be about the workload.

    `network` is of the very estate that the ways are of.
    """
    judge = _Judge(network)
    rows = tuple(msgspec.structs.replace(row, let=judge.of(row)) for row in found.rows)
    return msgspec.structs.replace(found, rows=rows)


class _Judge:
    """Asks the network engine, each question once."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._numbers = {id(pod): number for number, pod in enumerate(network.index.pods)}
        self._answers: dict[tuple[object, ...], Let] = {}
        self._foreign = tuple(each for each in foreign(network.index) if INGRESS in each.directions)
        self._tiers = bool(network.index.of_tier(Tier.ADMIN) or network.index.of_tier(Tier.BASELINE))

    def of(self, row: Exposure) -> Let | None:
        """What policies say of a row; None where none is about its pods, or it leads to none."""
        pod = row.target.pod
        number = self._numbers.get(id(pod)) if pod is not None else None
        if number is None or row.target.answer is _NO or not self._touched(number):
            return None
        entry = row.entry
        callers = entry.sources if isinstance(entry.sources, tuple) else ()
        key = (number, row.target.port, entry.protocol, entry.caller, callers, tuple(map(id, entry.proxies)))
        if key not in self._answers:
            self._answers[key] = self._known(self._ask(number, _ports(row), entry))
        return self._answers[key]

    def _known(self, let: Let) -> Let:
        """The same, less a no that a policy which was not read may open again."""
        inventory = self.network.index.estate.inventory
        if let.answer is not _NO or not lacks(inventory):
            return let
        rest = (
            "and not all of them were read"
            if inventory.whole
            else "of those that were read; with --estate it is closed"
        )
        return Let(_UNKNOWN, f"{let.why}, {rest}", let.because)

    def _touched(self, number: int) -> bool:
        """Whether some policy may decide what comes in to a pod; none does where the plugin enforces none."""
        network = self.network
        if not network.assumed.enforced:
            return False
        known = self._tiers or bool(network.index.network_policies(number, INGRESS))
        return known or any(each.touched >> number & 1 for each in self._foreign)

    def _ask(self, number: int, ports: PortSet, entry: Entry) -> Let:
        resource = self.network.index.pods[number].resource
        end = Endpoint(label=f'{resource.kind} "{resource.name}"', pods=1 << number)
        if entry.caller == "proxied":
            return self._proxied(entry.proxies, end, ports)
        direct = self._one(self._callers(entry), end, ports)
        if entry.caller == "kept":
            return direct
        # The caller's address, or a node's in its place: which of the two is up to the load balancer and kube-proxy.
        replaced = self._one(Endpoint(label="a node", outside=(Outside(internet(), _YES),)), end, ports)
        if direct.answer is replaced.answer:
            return direct
        why = "pods may see a node's address in place of the caller's, and policies treat the two differently"
        return Let(_UNKNOWN, why, direct.because)

    def _proxied(self, proxies: Iterable[Resource], end: Endpoint, ports: PortSet) -> Let:
        pods = 0
        for each in proxies:
            pods |= self._of_resource.get(id(each), 0)
        if not pods:
            return self._by_anyone(end, ports)
        return self._one(Endpoint(label="the controller", pods=pods), end, ports)

    @functools.cached_property
    def _of_resource(self) -> dict[int, int]:
        """`id()` of a resource -> its pods."""
        found: dict[int, int] = {}
        for number, pod in enumerate(self.network.index.pods):
            found[id(pod.resource)] = found.get(id(pod.resource), 0) | 1 << number
        return found

    @functools.cached_property
    def _free(self) -> int:
        """The pods that no policy keeps from connecting, so that only the other end decides."""
        index = self.network.index
        return mask(number for number in range(len(index.pods)) if not index.network_policies(number, EGRESS))

    def _by_anyone(self, end: Endpoint, ports: PortSet) -> Let:
        """A controller that was not read may be any pod, or be outside: it is surely let in only where everyone is."""
        others = self._free & ~end.pods
        if not others:
            return Let(_UNKNOWN, _NO_CONTROLLER)
        anyone = Endpoint(label="anyone", outside=(Outside(internet()),))
        found = [self.network.reached(start, end) for start in (anyone, Endpoint(label="any pod", pods=others))]
        if any(each.differs or ports - each.sure for each in found):
            return Let(_UNKNOWN, _NO_CONTROLLER)
        return self._one(anyone, end, ports)

    def _callers(self, entry: Entry) -> Endpoint:
        """Those that the entry lets in; everyone on the internet where it names none."""
        found = AddressSet()
        for text in entry.sources if not isinstance(entry.sources, Unknown) else ():
            found = found | (block(text.strip()) or AddressSet())
        return Endpoint(label="the callers", outside=(Outside(found or internet()),))

    def _one(self, start: Endpoint, end: Endpoint, ports: PortSet) -> Let:
        reached = self.network.reached(start, end)
        answer = _answer(reached, ports)
        why = {
            _NO: "network policies let none of its callers in",
            _UNKNOWN: "whether network policies let its callers in is not decided",
            _YES: "network policies let some of its callers in" if reached.differs else "network policies let it in",
        }[answer]
        return Let(answer, why, tuple(because(self.network, start, end, reached)))


def _answer(reached: Reached, ports: PortSet) -> Answer:
    """Whether some of the ports are open from some of the callers."""
    if reached.sure & ports:
        return _YES
    return _UNKNOWN if reached.may & ports else _NO


def _ports(row: Exposure) -> PortSet:
    """The pod's port; all of the protocol where its number is not known."""
    protocol = row.entry.protocol if row.entry.protocol in PROTOCOLS else "TCP"
    if not (row.target.port.isascii() and row.target.port.isdigit()):
        return ALL
    number = int(row.target.port)
    return ports_of(protocol, (number, number))
