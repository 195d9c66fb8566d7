"""What Ingresses, routes of the Gateway API and Routes of OpenShift send to, and the Services there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from seawall.core import Path, Unknown
from seawall.inventory import Resource
from seawall.model import View
from seawall.model.exposure import openshift
from seawall.model.exposure.backends import Backends
from seawall.model.exposure.gateways import GROUP, ROUTES
from seawall.model.exposure.ingresses import GROUPS, sent_by, undecided
from seawall.model.exposure.routes import references
from seawall.model.exposure.values import namespace_of, read, text_of

KINDS: Final = ("Namespace", "Service")
"""What a rule has to declare that asks for `backends`."""


class Sent(NamedTuple):
    """A Service that an object sends to."""

    namespace: str
    name: object
    """A text, or an `Unknown`."""
    port: object
    """A number, a name, an `Unknown`; None where none is said."""
    at: Path
    """Where the name stands."""
    port_at: Path


class Hole(NamedTuple):
    """What an object sends to is filled in later."""

    value: Unknown
    at: Path


def backends(view: View) -> Backends:
    """The Services of the estate; made once for all rules, which all declare the same `KINDS`."""
    return Backends(view)


def sent(resource: Resource) -> Iterator[Sent | Hole]:
    """Each Service that an Ingress or a route sends to; nothing for any other object."""
    if resource.kind == "Ingress" and resource.group in GROUPS:
        yield from _by_ingress(resource)
    elif resource.kind in ROUTES and resource.group == GROUP:
        yield from _by_route(resource)
    elif resource.kind == "Route" and resource.group == openshift.GROUP:
        for each in openshift.sent_by(resource):
            yield Sent(namespace_of(resource), each.name, None, each.at, ())


def _by_ingress(ingress: Resource) -> Iterator[Sent | Hole]:
    for path, value in undecided(ingress):
        yield Hole(value, path)
    for _, each in sent_by(ingress):
        backend = each.backend
        if backend.service is None:
            continue
        older = read(ingress.tree, *each.at, "serviceName") is not None
        name = ("serviceName",) if older else ("service", "name")
        port = ("servicePort",) if older else ("service", "port")
        at = each.at if isinstance(read(ingress.tree, *each.at), Unknown) else (*each.at, *name)
        yield Sent(namespace_of(ingress), backend.service, backend.port, at, (*each.at, *port))


def _by_route(route: Resource) -> Iterator[Sent | Hole]:
    rules = read(route.tree, "spec", "rules")
    if isinstance(rules, Unknown):
        yield Hole(rules, ("spec", "rules"))
    for each in references(route):
        if isinstance(each, Unknown):
            yield Hole(each, ("spec", "rules"))
            continue
        for value, key in ((each.kind, "kind"), (each.group, "group"), (each.namespace, "namespace")):
            if isinstance(value, Unknown):
                yield Hole(value, (*each.at, key))
        if text_of(each.kind, "Service") == "Service" and not text_of(each.group):
            namespace = text_of(each.namespace) or namespace_of(route)
            yield Sent(namespace, each.name, each.port, (*each.at, "name"), (*each.at, "port"))
