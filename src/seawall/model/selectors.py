"""Label selectors against the pods of a namespace, or of one workload."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final, NamedTuple

from seawall.core import Unknown, dig, items
from seawall.inventory.placeholders import has_placeholder
from seawall.model.subjects import PodTemplate
from seawall.model.view import View
from seawall.model.workloads import is_builtin_group

_OF_JOBS: Final = (
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/job-name",
    "controller-uid",
    "job-name",
)
_ADDED: Final = {
    "CronJob": _OF_JOBS,
    "DaemonSet": ("controller-revision-hash", "pod-template-generation"),
    "Deployment": ("pod-template-hash",),
    "Job": _OF_JOBS,
    "StatefulSet": (
        "apps.kubernetes.io/pod-index",
        "controller-revision-hash",
        "statefulset.kubernetes.io/pod-name",
    ),
}
"""Labels that a built-in controller gives its pods beside those of the template.

Source: Kubernetes docs, "Well-Known Labels, Annotations and Taints".
"""

_OF_OPERATORS: Final = ("rollouts-pod-template-hash", *itertools.chain.from_iterable(_ADDED.values()))
"""Those that an operator gives its pods, which it often makes through a built-in controller; the first is Argo's."""


_NONE: Final[AbstractSet[int]] = frozenset()
Parts = tuple[AbstractSet[int], ...]


class Bounds(NamedTuple):
    """The pods that a condition holds for, by number, as far as that is known."""

    must: AbstractSet[int]
    """Those it holds for whatever is filled in later."""
    may: AbstractSet[int]
    """Those and the ones where it depends."""


class _Condition(NamedTuple):
    """One requirement of a selector: two unions of sets that are shared, never copied."""

    must: Parts
    may: Parts
    negated: bool = False
    """Whether it holds for the others."""

    def among(self, found: AbstractSet[int], *, surely: bool) -> AbstractSet[int]:
        """Those of some pods that it holds for, or may hold for."""
        parts = self.must if surely is not self.negated else self.may
        if not self.negated:
            return frozenset[int]().union(*(found & part for part in parts))
        for part in parts:
            found = found - part
        return found


class Bearer(NamedTuple):
    """What is known of the labels of one object."""

    labels: object
    """The mapping, an `Unknown`, or None for none."""
    open: bool = False
    """Whether it may bear any other label too."""
    added: tuple[str, ...] = ()
    """Keys that it may bear beside those of `labels`."""
    certain: tuple[str, ...] = ()
    """Keys of `labels` of which nobody can change the value."""


class LabelIndex:
    """Objects by their labels, so that a selector does not cost a look at each of them."""

    def __init__(self, bearers: Iterable[Bearer]) -> None:
        """`bearers` are all that may be selected; they are numbered from 0 in their order."""
        self._open: set[int] = set()
        """Those that may bear any label."""
        self._bearing: dict[str, set[int]] = {}
        self._unsettled: dict[str, set[int]] = {}
        self._equal: dict[tuple[str, str], set[int]] = {}
        self._added: dict[str, set[int]] = {}
        """Those that may bear a label of which nothing is said, by its key."""
        self._certain: dict[str, set[int]] = {}
        count = 0
        for number, bearer in enumerate(bearers):
            self._add(number, bearer)
            count = number + 1
        self._all = frozenset(range(count))

    def _add(self, number: int, bearer: Bearer) -> None:
        labels = bearer.labels
        for key in bearer.added:
            self._added.setdefault(key, set()).add(number)
        for key in bearer.certain:
            self._certain.setdefault(key, set()).add(number)
        if bearer.open or isinstance(labels, Unknown) or (isinstance(labels, dict) and not all(map(_settled, labels))):
            self._open.add(number)
        if not isinstance(labels, dict):
            return
        for key, value in labels.items():
            if value is None:
                continue
            self._bearing.setdefault(key, set()).add(number)
            if not _settled(value):
                self._unsettled.setdefault(key, set()).add(number)
            if (text := _text(value)) is not None:
                self._equal.setdefault((key, text), set()).add(number)

    def selected(self, selector: object) -> Bounds:
        """Those that a label selector surely selects and those that it may select."""
        wanted, expressions = dig(selector, "matchLabels"), dig(selector, "matchExpressions")
        if isinstance(wanted, Unknown) or isinstance(expressions, Unknown):
            return Bounds(_NONE, self._all)
        conditions = [self._has(key, value) for key, value in (wanted.items() if isinstance(wanted, dict) else ())]
        conditions += [self._fulfils(entry) for _, entry in items(expressions)]
        # From the narrowest on: what each step costs is the size of what is left.
        conditions.sort(key=lambda condition: len(self._all) if condition.negated else sum(map(len, condition.may)))
        may: AbstractSet[int] = self._all
        for condition in conditions:
            may = condition.among(may, surely=False)
        must = may
        for condition in conditions:
            must = condition.among(must, surely=True)
        return Bounds(must, may)

    def _has(self, key: object, *values: object) -> _Condition:
        """Bears one of the values; equal texts are filled in alike, so that `${APP}` surely is `${APP}`."""
        name = str(key)
        must = tuple(self._equal.get((name, text), _NONE) for text in map(_text, values) if text is not None)
        if not _settled(key):
            return _Condition(must, (self._all,))
        doubtful = self._unsettled if all(map(_settled, values)) else self._bearing
        return _Condition(must, (*must, doubtful.get(name, _NONE), *self._silent(name)))

    def _fulfils(self, entry: object) -> _Condition:
        key, operator, values = (dig(entry, name) for name in ("key", "operator", "values"))
        if not all(map(_settled, (key, operator))) or isinstance(values, Unknown):
            return _Condition((), (self._all,))
        if operator in ("Exists", "DoesNotExist"):
            bearing = self._bearing.get(str(key), _NONE)
            condition = _Condition((bearing,), (bearing, *self._silent(str(key))))
        else:
            condition = self._has(key, *(value for _, value in items(values)))
        return condition._replace(negated=operator in ("NotIn", "DoesNotExist"))

    def _silent(self, key: str) -> Parts:
        """Those that may bear a label, or another value of it, though nothing says so."""
        certain = self._certain.get(key)
        return (self._open - certain if certain else self._open), self._added.get(key, _NONE)


class Labelled(LabelIndex):
    """Pods by the labels of their templates."""

    def __init__(self, pods: Sequence[PodTemplate]) -> None:
        """`pods` are all that may be selected."""
        super().__init__(map(_bearer, pods))
        self.pods = pods
        self._none: dict[str, bool | Unknown] = {}

    def selects_none(self, selector: object) -> bool | Unknown:
        """Whether a label selector matches no pod for sure; an `Unknown` where that depends on what is filled in.

        Of several doubts it is the one about the first pod. Equal selectors are asked about once.
        """
        text = repr(selector)
        if text not in self._none:
            must, may = self.selected(selector)
            self._none[text] = not must if must or not may else doubt(selector, self.pods[min(may)])
        return self._none[text]


def _bearer(pod: PodTemplate) -> Bearer:
    # An operator gives a partial pod further labels.
    return Bearer(None if pod.partial else pod.metadata.get("labels"), pod.partial, _added_to(pod))


def labelled(view: View, namespace: str | None) -> Labelled:
    """The pods of a namespace; for rules that declared `Namespace`."""
    return view.once(_by_namespace).get(namespace or "default") or Labelled(())


def _by_namespace(view: View) -> dict[str, Labelled]:
    return {scope.name: Labelled(sorted(scope.pods, key=_place)) for scope in view.namespaces}


def _place(pod: PodTemplate) -> tuple[str, str]:
    """What is said of a doubt, and its fingerprint, must not depend on the order of the input."""
    return pod.resource.kind, pod.resource.name


def doubt(selector: object, pod: PodTemplate) -> Unknown:
    """What leaves open whether a selector selects a pod that it may select."""
    kind = pod.resource.kind
    if pod.partial:
        return Unknown(kind, "its operator gives its pods further labels")
    for leaf in itertools.chain(_leaves(selector), _leaves(pod.metadata.get("labels"))):
        if not _settled(leaf):
            return leaf if isinstance(leaf, Unknown) else Unknown(str(leaf))
    added = next((leaf for leaf in _leaves(selector) if isinstance(leaf, str) and leaf in _added_to(pod)), kind)
    return Unknown(added, f'{kind} "{pod.resource.name}" gives its pods this label when it makes them')


def _added_to(pod: PodTemplate) -> tuple[str, ...]:
    """The labels that pods of the template may bear beside its own; a Pod bears what it says."""
    resource = pod.resource
    return _ADDED.get(resource.kind, ()) if is_builtin_group(resource.group) else _OF_OPERATORS


def _settled(value: object) -> bool:
    """Whether a key, a value or an operator is not filled in later."""
    return not isinstance(value, Unknown) and not (isinstance(value, str) and has_placeholder(value))


def _text(value: object) -> str | None:
    """A value as it is written; None where it is no text."""
    if isinstance(value, Unknown):
        return value.text if has_placeholder(value.text) else None
    return value if isinstance(value, str) else None


def _leaves(tree: object) -> Iterator[object]:
    """The keys and values anywhere in a tree that hold no others."""
    if isinstance(tree, dict):
        for pair in tree.items():
            yield from _leaves(list(pair))
    elif isinstance(tree, list):
        for item in tree:
            yield from _leaves(item)
    else:
        yield tree
