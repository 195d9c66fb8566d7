"""Which workloads a PodDisruptionBudget covers; a namespace's are looked up together, so that many stay quick."""

from __future__ import annotations

from typing import NamedTuple

from seawall.core import Unknown, dig
from seawall.inventory import Resource
from seawall.model import PodTemplate, View
from seawall.model.selectors import Labelled, doubt
from seawall.model.workloads import pod_templates

SCALED = ("Deployment", "StatefulSet")
"""Kinds that have as many pods as they say."""


class Coverage(NamedTuple):
    """The workloads of a budget, in an order of their own, whatever that of the input."""

    sure: list[Resource]
    doubtful: list[tuple[Resource, PodTemplate]]
    """Those that it may cover."""
    selector: object = None

    @property
    def later(self) -> Unknown | None:
        """What keeps the first of the doubtful ones from being known; None where there are none."""
        return self.why(self.doubtful[0][1]) if self.doubtful else None

    def why(self, pod: PodTemplate) -> Unknown:
        """What keeps from being known whether the pod of a doubtful workload is covered."""
        return doubt(self.selector, pod)


class _Namespace:
    """The scaled workloads of a namespace by the labels of their pods."""

    def __init__(self, workloads: list[Resource]) -> None:
        workloads = sorted(workloads, key=lambda each: (each.kind, each.name))
        self.found = [(workload, pod) for workload in workloads for pod in pod_templates(workload)]
        self.pods = Labelled([pod for _, pod in self.found])

    def covered(self, budget: Resource) -> Coverage:
        selector = dig(budget.tree, "spec", "selector")
        # Without a selector a budget covers nothing; with an empty one it covers everything since v1.
        if selector is None or (isinstance(selector, dict) and not selector and budget.version != "v1"):
            return Coverage([], [])
        must, may = self.pods.selected(selector)
        sure = [self.found[number][0] for number in sorted(must)]
        return Coverage(sure, [self.found[number] for number in sorted(may - must)], selector)


def coverage(budget: Resource, view: View) -> Coverage:
    """The workloads of the input that a budget covers; for rules that declared `SCALED`."""
    namespace = view.once(_namespaces).get(budget.namespace)
    return Coverage([], []) if namespace is None else namespace.covered(budget)


def _namespaces(view: View) -> dict[str | None, _Namespace]:
    members: dict[str | None, list[Resource]] = {}
    for workload in (workload for kind in SCALED for workload in view.of(kind)):
        members.setdefault(workload.namespace, []).append(workload)
    return {namespace: _Namespace(workloads) for namespace, workloads in members.items()}
