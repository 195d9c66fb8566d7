"""Routes of the Gateway API: what a Gateway's listeners take from outside and pass on to Services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from seawall.core import Path, Unknown, items
from seawall.inventory import Resource
from seawall.model.exposure.backends import Backends
from seawall.model.exposure.controllers import Doors
from seawall.model.exposure.fronts import of_gateway
from seawall.model.exposure.gateways import GROUP, ROUTES, Attached, Gateways, Judged
from seawall.model.exposure.values import Entry, Exposure, Reach, Target, fact, named, namespace_of, read, text_of
from seawall.model.permissions import Answer

_TLS: Final = {"HTTPS": Answer.YES, "TLS": Answer.YES, "HTTP": Answer.NO}
_ANY: Final = "any host"


class Reference(NamedTuple):
    """What a rule of a route sends to."""

    group: object
    kind: object
    namespace: object
    """None: that of the route."""
    name: object
    port: object
    at: Path
    paths: tuple[str, ...] = ()
    mirror: bool = False
    """Whether it gets copies of requests that another answers."""


def of_routes(backends: Backends, doors: Doors) -> Iterator[Exposure]:
    """A row for each listener that takes a route, each Service that the route sends to, and each workload behind it."""
    gateways = Gateways(backends.source, backends.inventory)
    for kind in ROUTES:
        for route in backends.source.of(kind):
            if route.group == GROUP:
                yield from _rows(route, gateways, backends, doors)


def _rows(route: Resource, gateways: Gateways, backends: Backends, doors: Doors) -> Iterator[Exposure]:
    ways: list[tuple[Entry, Judged]] = []
    for parent in gateways.parents(route):
        if parent.judged.answer is Answer.UNKNOWN:
            ways.append((_unknown(route), parent.judged))
        for gateway in parent.gateways:
            taken = (
                each
                for each in gateways.attachments(route, parent.tree, gateway)
                if each.judged.answer is not Answer.NO
            )
            ways.extend((_entry(route, each, doors), each.judged) for each in taken)
    if not ways:
        return
    for targets, sent in _sent(route, gateways, backends):
        for entry, judged in ways:
            step = fact(f"{named(route)} sends it to {_name(sent)}", route, *sent.at) if sent else None
            via = (*entry.via, step) if step is not None else entry.via
            paths = () if not sent or "/" in sent.paths else sent.paths
            whole = msgspec.structs.replace(entry, paths=paths, via=via)
            yield from (Exposure(whole, _limited(target, judged)) for target in targets)


def _limited(target: Target, judged: Judged) -> Target:
    """A target behind a way that may not be open."""
    if judged.answer is Answer.YES or target.answer is Answer.NO:
        return target
    return msgspec.structs.replace(target, answer=Answer.UNKNOWN, why=judged.why)


def _unknown(route: Resource) -> Entry:
    return Entry(
        how=route.kind,
        resource=route,
        address="a Gateway that was not read",
        port="",
        protocol="TCP",
        reach=Reach.UNKNOWN,
        caller="proxied",
        via=(fact(f"{named(route)} asks a Gateway to take traffic for it", route, "spec", "parentRefs"),),
    )


def _entry(route: Resource, attached: Attached, doors: Doors) -> Entry:
    gateway, listener = attached.gateway, attached.listener
    front = of_gateway(gateway, doors)
    protocol = text_of(read(listener, "protocol"), "TCP")
    port = text_of(read(listener, "port"))
    name = text_of(read(listener, "name"))
    at = ("spec", "listeners", attached.number)
    listens = fact(f'{named(gateway)} listens on port {port} ({protocol}), listener "{name}"', gateway, *at)
    takes = fact(f"it takes {named(route)}", route, "spec", "parentRefs")
    return Entry(
        how=route.kind,
        resource=route,
        address=", ".join(attached.hosts) or _ANY,
        port=port,
        protocol=protocol,
        reach=front.reach,
        tls=_TLS.get(protocol, Answer.UNKNOWN),
        caller="proxied",
        via=(*front.before, listens, *front.via, takes),
        proxies=front.proxies,
        sources=front.sources,
        assumes=front.assumes,
    )


def _name(sent: Reference) -> str:
    namespace = text_of(sent.namespace)
    name = f"{namespace}/{text_of(sent.name)}" if namespace else text_of(sent.name)
    copies = " (copies only)" if sent.mirror else ""
    port = f" port {text_of(sent.port)}" if text_of(sent.port) else ""
    return f'{text_of(sent.kind, "Service")} "{name}"{port}{copies}'


def _sent(route: Resource, gateways: Gateways, backends: Backends) -> Iterator[tuple[list[Target], Reference | None]]:
    """What each Service that a route sends to leads to; a list of rules that is not decided leads anywhere."""
    rules = read(route.tree, "spec", "rules")
    if isinstance(rules, Unknown):
        yield [Target(answer=Answer.UNKNOWN, why=f"its rules are {rules.text or 'not decided'}")], None
    merged: dict[tuple[str, ...], list[Reference]] = {}
    for sent in references(route):
        if isinstance(sent, Unknown):
            yield [Target(answer=Answer.UNKNOWN, why=f"what it sends to is {sent.text or 'not decided'}")], None
            continue
        key = tuple(text_of(each) for each in sent[:5])
        merged.setdefault((*key, str(sent.mirror)), []).append(sent)
    for same in merged.values():
        paths = tuple(dict.fromkeys(path for sent in same for path in sent.paths))
        sent = same[0]._replace(paths=paths)
        yield behind(route, sent, gateways, backends), sent


def references(route: Resource) -> Iterator[Reference | Unknown]:
    """What the rules of a route send to, mirrors too; what has weight 0 gets nothing."""
    for index, _ in items(read(route.tree, "spec", "rules")):
        rule = read(route.tree, "spec", "rules", index)
        if isinstance(rule, Unknown):
            yield rule
            continue
        paths = _paths(rule)
        at: Path = ("spec", "rules", index)
        yield from _backends(read(rule, "backendRefs"), (*at, "backendRefs"), paths)
        for number, entry in items(read(rule, "filters")):
            mirrored = read(entry, "requestMirror", "backendRef")
            if mirrored is not None:
                where = (*at, "filters", number, "requestMirror", "backendRef")
                yield mirrored if isinstance(mirrored, Unknown) else _reference(mirrored, where, paths, mirror=True)


def _backends(listed: object, at: Path, paths: tuple[str, ...]) -> Iterator[Reference | Unknown]:
    if isinstance(listed, Unknown):
        yield listed
    for index, _ in items(listed):
        entry = read(listed, index)
        if isinstance(entry, Unknown):
            yield entry
        elif not _is_zero(read(entry, "weight")):
            yield _reference(entry, (*at, index), paths)


def _is_zero(weight: object) -> bool:
    return isinstance(weight, int) and not isinstance(weight, bool) and weight == 0


def _reference(tree: object, at: Path, paths: tuple[str, ...], *, mirror: bool = False) -> Reference:
    group, kind, namespace, name, port = (read(tree, key) for key in ("group", "kind", "namespace", "name", "port"))
    return Reference(group, kind, namespace, name, port, at, paths, mirror)


def _paths(rule: object) -> tuple[str, ...]:
    """The paths of an HTTPRoute's rule; empty: all."""
    matches = [read(match, "path", "value") for _, match in items(read(rule, "matches"))]
    texts = [text_of(value) for value in matches]
    return tuple(dict.fromkeys(texts)) if texts and all(texts) else ()


def behind(route: Resource, sent: Reference, gateways: Gateways, backends: Backends) -> list[Target]:
    """What a reference of a route leads to, if a grant lets it."""
    kind, group, namespace = sent.kind, sent.group, sent.namespace
    if isinstance(kind, Unknown) or isinstance(group, Unknown) or isinstance(namespace, Unknown):
        return [Target(answer=Answer.UNKNOWN, why=f"what it sends to is {_name(sent)}")]
    where = text_of(namespace) or namespace_of(route)
    judged = gateways.granted(route, where, text_of(kind, "Service"), sent.name)
    if judged.answer is Answer.NO:
        return [Target(answer=Answer.NO, why=judged.why)]
    if group or text_of(kind, "Service") != "Service":
        return [_limited(Target(answer=Answer.YES, text=_name(sent)), judged)]
    return [_limited(target, judged) for target in backends.behind(where, sent.name, sent.port)]
