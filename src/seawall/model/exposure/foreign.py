"""Objects that open ways from outside and that are not followed yet: they are named once, never passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from seawall.model.estate import Estate
from seawall.model.exposure.backends import WORKLOADS
from seawall.model.exposure.gateways import ROUTES

_KINDS: Final[dict[tuple[str, str], str]] = {
    ("networking.istio.io", "Gateway"): "Istio",
    ("networking.istio.io", "VirtualService"): "Istio",
    ("traefik.io", "IngressRoute"): "Traefik",
    ("traefik.io", "IngressRouteTCP"): "Traefik",
    ("traefik.io", "IngressRouteUDP"): "Traefik",
    ("traefik.containo.us", "IngressRoute"): "Traefik",
    ("traefik.containo.us", "IngressRouteTCP"): "Traefik",
    ("projectcontour.io", "HTTPProxy"): "Contour",
    ("configuration.konghq.com", "TCPIngress"): "Kong",
    ("configuration.konghq.com", "UDPIngress"): "Kong",
    ("getambassador.io", "Mapping"): "Emissary",
    ("getambassador.io", "TCPMapping"): "Emissary",
    ("apisix.apache.org", "ApisixRoute"): "APISIX",
    ("k8s.nginx.org", "VirtualServer"): "NGINX",
    ("k8s.nginx.org", "TransportServer"): "NGINX",
    ("serving.knative.dev", "Service"): "Knative",
    ("gateway.networking.x-k8s.io", "XListenerSet"): "the Gateway API",
    ("gateway.networking.k8s.io", "ListenerSet"): "the Gateway API",
    ("networking.gke.io", "MultiClusterIngress"): "GKE",
}
"""(group, kind) -> whose it is."""

_OPENING: Final = frozenset({"Service", "Ingress", "Gateway", "Route", *ROUTES, *WORKLOADS})
"""Kinds that are followed."""


def not_followed(estate: Estate) -> tuple[tuple[str, str], ...]:
    """A line for each such kind of which the estate has objects, and for each kind that could not be read."""
    found = []
    for (group, kind), owner in sorted(_KINDS.items(), key=lambda item: (item[1], item[0])):
        count = sum(resource.group == group for resource in estate.of(kind))
        if count:
            what = f"{count:,} {kind}{'s'[: count != 1]} of {owner}"
            found.append((what, f"ways in through {group}/{kind} are not followed: what they open is unknown"))
    return (*found, *_unread(estate))


def _unread(estate: Estate) -> Iterator[tuple[str, str]]:
    """What a running cluster did not let be read, of the kinds that open ways."""
    for each in estate.inventory.unread:
        if each.kind in _OPENING:
            where = f" of namespace {each.namespace}" if each.namespace else ""
            yield f"{each.resource or each.kind}{where}", f"not read, so that what they open is unknown: {each.why}"


def left_out(estate: Estate) -> tuple[tuple[str, str], ...]:
    """A line for the pods of which operators decide the rest: they may open ports of their nodes."""
    partial = Counter(pod.resource.kind for _, pods in estate.pods for pod in pods if pod.partial)
    if not partial:
        return ()
    kinds = ", ".join(f"{kind} ({count:,})" if count > 1 else kind for kind, count in sorted(partial.items()))
    return ((f"pods of {kinds}", "their operator decides whether they open ports of their node"),)
