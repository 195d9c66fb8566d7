"""The Gateway API: listeners of Gateways, and which routes they take.

Source: Gateway API v1, GatewaySpec, Listener, AllowedRoutes, ParentReference, ReferenceGrant.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from seawall.core import Path, Unknown, items
from seawall.inventory import Inventory, Resource
from seawall.model.exposure.backends import Source
from seawall.model.exposure.values import named, namespace_of, read, text_of
from seawall.model.label_selectors import selects
from seawall.model.permissions import Answer

GROUP: Final = "gateway.networking.k8s.io"
ROUTES: Final[dict[str, tuple[str, ...]]] = {
    "HTTPRoute": ("HTTP", "HTTPS"),
    "GRPCRoute": ("HTTP", "HTTPS"),
    "TLSRoute": ("TLS",),
    "TCPRoute": ("TCP", "TLS"),
    "UDPRoute": ("UDP",),
}
"""Kinds of routes -> the protocols of the listeners that take them."""
_HOSTED: Final = frozenset({"HTTPRoute", "GRPCRoute", "TLSRoute"})
_NAME_LABEL: Final = "kubernetes.io/metadata.name"
_YES, _UNKNOWN, _NO = Answer.YES, Answer.UNKNOWN, Answer.NO


class Judged(NamedTuple):
    """Whether something holds, and what leaves it open or makes it a no."""

    answer: Answer
    why: str = ""


class Parent(NamedTuple):
    """A reference of a route to a Gateway."""

    at: Path
    tree: object
    gateways: Sequence[Resource]
    """Those of that name; overlays of one base that are read together have several."""
    judged: Judged
    """Whether there is one."""


class Attached(NamedTuple):
    """A listener, and whether it takes a route."""

    gateway: Resource
    number: int
    """Which of the Gateway's listeners."""
    hosts: tuple[str, ...]
    """The hosts that both name; empty: any."""
    judged: Judged

    @property
    def listener(self) -> object:
        """The listener's own tree."""
        return read(self.gateway.tree, "spec", "listeners", self.number)


class Gateways:
    """The Gateways of an estate, and who may attach to them."""

    def __init__(self, source: Source, inventory: Inventory | None = None) -> None:
        """`source` holds the Gateways, the Namespaces and the grants; `inventory` says how much of them was read."""
        self.source = source
        self.inventory = inventory

    @functools.cached_property
    def _gateways(self) -> dict[tuple[str, str], list[Resource]]:
        table: dict[tuple[str, str], list[Resource]] = {}
        for gateway in self.source.of("Gateway"):
            if gateway.group == GROUP:
                table.setdefault((namespace_of(gateway), gateway.name), []).append(gateway)
        return table

    @functools.cached_property
    def _namespaces(self) -> dict[str, Resource]:
        return {each.name: each for each in self.source.of("Namespace") if not each.group}

    def parents(self, route: Resource) -> Iterator[Parent]:
        """Each reference of a route to a Gateway; none for one to anything else."""
        listed = read(route.tree, "spec", "parentRefs")
        if isinstance(listed, Unknown):
            why = f"its parentRefs are {listed.text or 'not decided'}"
            yield Parent(("spec", "parentRefs"), listed, (), Judged(_UNKNOWN, why))
        for index, reference in items(listed):
            at: Path = ("spec", "parentRefs", index)
            kind, group = read(reference, "kind"), read(reference, "group")
            if _is_other(kind, "Gateway") or _is_other(group, GROUP):
                continue
            name, namespace = read(reference, "name"), read(reference, "namespace")
            if isinstance(name, Unknown) or isinstance(namespace, Unknown):
                asked = f"{text_of(namespace)}/{text_of(name)}".lstrip("/")
                yield Parent(at, reference, (), Judged(_UNKNOWN, f"its Gateway is {asked}"))
                continue
            key = (text_of(namespace) or namespace_of(route), text_of(name))
            found = self._gateways.get(key, ())
            judged = Judged(_YES) if found else self._absent(*key)
            yield Parent(at, reference, found, judged)

    def _absent(self, namespace: str, name: str) -> Judged:
        why = f'there is no Gateway "{namespace}/{name}"'
        inventory = self.inventory
        if inventory is not None and not inventory.whole:
            return Judged(_UNKNOWN, f"{why} in what was read; with --estate it opens nothing")
        if inventory is not None and inventory.is_unread("Gateway", namespace):
            return Judged(_UNKNOWN, f"{why} among those that were read")
        return Judged(_NO, why)

    def attachments(self, route: Resource, reference: object, gateway: Resource) -> Iterator[Attached]:
        """The listeners of a Gateway, and whether each takes a route through one of its references."""
        listeners = read(gateway.tree, "spec", "listeners")
        if isinstance(listeners, Unknown):
            why = f"the listeners of {named(gateway)} are {listeners.text or 'not decided'}"
            yield Attached(gateway, 0, (), Judged(_UNKNOWN, why))
        for index, _ in items(listeners):
            listener = read(gateway.tree, "spec", "listeners", index)
            if isinstance(listener, Unknown):
                yield Attached(gateway, index, (), Judged(_UNKNOWN, f"a listener of {named(gateway)} is not decided"))
                continue
            judged, hosts = self._takes(route, reference, gateway, listener)
            yield Attached(gateway, index, hosts, judged)

    def _takes(
        self, route: Resource, reference: object, gateway: Resource, listener: object
    ) -> tuple[Judged, tuple[str, ...]]:
        common = _hosts(route, listener) if route.kind in _HOSTED else _Common(_YES, ())
        conditions = (
            _same(read(reference, "sectionName"), read(listener, "name"), "sectionName"),
            _same(read(reference, "port"), read(listener, "port"), "port"),
            _protocol(route, listener),
            _kind(route, listener),
            self._admits(route, gateway, listener),
            Judged(common.answer, _of_hosts(route, listener, common.answer)),
        )
        worst = min(conditions, key=lambda judged: judged.answer)
        return (worst if worst.answer is not _YES else Judged(_YES)), common.hosts

    def _admits(self, route: Resource, gateway: Resource, listener: object) -> Judged:
        """Whether a listener takes routes of the route's namespace."""
        namespaces = read(listener, "allowedRoutes", "namespaces")
        which = read(namespaces, "from")
        if isinstance(which, Unknown):
            return Judged(_UNKNOWN, f"the namespaces whose routes it takes are {which.text or 'not decided'}")
        own = namespace_of(route) == namespace_of(gateway)
        if which in (None, "Same"):
            why = f"{named(gateway)} takes routes of its own namespace only"
            return Judged(_YES) if own else Judged(_NO, why)
        if which == "All":
            return Judged(_YES)
        if which == "Selector":
            return self._selected(read(namespaces, "selector"), namespace_of(route))
        return Judged(_NO, f"{named(gateway)} takes routes of no namespace")

    def _selected(self, selector: object, namespace: str) -> Judged:
        known = self._namespaces.get(namespace)
        written = read(known.tree, "metadata", "labels") if known is not None else None
        if isinstance(written, Unknown):
            return Judged(_UNKNOWN, f"the labels of namespace {namespace} are {written.text or 'not decided'}")
        labels = {**(known.labels if known is not None else {}), _NAME_LABEL: namespace}
        holds = selects(selector, labels).holds
        if isinstance(holds, Unknown):
            return Judged(_UNKNOWN, f"whether it takes routes of namespace {namespace} depends on {holds.text}")
        if known is None and not _keys(selector) <= {_NAME_LABEL}:
            return Judged(_UNKNOWN, f"the labels of namespace {namespace} were not read")
        return Judged(_YES) if holds else Judged(_NO, f"the Gateway does not select namespace {namespace}")

    def granted(self, route: Resource, namespace: str, kind: str, name: object) -> Judged:
        """Whether a route may send to an object of another namespace: a ReferenceGrant there has to say so."""
        if namespace == namespace_of(route):
            return Judged(_YES)
        open_grant = ""
        for grant in self.source.of("ReferenceGrant"):
            if grant.group != GROUP or namespace_of(grant) != namespace:
                continue
            answer = min(_grants_from(grant, route), _grants_to(grant, kind, name))
            if answer is _YES:
                return Judged(_YES)
            open_grant = open_grant or (named(grant) if answer is _UNKNOWN else "")
        if open_grant:
            return Judged(_UNKNOWN, f"{open_grant} may grant it")
        sent = f"a {route.kind} of {namespace_of(route)} send to {kind} {text_of(name)}"
        why = f"no ReferenceGrant of namespace {namespace} lets {sent}"
        inventory = self.inventory
        if inventory is not None and not inventory.whole:
            return Judged(_UNKNOWN, f"{why} in what was read; with --estate it is refused")
        unread = inventory is not None and inventory.is_unread("ReferenceGrant", namespace)
        return Judged(_UNKNOWN if unread else _NO, why)


def _grants_from(grant: Resource, route: Resource) -> Answer:
    wanted = {"group": route.group, "kind": route.kind, "namespace": namespace_of(route)}
    return _any(read(grant.tree, "spec", "from"), wanted)


def _grants_to(grant: Resource, kind: str, name: object) -> Answer:
    listed = read(grant.tree, "spec", "to")
    if isinstance(listed, Unknown):
        return _UNKNOWN
    answers = [_NO]
    for _, entry in items(listed):
        named_too = read(entry, "name") is not None
        answer = _any([entry], {"group": "", "kind": kind} | ({"name": text_of(name)} if named_too else {}))
        if named_too and isinstance(name, Unknown):
            answer = min(_UNKNOWN, _any([entry], {"group": "", "kind": kind}))
        answers.append(answer)
    return max(answers)


def _any(listed: object, wanted: dict[str, str]) -> Answer:
    """Whether an entry of a list has all of some values."""
    if isinstance(listed, Unknown):
        return _UNKNOWN
    answers = [_NO]
    for _, entry in items(listed):
        found = [read(entry, key) for key in wanted]
        sure = (
            _UNKNOWN if isinstance(value, Unknown) else _YES if (value or "") == wish else _NO
            for value, wish in zip(found, wanted.values(), strict=True)
        )
        answers.append(min(sure))
    return max(answers)


class _Common(NamedTuple):
    answer: Answer
    hosts: tuple[str, ...]


def _hosts(route: Resource, listener: object) -> _Common:
    """The hosts that a route and a listener both name; none of both is any host."""
    own, listed = read(listener, "hostname"), read(route.tree, "spec", "hostnames")
    if isinstance(listed, Unknown):
        return _Common(_UNKNOWN, (listed.text,))
    hosts = [read(route.tree, "spec", "hostnames", index) for index, _ in items(listed)]
    if not hosts:
        return _Common(_YES, (text_of(own),) if text_of(own) else ())
    if own is None or (isinstance(own, str) and not own):
        return _Common(_YES, tuple(text_of(host) for host in hosts))
    if isinstance(own, Unknown):
        return _Common(_UNKNOWN, tuple(text_of(host) for host in hosts))
    found, answer = [], _NO
    for host in hosts:
        common = intersection(text_of(own), text_of(host)) if not isinstance(host, Unknown) else host.text
        if common:
            found.append(common)
            answer = max(answer, _UNKNOWN if isinstance(host, Unknown) else _YES)
    return _Common(answer, tuple(found))


def _of_hosts(route: Resource, listener: object, answer: Answer) -> str:
    if answer is _UNKNOWN:
        return "its hosts, or the listener's, are not decided"
    listed = ", ".join(text_of(host) for _, host in items(read(route.tree, "spec", "hostnames")))
    return f"a listener for {text_of(read(listener, 'hostname'))} takes no route for {listed}"


def intersection(one: str, other: str) -> str:
    """The narrower of two hosts that overlap, `*.a.example` standing for all below it; empty where they do not."""
    one, other = one.lower(), other.lower()
    for wide, narrow in ((one, other), (other, one)):
        if wide == narrow or (wide.startswith("*.") and narrow.removeprefix("*").endswith(wide[1:])):
            return narrow
    return ""


def _protocol(route: Resource, listener: object) -> Judged:
    protocol = read(listener, "protocol")
    if isinstance(protocol, Unknown):
        return Judged(_UNKNOWN, f"the listener's protocol is {protocol.text or 'not decided'}")
    if isinstance(protocol, str) and "/" in protocol:
        return Judged(_UNKNOWN, f"what a listener of protocol {protocol} takes is up to its controller")
    taken = isinstance(protocol, str) and protocol in ROUTES[route.kind]
    return Judged(_YES) if taken else Judged(_NO, f"a listener of protocol {text_of(protocol)} takes no {route.kind}")


def _kind(route: Resource, listener: object) -> Judged:
    kinds = read(listener, "allowedRoutes", "kinds")
    if isinstance(kinds, Unknown):
        return Judged(_UNKNOWN, f"the kinds of routes it takes are {kinds.text or 'not decided'}")
    found = [read(entry, "kind") for _, entry in items(kinds)]
    if not found or route.kind in [kind for kind in found if isinstance(kind, str)]:
        return Judged(_YES)
    later = any(isinstance(kind, Unknown) for kind in found)
    return Judged(_UNKNOWN if later else _NO, f"the listener takes {', '.join(map(text_of, found))} only")


def _same(wanted: object, found: object, what: str) -> Judged:
    """Whether a reference that names a section or a port means this listener; one that names none means all."""
    if wanted is None:
        return Judged(_YES)
    if isinstance(wanted, Unknown) or isinstance(found, Unknown):
        equal = isinstance(wanted, Unknown) and isinstance(found, Unknown) and wanted.text == found.text
        return Judged(_YES if equal else _UNKNOWN, f"{what} is {text_of(wanted)}, the listener's {text_of(found)}")
    return Judged(_YES if wanted == found else _NO, f"the route asks for {what} {wanted}")


def _is_other(value: object, word: str) -> bool:
    return isinstance(value, str) and value != word


def _keys(selector: object) -> set[str]:
    """The label keys that a selector asks for."""
    wanted = read(selector, "matchLabels")
    keys = {str(key) for key in wanted} if isinstance(wanted, dict) else set()
    return keys | {text_of(read(entry, "key")) for _, entry in items(read(selector, "matchExpressions"))}
