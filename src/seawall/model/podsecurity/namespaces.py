"""The strictest level that all pods of a namespace meet, and what stands in the way of the next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from seawall.core import Verdict
from seawall.model.estate import Estate
from seawall.model.podsecurity.registry import Level, Result, evaluate, verdict_of
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
    """How many pod templates it has; at least one."""
    standing: Standing
    """Of those that are whole, and of the others what is sure."""
    completed: int = 0
    """How many of them an operator completes: whether they meet a level is not known here."""

    @property
    def level(self) -> Level | None:
        """The level that the standing comes to; None where nothing is known of any pod."""
        undecided = self.completed == self.pods and not self.standing.obstacles
        return None if undecided else self.standing.level


def strictest_level(pods: Iterable[PodTemplate], version: KubeVersion = NEWEST) -> Standing:
    """The strictest level that all the pods surely meet; of no pods, restricted.

    What an operator completes stands in the way only of a level that surely refuses it.
    """
    candidates = tuple(pods)
    # From below: most pods that fail baseline need not be asked about restricted at all.
    for level in (Level.BASELINE, Level.RESTRICTED):
        judged = ((pod, evaluate(pod, level, version)) for pod in candidates)
        obstacles = tuple(Obstacle(pod, results) for pod, results in judged if _stands(pod, results))
        if obstacles:
            return Standing(Level(level - 1), obstacles)
    return Standing(Level.RESTRICTED)


def _stands(pod: PodTemplate, results: tuple[Result, ...]) -> bool:
    return verdict_of(results) is Verdict.FAIL if pod.partial else bool(results)


def levels_by_namespace(estate: Estate) -> tuple[NamespaceLevel, ...]:
    """Where each namespace with pods stands under the estate's version, sorted by name, `UNSAID` last."""
    table: dict[str, list[PodTemplate]] = {}
    for resource, pods in estate.pods:
        if pods:
            table.setdefault(resource.chosen_namespace or UNSAID, []).extend(pods)
    rows = sorted(table.items(), key=lambda row: (row[0] == UNSAID, row[0]))
    return tuple(
        NamespaceLevel(name, len(pods), strictest_level(pods, estate.kube_version), sum(pod.partial for pod in pods))
        for name, pods in rows
    )
