"""Routes of OpenShift: a host that the cluster's router takes from outside and passes on to Services.

Source: OpenShift API reference, Route v1 route.openshift.io; OpenShift docs, "Route-specific annotations".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from seawall.core import Path, Unknown, dig, items
from seawall.inventory import Resource
from seawall.model.exposure.backends import Backends, is_external
from seawall.model.exposure.values import Entry, Exposure, Reach, Target, fact, named, namespace_of, read, text_of
from seawall.model.facts import Fact
from seawall.model.permissions import Answer

GROUP: Final = "route.openshift.io"
ASSUMED: Final = "the router answers on the internet, as OpenShift sets it up; nothing here says where it does"
_LIMITS: Final = ("haproxy.router.openshift.io/ip_allowlist", "haproxy.router.openshift.io/ip_whitelist")
_TLS: Final = frozenset({"edge", "passthrough", "reencrypt"})


class Sent(NamedTuple):
    """A Service that a Route sends to."""

    name: object
    at: Path


def of_openshift(backends: Backends) -> Iterator[Exposure]:
    """A row for each Service of each Route, and each workload behind it."""
    for route in backends.source.of("Route"):
        if route.group == GROUP:
            entry = _entry(route)
            for sent in sent_by(route):
                step = fact(f'it sends to Service "{text_of(sent.name, "not said")}"', route, *sent.at)
                way = msgspec.structs.replace(entry, via=(*entry.via, step))
                yield from (Exposure(way, target) for target in _behind(route, sent.name, backends))


def sent_by(route: Resource) -> Iterator[Sent]:
    """The Services that a Route sends to; one of weight 0 gets nothing."""
    others = read(route.tree, "spec", "alternateBackends")
    listed: list[Path] = [("spec", "to"), *(("spec", "alternateBackends", index) for index, _ in items(others))]
    for at in listed:
        target = read(route.tree, *at)
        weight = read(target, "weight")
        if not (isinstance(weight, int) and weight == 0):
            yield Sent(target if isinstance(target, Unknown) else read(target, "name"), (*at, "name"))
    if isinstance(others, Unknown):
        yield Sent(others, ("spec", "alternateBackends"))


def _entry(route: Resource) -> Entry:
    host, path = read(route.tree, "spec", "host"), read(route.tree, "spec", "path")
    tls = _tls(route)
    limit = _limit(route)
    via: tuple[Fact, ...] = (fact(f"{named(route)} takes traffic from outside", route),)
    if limit is not None:
        via = (*via, fact(f"it lets in {', '.join(limit[1])}", route, "metadata", "annotations", limit[0]))
    return Entry(
        how="Route",
        resource=route,
        address=text_of(host) or "a host that the router picks",
        port={Answer.YES: "443", Answer.NO: "80"}.get(tls, ""),
        protocol="HTTPS" if tls is Answer.YES else "HTTP",
        paths=(text_of(path),) if text_of(path) not in ("", "/") else (),
        reach=Reach.INTERNET,
        sources=limit[1] if limit is not None else (),
        tls=tls,
        caller="proxied",
        via=via,
        assumes=(ASSUMED,),
    )


def _tls(route: Resource) -> Answer:
    section = read(route.tree, "spec", "tls")
    ended = read(section, "termination")
    if isinstance(section, Unknown) or isinstance(ended, Unknown):
        return Answer.UNKNOWN
    return Answer.YES if isinstance(ended, str) and ended in _TLS else Answer.NO


def _limit(route: Resource) -> tuple[str, tuple[str, ...]] | None:
    for key in _LIMITS:
        value = route.annotations.get(key)
        if isinstance(value, str) and value.strip():
            return key, tuple(value.split())
    return None


def _behind(route: Resource, name: object, backends: Backends) -> list[Target]:
    port = read(route.tree, "spec", "port", "targetPort")
    if isinstance(name, str) and not isinstance(port, Unknown):
        services = backends.services(namespace_of(route), name)
        if services:
            return [target for service in services for target in _of_service(service, port, backends)]
    return backends.behind(namespace_of(route), name, port)


def _of_service(service: Resource, port: object, backends: Backends) -> list[Target]:
    """What a Route leads to in a Service: its port of that name or target; all of them where the Route names none."""
    ports = dig(service.tree, "spec", "ports")
    if is_external(service) or isinstance(ports, Unknown):
        return backends.of_port(service, None)
    chosen = [index for index, entry in items(ports) if port is None or _is_meant(entry, port)]
    if any(isinstance(dig(entry, key), Unknown) for _, entry in items(ports) for key in ("name", "targetPort")):
        return backends.of_port(service, None)
    if not chosen:
        why = f"{named(service)} has no port {text_of(port)}"
        return [Target(answer=Answer.NO, why=why, via=(fact(why, service, "spec", "ports"),))]
    return [target for index in chosen for target in backends.of_port(service, index)]


def _is_meant(entry: object, port: object) -> bool:
    values = [dig(entry, "name"), dig(entry, "targetPort"), dig(entry, "port")]
    return any(type(value) is type(port) and value == port for value in values if not isinstance(value, Unknown))
