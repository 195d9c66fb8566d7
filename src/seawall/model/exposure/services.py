"""Services that answer outside of the cluster: load balancers, node ports, external addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from seawall.core import Unknown, dig, items
from seawall.inventory import Resource
from seawall.model.exposure.backends import Backends
from seawall.model.exposure.balancers import (
    certificate,
    given_addresses,
    is_private,
    private,
    source_ranges,
    wanted_addresses,
)
from seawall.model.exposure.values import Entry, Exposure, Reach, fact, is_word, named, text_of
from seawall.model.facts import Fact
from seawall.model.permissions import Answer

PUBLIC_BY_DEFAULT: Final = "the load balancer has public addresses, as most providers make it unless told otherwise"
_PICKED: Final = "a port from the node port range"
_EVERY_NODE: Final = "every node"


class _Way(msgspec.Struct, frozen=True, eq=False):
    """A way in to all ports of a Service: an entry whose port and protocol are still to be said."""

    entry: Entry
    key: str
    """Where the outside port stands in an entry of `spec.ports`."""
    otherwise: str = ""
    """The port where that is absent."""


def of_services(backends: Backends) -> Iterator[Exposure]:
    """A row for each port of each Service that answers outside, and each workload behind it."""
    for service in backends.source.of("Service"):
        if not service.group:
            for way in _ways(service, backends):
                yield from _rows(way, service, backends)


def _rows(way: _Way, service: Resource, backends: Backends) -> Iterator[Exposure]:
    ports = dig(service.tree, "spec", "ports")
    if isinstance(ports, Unknown):
        entry = msgspec.structs.replace(way.entry, port=text_of(ports))
        yield from (Exposure(entry, target) for target in backends.of_port(service, None))
    for index, port in items(ports):
        number = dig(port, way.key)
        protocol = text_of(dig(port, "protocol"), "TCP")
        text = text_of(number) if isinstance(number, Unknown) or number else way.otherwise
        entry = msgspec.structs.replace(way.entry, port=text, protocol=protocol)
        yield from (Exposure(entry, target) for target in backends.of_port(service, index))


def _ways(service: Resource, backends: Backends) -> Iterator[_Way]:
    spec = dig(service.tree, "spec")
    kind = dig(spec, "type")
    if isinstance(spec, Unknown) or isinstance(kind, Unknown):
        yield _undecided(service, spec if isinstance(spec, Unknown) else kind)
    elif kind == "LoadBalancer":
        yield from _balancer(service)
        allocated = dig(spec, "allocateLoadBalancerNodePorts")
        if isinstance(allocated, Unknown) or allocated is not False:
            yield _node_port(service, backends)
    elif kind == "NodePort":
        yield _node_port(service, backends)
    yield from _external(service, dig(spec, "externalIPs"))


def _undecided(service: Resource, value: object) -> _Way:
    text = text_of(value, "filled in later")
    said = fact(f"the type of {named(service)} is {text}: it may answer outside", service, "spec", "type")
    entry = Entry(
        how="Service",
        resource=service,
        address="not decided",
        port="",
        protocol="TCP",
        reach=Reach.UNKNOWN,
        via=(said,),
    )
    return _Way(entry, "port")


def _balancer(service: Resource) -> Iterator[_Way]:
    addresses = given_addresses(service)
    reach, why, assumes = _reach(service, addresses)
    sources, limits = _sources(service)
    ended = certificate(service)
    said = fact(f"{named(service)} has type LoadBalancer", service, "spec", "type")
    entry = Entry(
        how="LoadBalancer",
        resource=service,
        address=", ".join(addresses or wanted_addresses(service)) or "the load balancer's address",
        port="",
        protocol="TCP",
        reach=reach,
        sources=sources,
        tls=Answer.YES if ended else Answer.UNKNOWN,
        caller=caller(service),
        via=(said, *why, *limits),
        assumes=assumes,
    )
    yield _Way(entry, "port")


def _reach(service: Resource, given: list[str]) -> tuple[Reach, tuple[Fact, ...], tuple[str, ...]]:
    """From where a load balancer answers, what says so, and what was taken for true."""
    if given and all(map(is_private, given)):
        said = fact(f"it was given {', '.join(given)}", service, "status", "loadBalancer", "ingress")
        return Reach.PRIVATE, (said,), ()
    found = private(service)
    if isinstance(found.answer, Unknown):
        open_value = fact(f"its addresses depend on {found.answer.text or 'a value'}", service, *found.path)
        return Reach.UNKNOWN, (open_value,), ()
    why = (fact(found.why, service, *found.path),) if found.path else ()
    if found.answer:
        return Reach.PRIVATE, why, ()
    if given and any(map(_is_public, given)):
        said = fact(f"it was given {', '.join(given)}", service, "status", "loadBalancer", "ingress")
        return Reach.INTERNET, (*why, said), ()
    return Reach.INTERNET, why, () if why else (PUBLIC_BY_DEFAULT,)


def _is_public(text: str) -> bool:
    return text.replace(".", "").isdigit() and not is_private(text)


def _sources(service: Resource) -> tuple[tuple[str, ...] | Unknown, tuple[Fact, ...]]:
    path, ranges = source_ranges(service)
    if isinstance(ranges, Unknown):
        return ranges, (fact(f"whom it lets in is {ranges.text or 'not decided'}", service, *path),)
    texts = tuple(text_of(entry) for _, entry in items(ranges))
    if not texts:
        return (), ()
    return texts, (fact(f"it lets in {', '.join(texts)}", service, *path),)


def _node_port(service: Resource, backends: Backends) -> _Way:
    public = node_addresses(backends)
    assumes: tuple[str, ...] = ()
    if public:
        assumes = (f"nodes have public addresses ({public}): the firewall before them decides who gets in",)
    of_balancer = dig(service.tree, "spec", "type") == "LoadBalancer"
    path = ("spec", "type")
    text = f"{named(service)} has type NodePort"
    if of_balancer:
        text = f"{named(service)} has node ports too, where no source range of the load balancer counts"
    entry = Entry(
        how="NodePort",
        resource=service,
        address=_EVERY_NODE,
        port="",
        protocol="TCP",
        reach=Reach.NODES,
        caller=caller(service),
        via=(fact(text, service, *path),),
        assumes=assumes,
    )
    return _Way(entry, "nodePort", _PICKED)


def node_addresses(backends: Backends) -> str:
    """The first public address of a node, and how many there are more; empty where none is known."""
    found = [
        text_of(dig(address, "address"))
        for node in backends.source.of("Node")
        for _, address in items(dig(node.tree, "status", "addresses"))
        if is_word(dig(address, "type"), "ExternalIP") is Answer.YES
    ]
    more = f" and {len(found) - 1:,} more" if len(found) > 1 else ""
    return f"{found[0]}{more}" if found else ""


def caller(service: Resource) -> str:
    """Whether pods see the caller's address: `kept` with externalTrafficPolicy Local, else `replaced` by a node's."""
    policy = dig(service.tree, "spec", "externalTrafficPolicy")
    if isinstance(policy, Unknown):
        return ""
    return "kept" if policy == "Local" else "replaced"


def _external(service: Resource, addresses: object) -> Iterator[_Way]:
    if isinstance(addresses, Unknown):
        yield _claim(service, addresses, text_of(addresses, "not decided"))
    for index, address in items(addresses):
        yield _claim(service, address, text_of(address, "not decided"), index)


def _claim(service: Resource, address: object, text: str, *index: int) -> _Way:
    reach = Reach.UNKNOWN
    assumes: tuple[str, ...] = ()
    if isinstance(address, str):
        reach = Reach.PRIVATE if is_private(address) else Reach.INTERNET
        assumes = (f"the network sends {address} to the nodes",)
    entry = Entry(
        how="externalIPs",
        resource=service,
        address=text,
        port="",
        protocol="TCP",
        reach=reach,
        caller=caller(service),
        via=(fact(f"{named(service)} claims {text}", service, "spec", "externalIPs", *index),),
        assumes=assumes,
    )
    return _Way(entry, "port")
