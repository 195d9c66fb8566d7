"""Which namespaces there are: those that every cluster has, and those of an input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from seawall.inventory import Inventory

SYSTEM: Final = frozenset({"kube-system", "kube-public", "kube-node-lease"})
"""Those that Kubernetes makes for itself; their pods need what others should not have."""
MADE: Final = SYSTEM | {"default"}
"""Those that every cluster has (Kubernetes docs, "Namespaces", "Initial namespaces")."""


def namespaces_of(inventory: Inventory) -> tuple[str, ...]:
    """Every namespace that the input names or fills, sorted."""
    named: Iterable[str] = (r.name for r in inventory.resources if r.kind == "Namespace" and not r.group)
    filled = (r.namespace for r in inventory.resources if r.namespace)
    return tuple(sorted({*named, *filled}))
