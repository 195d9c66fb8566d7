"""How a check looks at a pod: part by part, with three answers to every question.

A `Part` is the pod itself, one of its containers, or one of its volumes. Where a list or an item of it cannot be read,
the visitors answer with a violation whose verdict is *unknown*, so that no check can forget the case.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterator
from typing import Final

import msgspec

from seawall.core import Path, Unknown, Verdict, path_text
from seawall.inventory import text_of
from seawall.model.podsecurity.values import look, outside, quoted, undecided
from seawall.model.subjects import Container, PodTemplate

_LISTS: Final = ("initContainers", "containers", "ephemeralContainers")


class Violation(msgspec.Struct, frozen=True, eq=False):
    """One value of a pod that a check refuses, or cannot decide about (`Verdict.UNKNOWN`)."""

    path: Path
    """Relative to the PodSpec (with `in_metadata`: to the pod's metadata); where it should stand when it is absent."""
    value: object
    """None when it is absent."""
    demand: str
    """What the check demands, as a predicate: `must not set {}`; `{}` stands for what was found."""
    shown: str = ""
    """What was found, as a message shows it."""
    verdict: Verdict = Verdict.FAIL
    container: Container | None = None
    """The container it is about; None for the pod as a whole."""
    noun: str = "pod"
    """What the sentence is about: `pod`, `container`, `pod or container`, `volume`, `annotation`."""
    name: str = ""
    in_metadata: bool = False

    @property
    def detail(self) -> str:
        """What the check demands of this value, without its subject."""
        return self.demand.replace("{}", self.shown)

    def place(self, pod: PodTemplate) -> Path:
        """The path from the root of the pod's resource."""
        return (*pod.where, "metadata", *self.path) if self.in_metadata else (*pod.path, *self.path)


class Part(msgspec.Struct, frozen=True, eq=False):
    """A pod, a container or a volume of it, with the words that name it."""

    tree: object
    path: Path = ()
    noun: str = "pod"
    name: str = ""
    container: Container | None = None

    def look(self, *keys: str) -> object:
        """The value at `keys`; None where it is absent, an `Unknown` where it cannot be read."""
        return look(self.tree, *keys)

    def listed(self, *keys: str) -> Iterator[tuple[Path, object]]:
        """The items of the list at `keys`, each with its path below the part; an unreadable list is one `Unknown`."""
        value = self.look(*keys)
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield (*keys, index), item
        elif value is not None:
            yield keys, undecided(value)

    def fail(self, demand: str, *keys: str | int, value: object, shown: str = "", noun: str = "") -> Violation:
        """The part is refused for the value at `keys`."""
        return Violation(
            path=(*self.path, *keys),
            value=value,
            demand=demand,
            shown=shown,
            container=self.container,
            noun=noun or self.noun,
            name=self.name,
        )

    def unsure(self, value: Unknown, *keys: str | int) -> Violation:
        """The part cannot be judged without the value at `keys`."""
        written = ", which is {}" if value.text else ""
        return Violation(
            path=(*self.path, *keys),
            value=value,
            demand=f"cannot be judged by {path_text(keys)}{written}: {value.why}",
            shown=quoted(value.text),
            verdict=Verdict.UNKNOWN,
            container=self.container,
            noun=self.noun,
            name=self.name,
        )

    def only(
        self, allowed: Collection[object], *keys: str | int, value: object, demand: str = ""
    ) -> Iterator[Violation]:
        """Refuses `value`, found at `keys`, unless it is absent or one of `allowed` (all of one type)."""
        answer = outside(value, allowed)
        if isinstance(answer, Unknown):
            yield self.unsure(answer, *keys)
        elif answer:
            written = demand or f"must not set {path_text(keys)} to {{}}"
            yield self.fail(written, *keys, value=value, shown=quoted(value))

    def never_true(self, *keys: str) -> Iterator[Violation]:
        """Refuses `true` at `keys`."""
        value = self.look(*keys)
        if value is not None and value is not False:
            yield from self.only((False,), *keys, value=value, demand=f"must not set {path_text(keys)}={{}}")


class Parts(msgspec.Struct, frozen=True, eq=False):
    """A pod taken apart once, for all the checks that look at it."""

    template: PodTemplate
    whole: Part
    """The pod as a whole."""
    containers: tuple[Part, ...]
    """Every container that can be read: init, app and ephemeral, in this order."""
    unreadable: tuple[Violation, ...]
    """A violation of verdict *unknown* for every container, or list of containers, that cannot be read."""


@functools.lru_cache(maxsize=1)
def dissect(pod: PodTemplate) -> Parts:
    """Takes a pod apart; rules that ask about one pod after each other share the parts."""
    depth = len(pod.path)
    whole = Part(pod.spec)
    containers = tuple(
        Part(container.spec, container.where[depth:], "container", container.name, container)
        for container in pod.containers
    )
    return Parts(pod, whole, containers, tuple(_unreadable(whole)))


def _unreadable(whole: Part) -> Iterator[Violation]:
    for key in _LISTS:
        for path, item in whole.listed(key):
            if not isinstance(item, dict):
                yield whole.unsure(undecided(item), *path)


def volumes(pod: Parts) -> Iterator[Part | Violation]:
    """Every volume; a violation of verdict *unknown* for what cannot be read."""
    for path, item in pod.whole.listed("volumes"):
        if isinstance(item, dict):
            yield Part(item, path, "volume", text_of(item.get("name")))
        else:
            yield pod.whole.unsure(undecided(item), *path)
