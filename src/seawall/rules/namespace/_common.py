"""What the rules on namespaces share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Unknown, dig
from seawall.inventory import Resource
from seawall.inventory.placeholders import has_placeholder
from seawall.model import NamespaceScope
from seawall.model.workloads import POD_TEMPLATE_ROOTS
from seawall.rules.spec import Evidence, fail, unsure

SYSTEM: Final = frozenset({"kube-system", "kube-public", "kube-node-lease"})
"""Namespaces that Kubernetes makes for itself; their owners are the cluster's operators."""

PREFIX: Final = "pod-security.kubernetes.io/"
LEVELS: Final = ("privileged", "baseline", "restricted")


def runs_pods(scope: NamespaceScope) -> bool:
    """Whether the namespace is one of people's own, with something that runs in it."""
    return bool(scope.pods) and scope.name not in SYSTEM


def is_workload(resource: Resource) -> bool:
    """Whether the object is a pod or a built-in controller of pods."""
    return (resource.group, resource.kind) in POD_TEMPLATE_ROOTS


def unless_stated(scope: NamespaceScope, kind: str, field: str, message: str) -> Iterator[Evidence]:
    """A fail where people's pods run and no object of the kind says anything in a field of its spec."""
    if not runs_pods(scope):
        return
    found = [dig(resource.tree, "spec", field) for resource in scope.of(kind)]
    if any(not isinstance(value, Unknown) and value for value in found):
        return
    later = next((value for value in found if isinstance(value, Unknown)), None)
    yield fail(message) if later is None else unsure(later)


def undecided(text: object) -> Unknown | None:
    """The value as an `Unknown` where it is one, or text that is filled in later."""
    if isinstance(text, Unknown):
        return text
    return Unknown(text) if isinstance(text, str) and has_placeholder(text) else None
