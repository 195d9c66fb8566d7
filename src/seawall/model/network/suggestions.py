"""What somebody may have meant who named an end of a connection that is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from seawall.core.spelling import closest
from seawall.model.network.index import Index

_MOST: Final = 3
"""So many names are offered."""


class Named(NamedTuple):
    """A thing that may be an end of a connection."""

    namespace: str
    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.namespace}/{self.kind}/{self.name}"


def named(index: Index) -> tuple[Named, ...]:
    """Every workload and Service of an estate, each once, in the order of their names."""
    pods = (
        Named(index.namespace_of[number], pod.resource.kind, pod.resource.name) for number, pod in enumerate(index.pods)
    )
    services = (
        Named(each.namespace or "default", "Service", each.name)
        for each in index.estate.of("Service")
        if not each.group
    )
    return tuple(sorted({*pods, *services}))


def like(known: Sequence[Named], name: str, namespace: str = "", kind: str = "") -> list[Named]:
    """Those of that very name, else of one much like it; of the same namespace and kind first, Services last."""
    found = [each for each in known if each.name == name]
    if not found:
        close = closest(name, (each.name for each in known), _MOST)
        found = [each for each in known if each.name in close]
        found.sort(key=lambda each: close.index(each.name))

    def far(each: Named) -> tuple[bool, ...]:
        return each.namespace != namespace, each.kind.casefold() != kind.casefold(), each.kind == "Service"

    return sorted(found, key=far)[:_MOST]
