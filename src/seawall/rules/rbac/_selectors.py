"""Whether a label selector takes in an object whose labels are known; the selector may hold what is filled in later."""

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


def selects(selector: object, labels: Mapping[str, str]) -> Requirement:
    """Whether all requirements hold: one that fails decides, else one that is unknown."""
    undecided = None
    for requirement in _requirements(selector, labels):
        if isinstance(requirement.holds, Unknown):
            undecided = undecided or requirement
        elif not requirement.holds:
            return requirement
    return undecided or Requirement(True)


def _requirements(selector: object, labels: Mapping[str, str]) -> Iterator[Requirement]:
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


def _bears(labels: Mapping[str, str], key: object, value: object) -> bool | Unknown:
    hole = _hole(key)
    if hole is not None:
        return hole
    if str(key) not in labels:
        return False
    hole = _hole(value)
    # A null where a text belongs is read as the empty one.
    return hole if hole is not None else labels[str(key)] == ("" if value is None else value)


def _fulfils(labels: Mapping[str, str], entry: object, where: Path) -> Requirement:
    if isinstance(entry, Unknown):
        return Requirement(entry, where)
    for field in ("key", "operator"):
        hole = _hole(dig(entry, field))
        if hole is not None:
            return Requirement(hole, (*where, field))
    label, operator = labels.get(str(dig(entry, "key"))), dig(entry, "operator")
    if operator in ("Exists", "DoesNotExist"):
        return Requirement((label is not None) is (operator == "Exists"), where)
    # The API server refuses every other operator.
    if operator not in ("In", "NotIn") or label is None:
        return Requirement(operator == "NotIn", where)
    return _listed(label, dig(entry, "values"), wanted=operator == "In", where=(*where, "values"))


def _listed(label: str, values: object, *, wanted: bool, where: Path) -> Requirement:
    if isinstance(values, Unknown):
        return Requirement(values, where)
    undecided = None
    for index, value in items(values):
        hole = _hole(value)
        if hole is None and value == label:
            return Requirement(wanted, where)
        if hole is not None and undecided is None:
            undecided = Requirement(hole, (*where, index))
    return undecided or Requirement(not wanted, where)


def _hole(value: object) -> Unknown | None:
    if isinstance(value, Unknown):
        return value
    return Unknown(value) if isinstance(value, str) and has_placeholder(value) else None
