"""Label selectors against the pods of a namespace."""

from __future__ import annotations

from collections.abc import Iterable

from seawall.core import Unknown, dig, items
from seawall.inventory.placeholders import has_placeholder
from seawall.model import PodTemplate, View


def pods_in(view: View, namespace: str | None) -> tuple[PodTemplate, ...]:
    """The pod templates of a namespace; for rules that declared `Namespace`."""
    name = namespace or "default"
    return next((scope.pods for scope in view.namespaces if scope.name == name), ())


def selects_none(selector: object, pods: Iterable[PodTemplate]) -> bool | Unknown:
    """Whether a label selector matches no pod for sure; an `Unknown` where that depends on what is filled in.

    A partial pod gets its labels from an operator, so that it may be selected by anything.
    """
    unsettled: Unknown | None = None
    for pod in pods:
        if pod.partial:
            unsettled = Unknown(pod.resource.kind, "its operator gives its pods further labels")
            continue
        matched = _matches(selector, pod.metadata.get("labels"))
        if matched is True:
            return False
        if isinstance(matched, Unknown):
            unsettled = matched
    return True if unsettled is None else unsettled


def _matches(selector: object, labels: object) -> bool | Unknown:
    if isinstance(selector, Unknown) or isinstance(labels, Unknown):
        return selector if isinstance(selector, Unknown) else labels  # type: ignore[return-value]  # one of the two is
    wanted = dig(selector, "matchLabels")
    outcomes = [
        _equal(dig(labels, str(key)), value) for key, value in (wanted.items() if isinstance(wanted, dict) else ())
    ]
    outcomes += [_expression(entry, labels) for _, entry in items(dig(selector, "matchExpressions"))]
    if any(outcome is False for outcome in outcomes):
        return False
    return next((outcome for outcome in outcomes if isinstance(outcome, Unknown)), True)


def _equal(found: object, value: object) -> bool | Unknown:
    for text in (found, value):
        if isinstance(text, Unknown):
            return text
        if isinstance(text, str) and has_placeholder(text):
            # Equal texts are filled in alike.
            return True if found == value else Unknown(text)
    return found is not None and found == value


def _expression(entry: object, labels: object) -> bool | Unknown:
    key, operator, values = (dig(entry, name) for name in ("key", "operator", "values"))
    found = dig(labels, key) if isinstance(key, str) else None
    if operator in ("Exists", "DoesNotExist"):
        return (found is not None) == (operator == "Exists")
    outcomes = [_equal(found, value) for _, value in items(values)]
    unsettled = next((outcome for outcome in outcomes if isinstance(outcome, Unknown)), None)
    member = any(outcome is True for outcome in outcomes)
    if not member and unsettled is not None:
        return unsettled
    return member if operator == "In" else not member
