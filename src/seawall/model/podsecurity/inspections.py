"""From a question about one part of a pod to an inspection of the whole pod."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from seawall.core import Unknown
from seawall.model.podsecurity.parts import Part, Parts, Violation
from seawall.model.podsecurity.values import outside

Inspect = Callable[[Parts], Iterator[Violation]]
"""What a check does: all that it refuses or cannot decide about in a pod."""

Ask = Callable[[Part], Iterator[Violation]]
"""The question of a check about one part."""


def each_container(ask: Ask) -> Inspect:
    """An inspection that asks every container of a pod."""

    def inspect(pod: Parts) -> Iterator[Violation]:
        for part in pod.containers:
            yield from ask(part)
        yield from pod.unreadable

    return inspect


def pod_and_containers(ask: Ask) -> Inspect:
    """An inspection that asks the pod as a whole, then every container of it."""
    ask_containers = each_container(ask)

    def inspect(pod: Parts) -> Iterator[Violation]:
        yield from ask(pod.whole)
        yield from ask_containers(pod)

    return inspect


def both(*inspections: Inspect) -> Inspect:
    """One inspection that makes several."""

    def inspect(pod: Parts) -> Iterator[Violation]:
        for one in inspections:
            yield from one(pod)

    return inspect


def unless_user_namespace(inspection: Inspect) -> Inspect:
    """An inspection that a pod of its own user namespace (`hostUsers: false`) is spared."""
    return _unless(inspection, lambda pod: _is(pod.whole.look("hostUsers"), False), "hostUsers")


def unless_windows(inspection: Inspect) -> Inspect:
    """An inspection that a pod whose `os.name` says Windows is spared."""
    return _unless(inspection, lambda pod: _is(pod.whole.look("os", "name"), "windows"), "os", "name")


def _is(value: object, wanted: object) -> bool | Unknown:
    if value is None:
        return False
    other = outside(value, (wanted,))
    return other if isinstance(other, Unknown) else not other


def _unless(inspection: Inspect, spared: Callable[[Parts], bool | Unknown], *keys: str) -> Inspect:
    def inspect(pod: Parts) -> Iterator[Violation]:
        answer = spared(pod)
        if answer is True:
            return
        found = inspection(pod)
        if isinstance(answer, Unknown):
            if any(True for _ in found):
                yield pod.whole.unsure(answer, *keys)
        else:
            yield from found

    return inspect
