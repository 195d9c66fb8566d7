"""The strictest level that all pods of a namespace meet, and what stands in the way of the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from seawall.model.estate import Estate
from seawall.model.podsecurity.registry import Level, Result, evaluate
from seawall.model.subjects import PodTemplate
from seawall.model.versions import NEWEST, KubeVersion

UNSAID: Final = "(no namespace said)"
"""No namespace has a name like this."""


class Obstacle(msgspec.Struct, frozen=True, eq=False):
    """A pod that does not surely meet a level, and why."""

    pod: PodTemplate
    results: tuple[Result, ...]


class Standing(msgspec.Struct, frozen=True, eq=False):
    """The strictest level that every one of some pods surely meets."""

    level: Level
    obstacles: tuple[Obstacle, ...] = ()
    """What stands in the way of the next level; empty for level restricted."""

    @property
    def next(self) -> Level | None:
        """The level that the obstacles stand in the way of; None when there is no stricter one."""
        return None if self.level is Level.RESTRICTED else Level(self.level + 1)


class NamespaceLevel(msgspec.Struct, frozen=True, eq=False):
    """Where a namespace stands."""

    name: str
    """`UNSAID` for the pods that nobody gave one: they may land anywhere."""
    pods: int
    """How many pod templates were looked at; at least one. Those that an operator completes are not among them."""
    standing: Standing


def strictest_level(pods: Iterable[PodTemplate], version: KubeVersion = NEWEST) -> Standing:
    """The strictest level that all the pods surely meet; of no pods, restricted."""
    candidates = tuple(pods)
    # From below: most pods that fail baseline need not be asked about restricted at all.
    for level in (Level.BASELINE, Level.RESTRICTED):
        judged = ((pod, evaluate(pod, level, version)) for pod in candidates)
        obstacles = tuple(Obstacle(pod, results) for pod, results in judged if results)
        if obstacles:
            return Standing(Level(level - 1), obstacles)
    return Standing(Level.RESTRICTED)


def levels_by_namespace(estate: Estate) -> tuple[NamespaceLevel, ...]:
    """Where each namespace with pods stands under the estate's version, sorted by name, `UNSAID` last."""
    table: dict[str, list[PodTemplate]] = {}
    for resource, pods in estate.pods:
        whole = [pod for pod in pods if not pod.partial]
        if whole:
            table.setdefault(resource.chosen_namespace or UNSAID, []).extend(whole)
    rows = sorted(table.items(), key=lambda row: (row[0] == UNSAID, row[0]))
    return tuple(NamespaceLevel(name, len(pods), strictest_level(pods, estate.kube_version)) for name, pods in rows)
