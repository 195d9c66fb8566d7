"""Whether a check is asked about less than before: its rules, selectors and conditions held against those of before.

Source: Kubernetes API reference, `admissionregistration.k8s.io/v1` RuleWithOperations, MatchResources, MatchCondition;
k8s.io/apiserver `pkg/admission/plugin/webhook/predicates/rules`.
"""

from __future__ import annotations

import enum
import itertools
import json
from collections.abc import Iterable, Sequence
from typing import Final

from seawall.core import Unknown, dig, items


class Turn(enum.Enum):
    """What became of the requests that something is about."""

    SAME = "same"
    FEWER = "fewer"
    MORE = "more"
    OTHER = "other"
    """Some that it was not about, and perhaps no longer some that it was; or it cannot be told."""


def turned(*, within: bool, around: bool) -> Turn:
    """By whether the new ones are surely all among the old ones, and the old ones among the new ones."""
    if within:
        return Turn.SAME if around else Turn.FEWER
    return Turn.MORE if around else Turn.OTHER


def text(value: object) -> str:
    """A value in one way of writing; what is filled in later is the same where it is written alike."""
    return json.dumps(value, sort_keys=True, default=_hole)


def _hole(value: object) -> str:
    return f"filled in later: {value.text}" if isinstance(value, Unknown) else repr(value)


Requirement = tuple[str, str, frozenset[str]]
"""Key, operator, values."""


def selector(old: object, new: object) -> Turn:
    """Of two label selectors; an absent one selects everything, as the API's default for these fields does."""
    before, after = _requirements(old), _requirements(new)
    return turned(within=_all_implied(after, before), around=_all_implied(before, after))


def _requirements(value: object) -> list[Requirement]:
    if value is None:
        return []
    if not isinstance(value, dict):
        return [("", text(value), frozenset())]
    labels, expressions = value.get("matchLabels"), value.get("matchExpressions")
    found = [(str(key), "In", frozenset({text(label)})) for key, label in _entries(labels)]
    for _, entry in items(expressions):
        operator, values = dig(entry, "operator"), dig(entry, "values")
        known = isinstance(operator, str) and not isinstance(values, Unknown)
        words = frozenset(text(each) for _, each in items(values))
        key = dig(entry, "key")
        whole = ("", text(entry), frozenset[str]())
        found.append((key, str(operator), words) if known and isinstance(key, str) else whole)
    found += [("", text(hole), frozenset()) for hole in (labels, expressions) if isinstance(hole, Unknown)]
    return found


def _entries(value: object) -> Iterable[tuple[object, object]]:
    return value.items() if isinstance(value, dict) else ()


def _all_implied(narrow: Sequence[Requirement], wide: Sequence[Requirement]) -> bool:
    """Whether whatever meets the first surely meets the second."""
    return all(any(_implies(one, each) for one in narrow) for each in wide)


def _implies(one: Requirement, other: Requirement) -> bool:
    if one == other:
        return True
    if one[0] != other[0] or not one[0]:
        return False
    match one[1], other[1]:
        case "In", "In":
            return one[2] <= other[2]
        case "NotIn", "NotIn":
            return one[2] >= other[2]
        case ("In", "Exists") | ("DoesNotExist", "NotIn"):
            return True
        case "In", "NotIn":
            return not one[2] & other[2] and not any("filled in later" in word for word in one[2] | other[2])
    return False


_FIELDS: Final = ("apiGroups", "apiVersions", "operations", "resources", "scope", "resourceNames")
EVERYTHING: Final = [{field: ["*"] for field in ("apiGroups", "apiVersions", "operations")} | {"resources": ["*/*"]}]
"""What a field that may be left out stands for, where that means every request."""


def rules(old: object, new: object) -> Turn:
    """Of two lists of rules about requests."""
    return turned(within=_all_covered(new, old), around=_all_covered(old, new))


def _all_covered(asked: object, by: object) -> bool:
    if isinstance(asked, Unknown) or isinstance(by, Unknown):
        return text(asked) == text(by)
    held = [[_words(rule, field) for field in _FIELDS] for _, rule in items(by)]
    for _, rule in items(asked):
        for atom in itertools.product(*(_words(rule, field) for field in _FIELDS)):
            if not any(_covers(lists, atom) for lists in held):
                return False
    return True


def _words(rule: object, field: str) -> list[str]:
    """The entries; of a field that is left out, that which stands for all."""
    value = dig(rule, field)
    if value is None and field in ("scope", "resourceNames"):
        return ["*"]
    entries = [each for _, each in items(value)] if isinstance(value, list) else [value]
    if not entries and field == "resourceNames":
        return ["*"]
    return [each if isinstance(each, str) else text(each) for each in entries]


def _covers(lists: Sequence[Sequence[str]], atom: Sequence[str]) -> bool:
    return all(
        any(_resource(entry, word) if field == "resources" else entry in ("*", word) for entry in entries)
        for field, entries, word in zip(_FIELDS, lists, atom, strict=True)
    )


def _resource(entry: str, word: str) -> bool:
    """`*` is every resource and no subresource; `pods/*` is pods and all below."""
    (kind, _, sub), (asked, _, below) = entry.partition("/"), word.partition("/")
    return kind in ("*", asked) and sub in ("*", below)


def conditions(old: object, new: object) -> Turn:
    """Of two lists of expressions that must all hold: each more lets fewer requests in. Names mean nothing."""
    before, after = _expressions(old), _expressions(new)
    return turned(within=before <= after, around=after <= before)


def _expressions(value: object) -> frozenset[str]:
    whole = {text(value)} if isinstance(value, Unknown) else set()
    return frozenset(whole | {text(dig(each, "expression")) for _, each in items(value)})
