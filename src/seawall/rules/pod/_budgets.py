"""Which workloads a PodDisruptionBudget covers; a namespace's are looked up together, so that many stay quick."""

from __future__ import annotations

from typing import NamedTuple

from seawall.core import Unknown, dig
from seawall.inventory import Resource
from seawall.model import View
from seawall.model.selectors import Labelled, selects_none
from seawall.model.workloads import pod_templates

SCALED = ("Deployment", "StatefulSet")
"""Kinds that have as many pods as they say."""


class Coverage(NamedTuple):
    """The workloads of a budget."""

    sure: list[Resource]
    doubtful: list[Resource]
    """Those that it may cover."""
    later: Unknown | None
    """What keeps that from being known; None where there are none."""


class _Namespace:
    """The scaled workloads of a namespace by the labels of their pods."""

    def __init__(self, workloads: list[Resource]) -> None:
        found = [(workload, pod) for workload in workloads for pod in pod_templates(workload)]
        self.owners = [workload for workload, _ in found]
        self.pods = Labelled([pod for _, pod in found])

    def covered(self, budget: Resource) -> Coverage:
        selector = dig(budget.tree, "spec", "selector")
        # Without a selector a budget covers nothing; with an empty one it covers everything since v1.
        if selector is None or (isinstance(selector, dict) and not selector and budget.version != "v1"):
            return Coverage([], [], None)
        must, may = self.pods.selected(selector)
        open_ = sorted(may - must)
        later = selects_none(selector, Labelled([self.pods.pods[open_[0]]])) if open_ else None
        return Coverage(
            [self.owners[number] for number in sorted(must)],
            [self.owners[number] for number in open_],
            selector if isinstance(selector, Unknown) else later if isinstance(later, Unknown) else None,
        )


def coverage(budget: Resource, view: View) -> Coverage:
    """The workloads of the input that a budget covers; for rules that declared `SCALED`."""
    namespace = view.once(_namespaces).get(budget.namespace)
    return Coverage([], [], None) if namespace is None else namespace.covered(budget)


def _namespaces(view: View) -> dict[str | None, _Namespace]:
    members: dict[str | None, list[Resource]] = {}
    for workload in (workload for kind in SCALED for workload in view.of(kind)):
        members.setdefault(workload.namespace, []).append(workload)
    return {namespace: _Namespace(workloads) for namespace, workloads in members.items()}
