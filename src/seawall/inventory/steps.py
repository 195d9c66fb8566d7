"""Names for the steps of a path that survive reordering: `spec.containers[name=web].image`."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from seawall.core import Path, path_text
from seawall.data.api import api_types

_LONG = 100
"""Items from which on an item's key is taken for its own: equal fingerprints are told apart by number all the same."""


def merge_keys(type_name: str, field: str) -> tuple[str, ...]:
    """The fields that tell the items of a list field apart, the most telling first; empty when the API names none."""
    return tuple(api_types().merge_keys.get(type_name, {}).get(field, ()))


def step_names(kind: str, api_version: str, path: Path, tree: object) -> str:
    """`path` in words, list items called by their merge key, else by their `name`, else by their index.

    The key is taken from the API's type; in custom resources, from what the field is called in pods. An item is called
    by its key only where no other item of the list has the same.
    """
    expression = api_types().type_of(api_version, kind) or ""
    keys: tuple[str, ...] = ()
    value = tree
    parts: list[str] = []
    for step in path:
        if isinstance(step, int):
            items = value if isinstance(value, list) else []
            parts.append(f"[{_item_name(items, step, keys)}]")
            value = items[step] if 0 <= step < len(items) else None
            expression = _inside(expression, step)
        else:
            text, keys, expression = _field(expression, step)
            parts.append(text if text.startswith("[") or not parts else f".{text}")
            value = value.get(step) if isinstance(value, dict) else None
    return "".join(parts)


@functools.lru_cache(maxsize=4096)
def _field(expression: str, step: str) -> tuple[str, tuple[str, ...], str]:
    """A field's text, the merge keys of the list that it may hold, and the type of what it holds."""
    keys = merge_keys(expression, step) if expression else _pod_keys().get(step, ())
    return path_text((step,)), keys, _inside(expression, step)


def _inside(expression: str, step: str | int) -> str:
    """The type of what stands at a step; empty when the table does not know it."""
    if expression.startswith(("[]", "{}")):
        return expression[2:]
    return api_types().types.get(expression, {}).get(step, "") if isinstance(step, str) else ""


@functools.cache
def _pod_keys() -> dict[str, tuple[str, ...]]:
    """Field -> merge keys, for the fields of pods and containers."""
    types = ("core/v1.Container", "core/v1.PodSpec")
    return {field: merge_keys(name, field) for name in types for field in api_types().merge_keys[name]}


def _item_name(items: Sequence[object], index: int, keys: tuple[str, ...]) -> str:
    if 0 <= index < len(items):
        for candidate in (keys[:1], keys, ("name",)):
            name = _called(items[index], candidate)
            if name and (len(items) > _LONG or _is_unique(name, items, candidate)):
                return name
    return str(index)


def _is_unique(name: str, items: Sequence[object], keys: tuple[str, ...]) -> bool:
    """Whether only one item is called so."""
    alike = (item for item in items if _called(item, keys) == name)
    return next(alike, None) is not None and next(alike, None) is None


def _called(item: object, keys: tuple[str, ...]) -> str:
    """`containerPort=53,protocol=UDP`; empty when there are no keys or the item has not all of them."""
    if not isinstance(item, dict):
        return ""
    values = [item.get(key) for key in keys]
    if not all(isinstance(value, (str, int)) for value in values):
        return ""
    return ",".join(f"{key}={value}" for key, value in zip(keys, values, strict=True))
