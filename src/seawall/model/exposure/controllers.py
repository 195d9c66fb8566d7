"""Where the controllers of Ingresses and Gateways answer, where they are in the estate themselves."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from seawall.core import Unknown
from seawall.inventory import Resource
from seawall.model.exposure.values import Exposure, Reach, fact, named, namespace_of
from seawall.model.facts import Fact
from seawall.model.images import Image, parse_image
from seawall.model.permissions import Answer
from seawall.model.subjects import PodTemplate

_GATEWAY_NAME: Final = "gateway.networking.k8s.io/gateway-name"
"""The label of what a controller makes for a Gateway (Gateway API, "GatewayNameLabelKey")."""

_CONTROLLERS: Final[dict[str, tuple[str, str]]] = {
    "ingress-nginx/controller": ("k8s.io/ingress-nginx", "nginx"),
    "nginx/nginx-ingress": ("nginx.org/ingress-controller", "nginx"),
    "nginx-ic/nginx-plus-ingress": ("nginx.org/ingress-controller", "nginx"),
    "traefik": ("traefik.io/ingress-controller", "traefik"),
    "haproxytech/kubernetes-ingress": ("haproxy.org/ingress-controller", "haproxy"),
    "jcmoraisjr/haproxy-ingress": ("haproxy-ingress.github.io/controller", "haproxy"),
    "kong/kong-gateway": ("ingress-controllers.konghq.com/kong", "kong"),
    "kong": ("ingress-controllers.konghq.com/kong", "kong"),
    "apache/apisix": ("apisix.apache.org/apisix-ingress-controller", "apisix"),
}
"""The end of an image's repository -> the controller's name in an IngressClass, and the class it has by default."""


class Door(NamedTuple):
    """From where a controller answers, and through what."""

    reach: Reach
    via: tuple[Fact, ...]
    sources: tuple[str, ...] | Unknown = ()
    assumes: tuple[str, ...] = ()
    workloads: tuple[Resource, ...] = ()
    """The controller's own, or what it made for a Gateway."""


class Doors:
    """The controllers of an estate and what opens them; tables are built when they are first asked for."""

    def __init__(self, pods: Iterable[PodTemplate], rows: Sequence[Exposure], *, whole: bool) -> None:
        """`rows` are the ways in through Services and nodes; `whole` says whether there are surely no others."""
        self._pods = pods
        self._rows = rows
        self._whole = whole

    @functools.cached_property
    def _controllers(self) -> list[tuple[str, str, Resource]]:
        """(controller, class, workload) of each that is recognised."""
        found = []
        for pod in self._pods:
            for container in pod.containers:
                known = _known(container.spec.get("image"))
                if known is not None:
                    found.append((*known, pod.resource))
        return found

    def of_class(self, name: str, controller: str) -> Door | None:
        """Where the controller of an IngressClass answers; None where it is not in the estate.

        `controller` is what the IngressClass says; empty where that was not read, so that its name has to do.
        """
        workloads = [
            workload
            for known, default, workload in self._controllers
            if (controller == known or controller.startswith(f"{known}/") if controller else name == default)
        ]
        if not workloads:
            return None
        rows = [row for row in self._rows if any(_leads_to(row, workload) for workload in workloads)]
        found = fact(f"its controller is {named(workloads[0])}", workloads[0])
        own = tuple({id(each): each for each in workloads}.values())
        if rows:
            return _widest(rows, found, own)
        return Door(Reach.CLUSTER, (found,), workloads=own) if self._whole else None

    def of_gateway(self, gateway: Resource) -> Door | None:
        """Where the Service that a controller made for a Gateway answers; None where there is none."""
        rows = [
            row
            for row in self._rows
            if namespace_of(row.entry.resource) == namespace_of(gateway)
            and row.entry.resource.labels.get(_GATEWAY_NAME) == gateway.name
        ]
        pods = {id(row.target.pod.resource): row.target.pod.resource for row in rows if row.target.pod is not None}
        said = fact(f"{named(gateway)} answers through it", gateway)
        return _widest(rows, said, tuple(pods.values())) if rows else None


def _widest(rows: Sequence[Exposure], found: Fact, workloads: tuple[Resource, ...]) -> Door:
    row = max(rows, key=lambda row: (row.reach, isinstance(row.entry.sources, tuple) and not row.entry.sources))
    entry = row.entry
    return Door(row.reach, (*entry.via, found), entry.sources, entry.assumes, workloads)


def _leads_to(row: Exposure, workload: Resource) -> bool:
    target = row.target
    return target.pod is not None and target.pod.resource is workload and target.answer is not Answer.NO


def _known(image: object) -> tuple[str, str] | None:
    read = parse_image(image) if isinstance(image, str) else None
    if not isinstance(read, Image) or not isinstance(read.repository, str):
        return None
    parts = read.repository.split("/")
    return _CONTROLLERS.get("/".join(parts[-2:])) or _CONTROLLERS.get(parts[-1])
