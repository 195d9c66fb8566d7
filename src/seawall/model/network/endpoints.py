"""What a question may name: workloads, namespaces, Services, addresses, the internet."""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Mapping
from typing import Final

import msgspec

from seawall.core import Unknown, dig, items
from seawall.core.spelling import closest, did_you_mean
from seawall.errors import UsageError
from seawall.inventory import Resource
from seawall.model.network.addresses import AddressSet, block, internet
from seawall.model.network.assumptions import Assumptions
from seawall.model.network.index import Index
from seawall.model.network.matcher import Outside
from seawall.model.network.policies import PodPeer
from seawall.model.network.suggestions import Named, like, named
from seawall.model.permissions import Answer

INTERNET: Final = "internet"
INTERNET_LABEL: Final = "the internet"
_NUMBERS: Final = re.compile(r"\d+(\.\d+)+(/\d*)?|[\da-f]*:[\da-f:]*:[\da-f:.]*(/\d*)?", re.IGNORECASE)
"""What was meant for an address or a block, if it is none."""
_SHORT: Final = {
    "cj": "cronjob",
    "deploy": "deployment",
    "ds": "daemonset",
    "po": "pod",
    "rc": "replicationcontroller",
    "rs": "replicaset",
    "sts": "statefulset",
    "svc": "service",
    "ns": "namespace",
}
"""kubectl's short names of kinds."""


class Endpoint(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """One end of a question, and who it stands for."""

    label: str
    """How an answer names it: `Deployment "shop/web"`."""
    pods: int = 0
    """The pods that it stands for."""
    perhaps: int = 0
    """Pods that it may stand for besides."""
    outside: tuple[Outside, ...] = ()
    service: Resource | None = None
    """The Service that it is, whose ports are the ones that count; None for a headless one."""
    unknown: str = ""
    """Why nothing can be said of it; empty mostly."""


class Endpoints:
    """Finds what a text or an object names."""

    def __init__(self, index: Index, assumed: Assumptions) -> None:
        self.index = index
        self.assumed = assumed

    def find(self, wanted: object, within: str = "default") -> Endpoint:
        """The endpoint that a text or an object of a question names; `within` is the namespace where it says none.

        Raises:
            UsageError: there is no such thing, or it cannot be understood; what is like it is named.
        """
        if isinstance(wanted, str):
            return self._of_text(wanted.strip(), within)
        if not isinstance(wanted, Mapping):
            raise UsageError(f"an endpoint is a text or an object, not {type(wanted).__name__}", _HOW)
        given = {key: value for key, value in wanted.items() if value not in (None, "")}
        if any(not isinstance(value, str) for value in given.values()):
            raise UsageError("a field of an endpoint is no text", _HOW)
        for key in ("ip", "cidr"):
            if key in given:
                return self._of_addresses(given[key])
        if {"kind", "name"} <= given.keys():
            return self._of_object(given.get("namespace", within), given["kind"], given["name"])
        if given.keys() == {"namespace"}:
            return self._of_namespace(given["namespace"])
        raise UsageError(f"an endpoint with {', '.join(sorted(map(str, given))) or 'no field'} names nothing", _HOW)

    def _of_text(self, text: str, within: str) -> Endpoint:
        if text.casefold() == INTERNET:
            rest = internet() - (self.assumed.pod_cidrs or AddressSet())
            return Endpoint(label=INTERNET_LABEL, outside=self._split(rest))
        if block(text) is not None or _NUMBERS.fullmatch(text):
            return self._of_addresses(text)
        prefix, colon, rest_of = text.partition(":")
        if colon and prefix.casefold() in ("service", "svc", "namespace", "ns"):
            kind = _kind(prefix)
            namespace, _, name = rest_of.rpartition("/")
            return (
                self._of_namespace(rest_of) if kind == "namespace" else self._of_object(namespace or within, kind, name)
            )
        parts = text.split("/")
        if len(parts) == 1 or (len(parts) == 2 and not parts[1]):
            return self._of_namespace(parts[0])
        if len(parts) == 2:
            if _kind(parts[0]) == "namespace":
                return self._of_namespace(parts[1])
            return self._of_object(within, *parts)
        if len(parts) == 3 and all(parts):
            return self._of_object(*parts)
        raise UsageError(f"'{text}' is no endpoint", _HOW)

    def _of_namespace(self, name: str) -> Endpoint:
        if not name or name not in self.index.namespaces:
            close = closest(name, self.index.namespaces) or like(self._named, name, name)
            raise UsageError(f"no namespace '{name}' is in what was read{did_you_mean(close)}", _HOW)
        return Endpoint(label=f'namespace "{name}"', pods=self.index.in_namespace(name).must)

    def _of_object(self, namespace: str, kind: str, name: str) -> Endpoint:
        namespace = namespace or "default"
        folded = _kind(kind)
        if folded == "service":
            return self._of_service(namespace, name)
        if folded == "namespace":
            return self._of_namespace(name)
        for each in _singular(folded):
            pods = self.index.by_key.get((namespace, each, name))
            if pods:
                resource = self.index.pods[pods.bit_length() - 1].resource
                return Endpoint(label=f'{resource.kind} "{namespace}/{name}"', pods=pods)
        raise self._no_object(namespace, kind, name)

    def _no_object(self, namespace: str, kind: str, name: str) -> UsageError:
        """What to say of a workload that is not there, or of `NAMESPACE/NAME`, where a kind is missing."""
        known = self._named
        kinds = {each.kind.casefold() for each in known} | _PLURALS
        if kinds.isdisjoint(_singular(_kind(kind))):
            close = did_you_mean(like(known, name, kind if kind in self.index.namespaces else namespace))
            return UsageError(f"'{kind}' is no kind of workload that was read{close}", _HOW)
        shown = next((each.kind for each in known if each.kind.casefold() in _singular(_kind(kind))), kind)
        close = did_you_mean(like(known, name, namespace, shown))
        return UsageError(f"no {shown} '{namespace}/{name}' with pods is in what was read{close}", _HOW)

    def _of_service(self, namespace: str, name: str) -> Endpoint:
        found = next((each for each in self._services if _place(each) == (namespace, name)), None)
        if found is None:
            close = did_you_mean(like(self._named, name, namespace, "Service"))
            raise UsageError(f"no Service '{namespace}/{name}' is in what was read{close}", _HOW)
        return self.of_service(found)

    @functools.cached_property
    def _named(self) -> tuple[Named, ...]:
        return named(self.index)

    @functools.cached_property
    def _services(self) -> tuple[Resource, ...]:
        return tuple(each for each in self.index.estate.of("Service") if not each.group)

    def of_service(self, service: Resource) -> Endpoint:
        """The pods behind a Service; unknown where another program fills it, or something is filled in later."""
        namespace, name = _place(service)
        spec = service.tree.get("spec")
        label = f'Service "{namespace}/{name}"'
        kind, selector, address = (dig(spec, key) for key in ("type", "selector", "clusterIP"))
        if isinstance(spec, Unknown) or isinstance(selector, Unknown) or isinstance(kind, Unknown):
            return Endpoint(label=label, unknown=f"{label} is filled in later")
        if kind == "ExternalName":
            return Endpoint(label=label, unknown=f"{label} is a name of DNS outside of the cluster")
        if not isinstance(selector, dict) or not selector:
            outside = self._split(self._by_hand(namespace, name))
            unknown = "" if outside else f"{label} has no selector, and no EndpointSlice says what stands behind it"
            return self._by_address(label, outside, service, unknown)
        found = self.index.selected(PodPeer(namespace, None, {"matchLabels": selector}))
        headless = not isinstance(address, Unknown) and address == "None"
        perhaps = found.may & ~found.must
        return Endpoint(label=label, pods=found.must, perhaps=perhaps, service=None if headless else service)

    def _by_address(self, label: str, outside: tuple[Outside, ...], service: Resource, unknown: str) -> Endpoint:
        """A Service of addresses; those of pods are the pods."""
        pods = 0
        others = []
        for each in outside:
            numbers = [number for number, held in self.index.addresses.items() if held & each.addresses]
            pods |= sum(1 << number for number in numbers)
            others += [] if numbers else [each]
        return Endpoint(label=label, pods=pods, outside=tuple(others), service=service, unknown=unknown)

    def _by_hand(self, namespace: str, name: str) -> AddressSet:
        """The addresses that EndpointSlices or Endpoints of the input give a Service."""
        found = AddressSet()
        for each in self.index.estate.within("EndpointSlice", namespace):
            owner = each.labels.get("kubernetes.io/service-name")
            if isinstance(owner, str) and owner == name:
                for _, entry in items(each.tree.get("endpoints")):
                    found = found | _blocks(dig(entry, "addresses"))
        for each in self.index.estate.named("Endpoints", namespace, name):
            for _, subset in items(each.tree.get("subsets")):
                for _, entry in items(dig(subset, "addresses")):
                    found = found | _blocks([dig(entry, "ip")])
        return found

    def _of_addresses(self, text: str) -> Endpoint:
        found = block(text)
        if found is None:
            raise UsageError(f"'{text}' is no IP address and no CIDR block", _HOW)
        try:
            ipaddress.ip_address(text)
        except ValueError:
            return self._of_block(text, found)
        return self._of_address(text, found)

    def _of_address(self, text: str, found: AddressSet) -> Endpoint:
        pods = sum(1 << number for number, held in self.index.addresses.items() if held & found)
        pods &= ~self.index.hosts.must
        if pods:
            resource = self.index.pods[pods.bit_length() - 1].resource
            return Endpoint(label=f'{text}, Pod "{resource.namespace or "default"}/{resource.name}"', pods=pods)
        for service in self._services:
            spec = service.tree.get("spec")
            given = [dig(spec, "clusterIP"), *(each for _, each in items(dig(spec, "clusterIPs")))]
            if any(isinstance(each, str) and block(each) == found for each in given):
                return self.of_service(service)
        if self.assumed.pod_cidrs is not None and found & self.assumed.pod_cidrs:
            return Endpoint(label=text, unknown=f"{text} is the address of a pod, and nobody says of which")
        return Endpoint(label=text, outside=self._split(found))

    def _of_block(self, text: str, found: AddressSet) -> Endpoint:
        rest = found - (self.assumed.pod_cidrs or AddressSet())
        if not rest:
            return Endpoint(label=text, unknown=f"{text} holds addresses of pods only, and nobody says of which")
        return Endpoint(label=text, outside=self._split(rest))

    def _split(self, addresses: AddressSet) -> tuple[Outside, ...]:
        """Addresses that are nodes', those that may be, and the others."""
        known = functools.reduce(AddressSet.__or__, self.index.node_addresses, AddressSet())
        for number in self.index.addresses:
            if self.index.hosts.must >> number & 1:
                known = known | self.index.addresses[number]
        room = (self.assumed.node_cidrs or AddressSet()) - known
        parts = (
            (addresses & known, Answer.YES),
            (addresses & room, Answer.UNKNOWN),
            (addresses - known - room, Answer.NO),
        )
        return tuple(Outside(part, node) for part, node in parts if part)


_HOW: Final = "Write NAMESPACE/KIND/NAME, service:NAMESPACE/NAME, a namespace, an IP address, a CIDR block, or internet"


def _kind(word: str) -> str:
    """A kind in lower case and singular: `Deployments.apps` is `deployment`."""
    name = word.casefold().partition(".")[0]
    name = _SHORT.get(name, name)
    return name.removesuffix("s") if name.removesuffix("s") in _PLURALS else name


def _singular(kind: str) -> tuple[str, ...]:
    """What a kind in lower case may be in the singular."""
    return kind, kind.removesuffix("s"), kind.removesuffix("es")


_PLURALS: Final = frozenset((*_SHORT.values(), "job"))


def _place(resource: Resource) -> tuple[str, str]:
    return resource.namespace or "default", resource.name


def _blocks(values: object) -> AddressSet:
    found = AddressSet()
    for _, value in items(values):
        found = found | ((block(value) if isinstance(value, str) else None) or AddressSet())
    return found
