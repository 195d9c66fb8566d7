"""Label selectors against the pods of a namespace, or of one workload."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seawall.core import Unknown, dig, items
from seawall.inventory.placeholders import has_placeholder
from seawall.model.subjects import PodTemplate
from seawall.model.view import View


class _Bounds(NamedTuple):
    """The pods that a condition holds for, by number, as far as that is known."""

    must: set[int]
    """Those it holds for whatever is filled in later."""
    may: set[int]
    """Those and the ones where it depends."""


class Labelled:
    """Pods by their labels, so that a selector does not cost a look at each of them."""

    def __init__(self, pods: Sequence[PodTemplate]) -> None:
        """`pods` are all that may be selected."""
        self.pods = pods
        self._all = set(range(len(pods)))
        self._open: set[int] = set()
        """Pods that may bear any label."""
        self._bearing: dict[str, set[int]] = {}
        self._unsettled: dict[str, set[int]] = {}
        self._equal: dict[tuple[str, str], set[int]] = {}
        for number, pod in enumerate(pods):
            self._add(number, pod)

    def _add(self, number: int, pod: PodTemplate) -> None:
        labels = pod.metadata.get("labels")
        # An operator gives a partial pod further labels.
        if pod.partial or isinstance(labels, Unknown) or (isinstance(labels, dict) and not all(map(_settled, labels))):
            self._open.add(number)
        if pod.partial or not isinstance(labels, dict):
            return
        for key, value in labels.items():
            if value is None:
                continue
            self._bearing.setdefault(key, set()).add(number)
            if not _settled(value):
                self._unsettled.setdefault(key, set()).add(number)
            if (text := _text(value)) is not None:
                self._equal.setdefault((key, text), set()).add(number)

    def selected(self, selector: object) -> _Bounds:
        """The pods that a label selector surely selects and those that it may select."""
        wanted, expressions = dig(selector, "matchLabels"), dig(selector, "matchExpressions")
        if isinstance(wanted, Unknown) or isinstance(expressions, Unknown):
            return _Bounds(set(), self._all)
        bounds = [self._has(key, value) for key, value in (wanted.items() if isinstance(wanted, dict) else ())]
        bounds += [self._fulfils(entry) for _, entry in items(expressions)]
        return _Bounds(
            self._all.intersection(*(bound.must for bound in bounds)),
            self._all.intersection(*(bound.may for bound in bounds)),
        )

    def _has(self, key: object, *values: object) -> _Bounds:
        """Bears one of the values; equal texts are filled in alike, so that `${APP}` surely is `${APP}`."""
        name = str(key)
        must = set[int]().union(*(self._equal.get((name, text), ()) for text in map(_text, values) if text is not None))
        if not _settled(key):
            return _Bounds(must, self._all)
        doubtful = self._unsettled if all(map(_settled, values)) else self._bearing
        return _Bounds(must, must.union(doubtful.get(name, ()), self._open))

    def _fulfils(self, entry: object) -> _Bounds:
        key, operator, values = (dig(entry, name) for name in ("key", "operator", "values"))
        if not all(map(_settled, (key, operator))) or isinstance(values, Unknown):
            return _Bounds(set(), self._all)
        if operator in ("Exists", "DoesNotExist"):
            bearing = self._bearing.get(str(key), set())
            bounds = _Bounds(bearing, bearing | self._open)
        else:
            bounds = self._has(key, *(value for _, value in items(values)))
        if operator in ("NotIn", "DoesNotExist"):
            return _Bounds(self._all - bounds.may, self._all - bounds.must)
        return bounds


def labelled(view: View, namespace: str | None) -> Labelled:
    """The pods of a namespace; for rules that declared `Namespace`."""
    return view.once(_by_namespace).get(namespace or "default") or Labelled(())


def _by_namespace(view: View) -> dict[str, Labelled]:
    return {scope.name: Labelled(scope.pods) for scope in view.namespaces}


def selects_none(selector: object, namespace: Labelled) -> bool | Unknown:
    """Whether a label selector matches no pod for sure; an `Unknown` where that depends on what is filled in."""
    must, may = namespace.selected(selector)
    if must or not may:
        return not must
    # Always the same one: what is said, and its fingerprint, must not depend on the order of the input.
    pods = (namespace.pods[number] for number in may)
    return doubt(selector, min(pods, key=lambda pod: (pod.resource.kind, pod.resource.name)))


def doubt(selector: object, pod: PodTemplate) -> Unknown:
    """What leaves open whether a selector selects a pod that it may select."""
    if pod.partial:
        return Unknown(pod.resource.kind, "its operator gives its pods further labels")
    return next(value for tree in (selector, pod.metadata.get("labels")) for value in _open_values(tree))


def _settled(value: object) -> bool:
    """Whether a key, a value or an operator is not filled in later."""
    return not isinstance(value, Unknown) and not (isinstance(value, str) and has_placeholder(value))


def _text(value: object) -> str | None:
    """A value as it is written; None where it is no text."""
    if isinstance(value, Unknown):
        return value.text if has_placeholder(value.text) else None
    return value if isinstance(value, str) else None


def _open_values(tree: object) -> Iterator[Unknown]:
    """What is filled in later anywhere in a tree."""
    if isinstance(tree, Unknown):
        yield tree
    elif isinstance(tree, str) and has_placeholder(tree):
        yield Unknown(tree)
    elif isinstance(tree, dict):
        for pair in tree.items():
            yield from _open_values(list(pair))
    elif isinstance(tree, list):
        for item in tree:
            yield from _open_values(item)
