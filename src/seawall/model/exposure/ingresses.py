"""Ingresses: hosts and paths that a controller takes from outside and passes on to Services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from seawall.core import Path, Unknown, dig, items
from seawall.inventory import Resource
from seawall.model.exposure.backends import Backends
from seawall.model.exposure.balancers import given_addresses
from seawall.model.exposure.certificates import served_with_tls
from seawall.model.exposure.controllers import Doors
from seawall.model.exposure.fronts import limits, of_ingress
from seawall.model.exposure.values import Entry, Exposure, Reach, Target, fact, named, text_of
from seawall.model.permissions import Answer

GROUPS: Final = ("networking.k8s.io", "extensions")
_ANY: Final = "any host"
_OTHER: Final = "any host that no rule names"


class Backend(NamedTuple):
    """What a path, or the default, sends to."""

    service: object
    """The Service's name, an `Unknown`; None where it names something else."""
    port: object
    """A number, a name, an `Unknown`; None where it says none."""
    other: str = ""
    """What else it names: `StorageBucket "assets"`."""


def of_ingresses(backends: Backends, doors: Doors) -> Iterator[Exposure]:
    """A row for each host and Service of each Ingress, and each workload behind it."""
    for ingress in backends.source.of("Ingress"):
        if ingress.group in GROUPS:
            yield from _rows(ingress, backends, doors)


def _rows(ingress: Resource, backends: Backends, doors: Doors) -> Iterator[Exposure]:
    base = _entry(ingress, backends, doors)
    whole = next((each for each in undecided(ingress)), None)
    if whole is not None:
        path, value = whole
        said = fact(f"what {named(ingress)} serves is {value.text or 'not decided'}", ingress, *path)
        entry = msgspec.structs.replace(base, address="not decided", reach=Reach.UNKNOWN, via=(*base.via, said))
        yield Exposure(entry, Target(answer=Answer.UNKNOWN, why="what it serves is filled in later"))
    for (host, backend), routes in _routes(ingress).items():
        first = routes[0].at
        target = _name(backend)
        paths = tuple(dict.fromkeys(route.url for route in routes if route.url))
        said = fact(f"it sends {host}{_listed(paths)} to {target}", ingress, *first)
        tls = served_with_tls(ingress, routes[0].host)
        entry = msgspec.structs.replace(
            base,
            address=host,
            port={Answer.YES: "443", Answer.NO: "80"}.get(tls, ""),
            protocol="HTTPS" if tls is Answer.YES else "HTTP",
            tls=tls,
            paths=() if "/" in paths else paths,
            via=(*base.via, said),
        )
        yield from (Exposure(entry, found) for found in _targets(routes[0].backend, ingress, backends))


def _listed(paths: tuple[str, ...]) -> str:
    return f" {', '.join(paths)}" if paths else ""


def _entry(ingress: Resource, backends: Backends, doors: Doors) -> Entry:
    front = of_ingress(ingress, backends.source.of("IngressClass"), doors)
    limit = limits(ingress.annotations)
    via = (*front.before, fact(f"{named(ingress)} takes traffic from outside", ingress), *front.via)
    if limit is not None:
        via = (*via, fact(f"it lets in {', '.join(limit[1])}", ingress, "metadata", "annotations", limit[0]))
    given = given_addresses(ingress)
    if given:
        via = (*via, fact(f"it was given {', '.join(given)}", ingress, "status", "loadBalancer"))
    return Entry(
        how="Ingress",
        resource=ingress,
        address="",
        port="",
        protocol="HTTP",
        reach=front.reach,
        sources=limit[1] if limit else front.sources,
        caller="proxied",
        proxies=front.proxies,
        via=via,
        assumes=front.assumes,
    )


class Sent(NamedTuple):
    """One path of one rule."""

    host: object
    url: str
    backend: Backend
    at: Path


def _routes(ingress: Resource) -> dict[tuple[str, tuple[str, ...]], list[Sent]]:
    """Routes by host and backend, as texts, so that many paths to one Service are one row."""
    table: dict[tuple[str, tuple[str, ...]], list[Sent]] = {}
    for shown, route in sent_by(ingress):
        backend = route.backend
        key = (shown, (text_of(backend.service), text_of(backend.port), backend.other))
        table.setdefault(key, []).append(route)
    return table


def sent_by(ingress: Resource) -> Iterator[tuple[str, Sent]]:
    """Each path of each rule, and the default, with the host as it is shown."""
    spec = dig(ingress.tree, "spec")
    for index, rule in items(dig(spec, "rules")):
        host = dig(rule, "host")
        shown = text_of(host) or _ANY
        for number, path in items(dig(rule, "http", "paths")):
            at = ("spec", "rules", index, "http", "paths", number, "backend")
            yield shown, Sent(host, text_of(dig(path, "path")), backend_of(dig(path, "backend")), at)
    for key in ("defaultBackend", "backend"):
        backend = dig(spec, key)
        if isinstance(backend, dict) and backend:
            hosts = any(dig(rule, "host") is not None for _, rule in items(dig(spec, "rules")))
            yield _OTHER if hosts else _ANY, Sent(None, "", backend_of(backend), ("spec", key))


def undecided(ingress: Resource) -> Iterator[tuple[Path, Unknown]]:
    """Where rules or paths are filled in later as a whole."""
    spec = dig(ingress.tree, "spec")
    rules = dig(spec, "rules")
    if isinstance(rules, Unknown):
        yield ("spec", "rules"), rules
    for key in ("defaultBackend", "backend"):
        if isinstance(value := dig(spec, key), Unknown) and not isinstance(rules, Unknown):
            yield ("spec", key), value
    for index, rule in items(rules):
        paths = dig(rule, "http", "paths")
        if isinstance(paths, Unknown):
            yield ("spec", "rules", index, "http", "paths"), paths
        for number, path in items(paths):
            if isinstance(path, Unknown):
                yield ("spec", "rules", index, "http", "paths", number), path


def backend_of(tree: object) -> Backend:
    """What a `backend` names, in the form of networking.k8s.io/v1 or of the older versions."""
    if isinstance(tree, Unknown):
        return Backend(tree, tree)
    if (older := dig(tree, "serviceName")) is not None:
        return Backend(older, dig(tree, "servicePort"))
    if dig(tree, "service") is not None:
        number, name = dig(tree, "service", "port", "number"), dig(tree, "service", "port", "name")
        return Backend(dig(tree, "service", "name"), name if name is not None else number)
    kind, name = dig(tree, "resource", "kind"), dig(tree, "resource", "name")
    other = f'{text_of(kind)} "{text_of(name)}"' if kind is not None else ""
    return Backend(None, None, other)


def _name(backend: tuple[str, ...]) -> str:
    service, port, other = backend
    if other:
        return other
    return f'Service "{service}" port {port}' if port else f'Service "{service}"'


def _targets(backend: Backend, ingress: Resource, backends: Backends) -> list[Target]:
    if backend.other:
        return [Target(answer=Answer.YES, text=backend.other)]
    return backends.behind(ingress.namespace or "default", backend.service, backend.port)
