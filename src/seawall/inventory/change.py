"""Another inventory: the same resources with changes made to some of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from seawall.core import Path
from seawall.inventory.resources import Inventory, Resource


class Change(msgspec.Struct, frozen=True, eq=False):
    """`path` of an object (from its root) holds `value`; with `remove` it goes."""

    path: Path
    value: Any = None
    remove: bool = False


def changed(tree: Any, changes: Sequence[Change]) -> Any:
    """A copy of `tree` with the changes made; what they do not touch is shared with the original.

    Missing parents are created, a list where the next step is an index. Removing what is absent changes nothing.
    """
    for change in changes:
        tree = _one(tree, change.path, change)
    return tree


def _one(tree: Any, path: Path, change: Change) -> Any:
    if not path:
        return change.value
    step, rest = path[0], path[1:]
    if isinstance(step, int):
        return _in_list(list(tree) if isinstance(tree, list) else [], step, rest, change)
    table = dict(tree) if isinstance(tree, dict) else {}
    if change.remove and not rest:
        table.pop(step, None)
    elif not change.remove or step in table:
        table[step] = _one(table.get(step), rest, change)
    return table


def _in_list(members: list[Any], step: int, rest: Path, change: Change) -> list[Any]:
    if change.remove and step >= len(members):
        return members
    if change.remove and not rest:
        del members[step]
    elif step < len(members):
        members[step] = _one(members[step], rest, change)
    else:
        members.append(_one(None, rest, change))
    return members


def apply(inventory: Inventory, changes: Mapping[int, Sequence[Change]]) -> Inventory:
    """The inventory with changes to the resources at the given positions; the original stays as it is."""

    def new(index: int, resource: Resource) -> Resource:
        steps = changes.get(index)
        return msgspec.structs.replace(resource, tree=changed(resource.tree, steps)) if steps else resource

    edited = tuple(new(index, resource) for index, resource in enumerate(inventory.resources))
    return msgspec.structs.replace(inventory, resources=edited)
