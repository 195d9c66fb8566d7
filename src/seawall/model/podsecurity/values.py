"""Values of a pod's tree, and whether a standard allows them: yes, no, or it cannot be told."""

from __future__ import annotations

import json
from collections.abc import Collection

from seawall.core import Unknown
from seawall.inventory.placeholders import has_placeholder


def look(tree: object, *keys: str) -> object:
    """The value at `keys`; None where it is absent, an `Unknown` where the way to it cannot be read."""
    for key in keys:
        if tree is None:
            return None
        if not isinstance(tree, dict):
            return undecided(tree)
        tree = tree.get(key)
    return tree


def outside(value: object, allowed: Collection[object]) -> bool | Unknown:
    """Whether a value is none of `allowed`, which are of one type; what is absent never is.

    An `Unknown` when that cannot be told: a value to be filled in, or of a type that the API refuses.
    """
    if value is None:
        return False
    if isinstance(value, Unknown) or not _comparable(value, next(iter(allowed))):
        return undecided(value)
    if value in allowed:
        return False
    return Unknown(value) if isinstance(value, str) and has_placeholder(value) else True


def _comparable(value: object, model: object) -> bool:
    # For Python a boolean is a number; for the API it is not, whereas 80.0 is one.
    if isinstance(model, int) and not isinstance(model, bool):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(model)


def undecided(value: object) -> Unknown:
    """A value of the wrong type, as the `Unknown` that it is."""
    if isinstance(value, Unknown):
        return value
    return Unknown(quoted(value), "the API takes no such value here")


def quoted(value: object) -> str:
    """A value as messages show it: strings in quotes, `true`, numbers, null; lists and objects by their kind only."""
    if isinstance(value, str | bool | int | float) or value is None:
        return json.dumps(value, ensure_ascii=False)
    return "a list" if isinstance(value, list) else "an object"
