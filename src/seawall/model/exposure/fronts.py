"""From where an Ingress or a Gateway answers: what its class and its annotations say of the controller's address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from seawall.core import Path, Unknown, dig, items
from seawall.inventory import Resource
from seawall.inventory.placeholders import has_placeholder
from seawall.model.exposure.balancers import by_annotations, given_addresses, is_private
from seawall.model.exposure.controllers import Door, Doors
from seawall.model.exposure.values import Reach, fact, named, read, text_of
from seawall.model.facts import Fact

_SCHEME: Final = "alb.ingress.kubernetes.io/scheme"
_GROUP: Final = "kubernetes.io/ingress.class"
_DEFAULT: Final = "ingressclass.kubernetes.io/is-default-class"
_FUNNEL: Final = "tailscale.com/funnel"
_ALB: Final = frozenset({"alb", "ingress.k8s.aws/alb", "eks.amazonaws.com/alb"})

_SETTINGS: Final[dict[str, dict[str, Reach]]] = {
    _SCHEME: {"internet-facing": Reach.INTERNET, "internal": Reach.PRIVATE},
    "appgw.ingress.kubernetes.io/use-private-ip": {"true": Reach.PRIVATE, "false": Reach.INTERNET},
    _FUNNEL: {"true": Reach.INTERNET},
    "alb.ingress.kubernetes.io/load-balancer-type": {},
}
"""Annotations of an Ingress -> their values -> from where it then answers."""

_CLASSES: Final[dict[str, Reach]] = {
    "gce": Reach.INTERNET,
    "gce-internal": Reach.PRIVATE,
    "tailscale": Reach.PRIVATE,
    "tailscale.com/ts-ingress": Reach.PRIVATE,
}
"""Classes and controllers whose load balancers are always of one sort (GKE, Tailscale)."""

_GATEWAY_CLASSES: Final[tuple[tuple[str, Reach], ...]] = (
    ("gke-l7-rilb", Reach.PRIVATE),
    ("gke-l7-cross-regional-internal", Reach.PRIVATE),
    ("gke-l7-global-external", Reach.INTERNET),
    ("gke-l7-regional-external", Reach.INTERNET),
    ("gke-l7-gxlb", Reach.INTERNET),
    ("azure-alb-external", Reach.INTERNET),
)
"""How the names of GatewayClasses begin whose load balancers are of one sort (GKE, Azure)."""

_SERVICE_TYPE: Final = "networking.istio.io/service-type"
_TYPES: Final = {"ClusterIP": Reach.CLUSTER, "NodePort": Reach.NODES}
"""What Istio makes the Service of a Gateway -> from where it then answers."""

_ADDRESSES: Final = (("status", "addresses"), ("spec", "addresses"))
_ANNOTATIONS: Final[tuple[tuple[str, ...], ...]] = (
    ("spec", "infrastructure", "annotations"),
    ("metadata", "annotations"),
)
"""Where a Gateway holds addresses, and annotations that end up on its Service."""

_LIMITS: Final = (
    "nginx.ingress.kubernetes.io/whitelist-source-range",
    "nginx.ingress.kubernetes.io/allowlist-source-range",
    "alb.ingress.kubernetes.io/inbound-cidrs",
    "haproxy.org/allow-list",
    "haproxy.org/whitelist",
    "haproxy-ingress.github.io/allowlist-source-range",
)
"""Annotations of an Ingress that name the CIDRs which are let in, separated by commas."""

ASSUMED: Final = "its controller answers on the internet, as most are set up to; nothing here says where it does"


class Front(msgspec.Struct, frozen=True, eq=False):
    """From where a controller answers, what says so, and what was taken for true."""

    reach: Reach
    via: tuple[Fact, ...] = ()
    assumes: tuple[str, ...] = ()
    sources: tuple[str, ...] | Unknown = ()
    """The CIDRs that the controller's own load balancer lets in; empty: everyone."""
    before: tuple[Fact, ...] = ()
    """What lies before it on the way: the Service of the controller."""
    proxies: tuple[Resource, ...] = ()
    """The workloads of the controller; empty where they were not read."""


def of_ingress(ingress: Resource, classes: Sequence[Resource], doors: Doors) -> Front:
    """From where an Ingress answers; the internet where neither its class nor its annotations say otherwise."""
    given = given_addresses(ingress)
    if given and all(map(is_private, given)):
        return Front(Reach.PRIVATE, (fact(f"it was given {', '.join(given)}", ingress, "status", "loadBalancer"),))
    whole = dig(ingress.tree, "metadata", "annotations")
    if isinstance(whole, Unknown):
        text = f"its annotations are {whole.text or 'not decided'}"
        return Front(Reach.UNKNOWN, (fact(text, ingress, "metadata", "annotations"),))
    found = _by_annotation(ingress)
    if found is not None:
        return found
    name, path = class_of(ingress, classes)
    if isinstance(name, Unknown):
        return Front(Reach.UNKNOWN, (fact(f"its class is {name.text or 'not decided'}", ingress, *path),))
    if name is None:
        assumes = "a controller takes Ingresses that name no class" if _default(classes) is None else ""
        return Front(Reach.INTERNET, (), tuple(filter(None, (assumes, ASSUMED))))
    resource = next((each for each in classes if each.name == name), None)
    controller = read(resource.tree, "spec", "controller") if resource is not None else None
    said = fact(f'{named(ingress)} is of class "{name}"', ingress, *path)
    words = {name, text_of(controller)}
    if words & _ALB:
        why = fact("this controller gives private addresses unless a scheme says otherwise", ingress, *path)
        return Front(Reach.PRIVATE, (said, why))
    reach = next((_CLASSES[word] for word in sorted(words) if word in _CLASSES), None)
    if reach is not None:
        return Front(reach, (said,))
    door = doors.of_class(name, text_of(controller))
    return _through(door, (said,)) if door is not None else Front(Reach.INTERNET, (said,), (ASSUMED,))


def _through(door: Door, said: tuple[Fact, ...]) -> Front:
    return Front(door.reach, said, door.assumes, door.sources, door.via, door.workloads)


def _by_annotation(ingress: Resource) -> Front | None:
    for key, values in _SETTINGS.items():
        value = ingress.annotations.get(key)
        if value is None or not values:
            continue
        text = text_of(value)
        said = fact(f'annotation "{key}" is {text}', ingress, "metadata", "annotations", key)
        if isinstance(value, Unknown) or has_placeholder(text):
            return Front(Reach.UNKNOWN, (said,))
        if (reach := values.get(text.lower())) is not None:
            return Front(reach, (said,))
    return None


def class_of(ingress: Resource, classes: Sequence[Resource]) -> tuple[str | Unknown | None, Path]:
    """The class of an Ingress and where it stands: its field, the older annotation, or the default class; else None."""
    field = dig(ingress.tree, "spec", "ingressClassName")
    if isinstance(field, Unknown) or (isinstance(field, str) and field):
        return field, ("spec", "ingressClassName")
    annotation = ingress.annotations.get(_GROUP)
    if isinstance(annotation, str) and annotation:
        value = Unknown(annotation) if has_placeholder(annotation) else annotation
        return value, ("metadata", "annotations", _GROUP)
    default = _default(classes)
    return (default.name, ("spec", "ingressClassName")) if default is not None else (None, ())


def _default(classes: Sequence[Resource]) -> Resource | None:
    return next((each for each in classes if each.annotations.get(_DEFAULT) == "true"), None)


def of_gateway(gateway: Resource, doors: Doors) -> Front:
    """From where a Gateway answers; the internet where neither addresses, annotations nor its class say otherwise."""
    for place in _ADDRESSES:
        listed = [text_of(read(entry, "value")) for _, entry in items(read(gateway.tree, *place))]
        if listed and all(map(is_private, listed)):
            return Front(Reach.PRIVATE, (fact(f"its addresses are {', '.join(listed)}", gateway, *place),))
    for where in _ANNOTATIONS:
        found = _of_service(gateway, where)
        if found is not None:
            return found
    name = read(gateway.tree, "spec", "gatewayClassName")
    at = ("spec", "gatewayClassName")
    if isinstance(name, Unknown):
        return Front(Reach.UNKNOWN, (fact(f"its class is {name.text or 'not decided'}", gateway, *at),))
    said = fact(f'{named(gateway)} is of class "{text_of(name)}"', gateway, *at)
    reach = next((reach for start, reach in _GATEWAY_CLASSES if text_of(name).startswith(start)), None)
    if reach is not None:
        return Front(reach, (said,))
    door = doors.of_gateway(gateway)
    return _through(door, (said,)) if door is not None else Front(Reach.INTERNET, (said,), (ASSUMED,))


def _of_service(gateway: Resource, place: tuple[str, ...]) -> Front | None:
    """What annotations ask of the Service that a controller makes for a Gateway; None where they ask nothing."""
    annotations = read(gateway.tree, *place)
    if isinstance(annotations, Unknown):
        return Front(Reach.UNKNOWN, (fact(f"its {place[-2]} annotations are not decided", gateway, *place),))
    if not isinstance(annotations, dict):
        return None
    kind = annotations.get(_SERVICE_TYPE)
    if isinstance(kind, str) and kind in _TYPES:
        return Front(_TYPES[kind], (fact(f"its Service has type {kind}", gateway, *place, _SERVICE_TYPE),))
    found = by_annotations(annotations)
    if not found.path:
        return None
    at = (*place, *found.path[2:])
    if isinstance(found.answer, Unknown):
        return Front(Reach.UNKNOWN, (fact(f"its addresses depend on {found.answer.text}", gateway, *at),))
    return Front(Reach.PRIVATE if found.answer else Reach.INTERNET, (fact(found.why, gateway, *at),))


def limits(annotations: Mapping[str, object]) -> tuple[str, tuple[str, ...]] | None:
    """The annotation that says whom the controller lets in, and the CIDRs; None where there is none."""
    for key in _LIMITS:
        value = annotations.get(key)
        if isinstance(value, str) and value.strip():
            return key, tuple(part.strip() for part in value.split(","))
    return None
