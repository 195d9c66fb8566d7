"""From where an Ingress or a Gateway answers: what its class and its annotations say of the controller's address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from seawall.core import Path, Unknown, dig
from seawall.inventory import Resource
from seawall.inventory.placeholders import has_placeholder
from seawall.model.estate import Estate
from seawall.model.exposure.balancers import given_addresses, is_private
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


def of_ingress(ingress: Resource, estate: Estate) -> Front:
    """From where an Ingress answers; the internet where neither its class nor its annotations say otherwise."""
    given = given_addresses(ingress)
    if given and all(map(is_private, given)):
        return Front(Reach.PRIVATE, (fact(f"it was given {', '.join(given)}", ingress, "status", "loadBalancer"),))
    found = _by_annotation(ingress)
    if found is not None:
        return found
    name, path = class_of(ingress, estate)
    if isinstance(name, Unknown):
        return Front(Reach.UNKNOWN, (fact(f"its class is {name.text or 'not decided'}", ingress, *path),))
    if name is None:
        assumes = "a controller takes Ingresses that name no class" if not _has_default(estate) else ""
        return Front(Reach.INTERNET, (), tuple(filter(None, (assumes, ASSUMED))))
    resource = estate.get("IngressClass", None, name)
    controller = read(resource.tree, "spec", "controller") if resource is not None else None
    said = fact(f'{named(ingress)} is of class "{name}"', ingress, *path)
    words = {name, text_of(controller)}
    if words & _ALB:
        why = fact("this controller gives private addresses unless a scheme says otherwise", ingress, *path)
        return Front(Reach.PRIVATE, (said, why))
    reach = next((_CLASSES[word] for word in sorted(words) if word in _CLASSES), None)
    if reach is not None:
        return Front(reach, (said,))
    return Front(Reach.INTERNET, (said,), (ASSUMED,))


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


def class_of(ingress: Resource, estate: Estate) -> tuple[str | Unknown | None, Path]:
    """The class of an Ingress and where it stands: its field, the older annotation, or the default class; else None."""
    field = dig(ingress.tree, "spec", "ingressClassName")
    if isinstance(field, Unknown) or (isinstance(field, str) and field):
        return field, ("spec", "ingressClassName")
    annotation = ingress.annotations.get(_GROUP)
    if isinstance(annotation, str) and annotation:
        value = Unknown(annotation) if has_placeholder(annotation) else annotation
        return value, ("metadata", "annotations", _GROUP)
    default = _default(estate)
    return (default.name, ("spec", "ingressClassName")) if default is not None else (None, ())


def _default(estate: Estate) -> Resource | None:
    classes = estate.of("IngressClass")
    return next((each for each in classes if each.annotations.get(_DEFAULT) == "true"), None)


def _has_default(estate: Estate) -> bool:
    return _default(estate) is not None


def of_gateway_class(name: str) -> Reach | None:
    """From where the load balancers of a GatewayClass answer; None where its name does not say."""
    return next((reach for start, reach in _GATEWAY_CLASSES if name.startswith(start)), None)


def limits(annotations: Mapping[str, object]) -> tuple[str, tuple[str, ...]] | None:
    """The annotation that says whom the controller lets in, and the CIDRs; None where there is none."""
    for key in _LIMITS:
        value = annotations.get(key)
        if isinstance(value, str) and value.strip():
            return key, tuple(part.strip() for part in value.split(","))
    return None
