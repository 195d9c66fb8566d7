"""How much a namespace may use, and by which version of the checks its level is enforced."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from seawall.core import Path, dig, items
from seawall.inventory import Resource
from seawall.model.changes import extent
from seawall.model.changes.change import Aspect, Change, Key, numbered
from seawall.model.changes.pods import namespaces_by_key, text_of
from seawall.model.estate import Estate
from seawall.model.podsecurity.labels import ENFORCE, PREFIX
from seawall.model.quantities import quantity

_KINDS: Final = ("ResourceQuota", "LimitRange")
_LIMITS: Final = ("max", "maxLimitRequestRatio", "default")
_VERSION: Final = f"{PREFIX}enforce-version"

Amounts = Mapping[Path, object]
"""By their place in the object, a list's entries by what they are for."""


def changed_quotas(old: Estate, new: Estate) -> Iterator[Change]:
    """Quotas and limits that went or were raised, and the versions of Pod Security."""
    for kind in _KINDS:
        before, after = _by_key(old, kind), _by_key(new, kind)
        yield from _lost(before, after, wider=True)
        yield from _lost(after, before, wider=False)
    yield from _versions(old, new)


def _by_key(estate: Estate, kind: str) -> dict[Key, Resource]:
    return numbered(((each.namespace or "default", each.name), each) for each in estate.of(kind) if not each.group)


def _lost(before: Mapping[Key, Resource], after: Mapping[Key, Resource], *, wider: bool) -> Iterator[Change]:
    for key, was in before.items():
        now, space = after.get(key), key[0]
        what = f'{was.kind} "{was.name}"'
        if now is None:
            alike = (extent.text(each.tree.get("spec")) for where, each in after.items() if where[0] == space)
            if extent.text(was.tree.get("spec")) not in alike:
                yield _change(space, f"{what} is {'gone' if wider else 'new'}", was, (), wider=wider)
            continue
        old, new = _amounts(was), _amounts(now)
        for path, amount in old.items():
            found = _raised(amount, new.get(path))
            if found:
                text = f"{what} {'' if wider else 'no longer: '}{found} {' '.join(map(str, path[-2:]))}"
                yield _change(space, text, now if wider else was, ("spec",), wider=wider)
        for field in ("scopes", "scopeSelector") if wider else ():
            if extent.text(dig(was.tree, "spec", field)) != extent.text(dig(now.tree, "spec", field)):
                text = f"{what} changed, so that it may let more through ({field})"
                yield _change(space, text, now, ("spec", field), wider=True)


def _change(space: str, text: str, resource: Resource, path: Path, *, wider: bool) -> Change:
    return Change(Aspect.ADMISSION, wider, f"namespace {space}", text, resource, path)


def _amounts(resource: Resource) -> Amounts:
    found: dict[Path, object] = {}
    hard = dig(resource.tree, "spec", "hard")
    for name, amount in hard.items() if isinstance(hard, dict) else ():
        found["hard", str(name)] = amount
    for _, entry in items(dig(resource.tree, "spec", "limits")):
        for field in _LIMITS:
            amounts = dig(entry, field)
            for name, amount in amounts.items() if isinstance(amounts, dict) else ():
                found[text_of(dig(entry, "type")), field, str(name)] = amount
    return {path: amount for path, amount in found.items() if amount is not None}


def _raised(was: object, now: object) -> str:
    """What became of an amount, before the words for what it is of; empty where it is no more than before."""
    if now is None:
        return f"no longer limits ({text_of(was)} before)"
    before, after = quantity(was), quantity(now)
    if before is None or after is None:
        same = extent.text(was) == extent.text(now)
        return "" if same else f"may allow more ({text_of(now)}, {text_of(was)} before)"
    return f"allows more ({text_of(now)}, {text_of(was)} before)" if after > before else ""


def _versions(old: Estate, new: Estate) -> Iterator[Change]:
    """Namespaces that enforce their level by the checks of an older version than before, which know less."""
    known = namespaces_by_key(old)
    for key, space in namespaces_by_key(new).items():
        was = known.get(key)
        if was is None or space.labels.get(ENFORCE) is None:
            continue
        before, after = (each.labels.get(_VERSION) for each in (was, space))
        numbers = _number(before), _number(after)
        if extent.text(before) == extent.text(after) or numbers[0] == numbers[1] is not None:
            continue
        wider = numbers[1] is None or numbers[0] is None or numbers[1] < numbers[0]
        said = [text_of(each) if each is not None else "the newest version" for each in (after, before)]
        text = f"enforces its level by the checks of {said[0]}, {said[1]} before"
        place = space if wider else was
        path = ("metadata", "labels", _VERSION)
        yield Change(Aspect.ADMISSION, wider, f"namespace {space.name}", text, place, path)


def _number(version: object) -> float | None:
    """The minor version; None where it is filled in later, or is none."""
    if version is None or (isinstance(version, str) and version == "latest"):
        return float("inf")
    match = re.fullmatch(r"v1\.(\d{1,4})", version) if isinstance(version, str) else None
    return float(match[1]) if match else None
