"""Which Service sends a pod traffic once it is ready."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from seawall.core import Unknown, dig, items
from seawall.inventory import Resource
from seawall.model import View
from seawall.model.selectors import Labelled, doubt, labelled


def services_by_pod(view: View) -> dict[int, Resource | Unknown]:
    """By the `id()` of a pod: the Service, by name the first, that sends it traffic once it is ready.

    An `Unknown` where one may. Of what an operator adds to the labels of its pods nothing is asked here. For rules that
    declared `Service` and `Namespace`.
    """
    spaces: dict[str, list[Resource]] = {}
    for service in sorted(filter(_waits, view.of("Service")), key=lambda each: each.name):
        spaces.setdefault(service.namespace or "default", []).append(service)
    found: dict[int, Resource | Unknown] = {}
    for namespace, services in spaces.items():
        pods = labelled(view, namespace)
        by_number = _by_number(pods, services).items()
        found.update((id(pods.pods[number]), said) for number, said in by_number)
    return found


def _by_number(pods: Labelled, services: Iterable[Resource]) -> dict[int, Resource | Unknown]:
    sure: dict[int, Resource | Unknown] = {}
    doubts: dict[int, Resource | Unknown] = {}
    told: set[str] = set()
    for service in services:
        selector, early = dig(service.tree, "spec", "selector"), dig(service.tree, "spec", "publishNotReadyAddresses")
        # Many Services of the same pods say no more than the first of them.
        if (text := repr((selector, early))) in told:
            continue
        told.add(text)
        must, may = pods.selected(selector if isinstance(selector, Unknown) else {"matchLabels": selector})
        if isinstance(early, Unknown):
            doubts |= dict.fromkeys(_others(may, doubts), early)
            continue
        sure |= dict.fromkeys(_others(must, sure), service)
        doubts |= {number: doubt(selector, pods.pods[number]) for number in _others(may, doubts) - must}
    open_ones = {number: said for number, said in doubts.items() if not pods.pods[number].partial}
    return open_ones | sure


def _others(found: AbstractSet[int], known: dict[int, Resource | Unknown]) -> AbstractSet[int]:
    """Those of which nothing is known yet."""
    return frozenset(found).difference(known)


def _waits(service: Resource) -> bool:
    """Whether it is a Service that selects pods and sends them nothing before they are ready, as far as is known."""
    selector, early = dig(service.tree, "spec", "selector"), dig(service.tree, "spec", "publishNotReadyAddresses")
    selecting = isinstance(selector, Unknown) or (isinstance(selector, dict) and selector)
    return bool(not service.group and selecting and (isinstance(early, Unknown) or not early) and _serves(service))


def _serves(service: Resource) -> bool:
    """Whether it has a port for something else than figures, which nobody misses while the pod starts."""
    names = [dig(port, "name") for _, port in items(dig(service.tree, "spec", "ports"))]
    return not names or any(not isinstance(name, str) or "metrics" not in name for name in names)
