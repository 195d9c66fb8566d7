"""Whether a label selector takes in an object; the selector and the labels may hold what is filled in later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from seawall.core import Path, Unknown, dig, items
from seawall.inventory.placeholders import has_placeholder


class Requirement(NamedTuple):
    """One condition of a selector, or all of them."""

    holds: bool | Unknown
    where: Path = ()
    """Where it stands in the selector: what is unknown, or what does not hold."""


def selects(selector: object, labels: Mapping[str, object]) -> Requirement:
    """Whether all requirements hold: one that fails decides, else one that is unknown."""
    undecided = None
    for requirement in _requirements(selector, labels):
        if isinstance(requirement.holds, Unknown):
            undecided = undecided or requirement
        elif not requirement.holds:
            return requirement
    return undecided or Requirement(True)


def _requirements(selector: object, labels: Mapping[str, object]) -> Iterator[Requirement]:
    if isinstance(selector, Unknown):
        yield Requirement(selector)
        return
    wanted, expressions = dig(selector, "matchLabels"), dig(selector, "matchExpressions")
    if isinstance(wanted, Unknown):
        yield Requirement(wanted, ("matchLabels",))
    for key, value in wanted.items() if isinstance(wanted, dict) else ():
        yield Requirement(_bears(labels, key, value), ("matchLabels", key))
    if isinstance(expressions, Unknown):
        yield Requirement(expressions, ("matchExpressions",))
    for index, entry in items(expressions):
        yield _fulfils(labels, entry, ("matchExpressions", index))


def _bears(labels: Mapping[str, object], key: object, value: object) -> bool | Unknown:
    hole = _hole(key)
    if hole is not None:
        return hole
    if str(key) not in labels:
        return False
    hole = _hole(value)
    if hole is None:
        hole = _hole(labels[str(key)])
    return hole if hole is not None else _text(labels[str(key)]) == _text(value)


def _fulfils(labels: Mapping[str, object], entry: object, where: Path) -> Requirement:
    if isinstance(entry, Unknown):
        return Requirement(entry, where)
    for field in ("key", "operator"):
        hole = _hole(dig(entry, field))
        if hole is not None:
            return Requirement(hole, (*where, field))
    key, operator = str(dig(entry, "key")), dig(entry, "operator")
    if operator in ("Exists", "DoesNotExist"):
        return Requirement((key in labels) is (operator == "Exists"), where)
    # The API server refuses every other operator.
    if operator not in ("In", "NotIn") or key not in labels:
        return Requirement(operator == "NotIn", where)
    return _listed(labels[key], dig(entry, "values"), wanted=operator == "In", where=(*where, "values"))


def _listed(label: object, values: object, *, wanted: bool, where: Path) -> Requirement:
    if isinstance(values, Unknown):
        return Requirement(values, where)
    hole = _hole(label)
    if hole is not None:
        return Requirement(hole, where)
    undecided = None
    for index, value in items(values):
        hole = _hole(value)
        if hole is None and _text(value) == _text(label):
            return Requirement(wanted, where)
        if hole is not None and undecided is None:
            undecided = Requirement(hole, (*where, index))
    return undecided or Requirement(not wanted, where)


def _text(value: object) -> object:
    """A null where a text belongs is read as the empty one."""
    return "" if value is None else value


def _hole(value: object) -> Unknown | None:
    if isinstance(value, Unknown):
        return value
    return Unknown(value) if isinstance(value, str) and has_placeholder(value) else None
