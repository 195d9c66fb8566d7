"""What the API server would read in an object; values of the wrong type or still to be filled in become unknown."""

from __future__ import annotations

import copy
import difflib
import functools
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from seawall.core import Path, Unknown
from seawall.data.api import api_types
from seawall.inventory.placeholders import has_placeholder
from seawall.inventory.shapes import Fields, Items, Leaf, Shape, Values, shape_of

_PATCH_DIRECTIVES = ("$patch", "$retainKeys", "$setElementOrder/", "$deleteFromPrimitiveList/")
"""What a strategic merge patch says beside the object's own fields; it never reaches the object."""


class Issue(msgspec.Struct, frozen=True, gc=False):
    """Something in an object that the API server would refuse or drop."""

    path: Path
    kind: str
    """`type` or `unknown-field`."""
    found: str
    """What stands there; never the content of a field that may hold a secret."""
    expected: str
    hint: str = ""


class Settled(msgspec.Struct, frozen=True):
    """A tree in which every value can be read as its type says, or is an `Unknown`."""

    tree: Any
    """The very tree that was given when nothing had to change, else a copy that shares what did not change."""
    issues: tuple[Issue, ...] = ()


def settle(tree: dict[str, Any], kind: str, api_version: str) -> Settled:
    """Settle an object of a built-in kind; an object of any other kind is returned as it is.

    Never raises, whatever the tree holds; never descends into unknown fields.
    """
    name = api_types().type_of(api_version, kind)
    return settle_as(tree, name) if name else Settled(tree)


def settle_as(tree: object, type_name: str, path: Path = ()) -> Settled:
    """Settle a part of an object, such as a pod template in a custom resource.

    `type_name` is a name of the table of types, and `PodSpec` is short for `core/v1.PodSpec`; `path` is where the part
    stands. Raises `KeyError` when there is no such type.
    """
    shape = shape_of(type_name if "/" in type_name else f"core/v1.{type_name}")
    if shape.accepts(tree):
        return Settled(tree)
    issues: list[Issue] = []
    return Settled(_settle(tree, shape, path, issues), tuple(issues))


def _settle(value: object, shape: Shape, path: Path, issues: list[Issue]) -> object:
    """A value that its shape does not accept, or a copy of it in which what is undecidable is unknown."""
    if isinstance(value, Unknown):
        return value  # whoever made the object already knew that it cannot be decided
    if isinstance(shape, Fields) and isinstance(value, dict):
        return _settle_parts(value, _known_fields(value, shape, path, issues), path, issues)
    if isinstance(shape, Values) and isinstance(value, dict):
        return _settle_parts(value, ((key, item, shape.item) for key, item in value.items()), path, issues)
    if isinstance(shape, Items) and isinstance(value, list):
        return _settle_parts(value, ((index, item, shape.item) for index, item in enumerate(value)), path, issues)
    if isinstance(value, str) and has_placeholder(value):
        return Unknown(value)
    content = _is_harmless(shape)
    found = _told(value, content=content)
    issues.append(Issue(path, "type", found, shape.expected, _type_hint(value, shape)))
    text = value if isinstance(value, str) and content else found
    return Unknown(text, f"the API server refuses it where it wants {shape.expected}")


def _settle_parts(value: Any, parts: Iterable[tuple[Any, object, Shape]], path: Path, issues: list[Issue]) -> object:
    """A dict or list, copied once one of its parts has to change."""
    settled = value
    for step, item, shape in parts:
        if shape.accepts(item):
            continue
        part = _settle(item, shape, (*path, step), issues)
        if part is not item:
            settled = copy.copy(value) if settled is value else settled
            settled[step] = part
    return settled


def _known_fields(
    value: dict[Any, object], shape: Fields, path: Path, issues: list[Issue]
) -> Iterator[tuple[Any, object, Shape]]:
    """The fields that the type has; an issue for each other one, unless its name is still to be filled in."""
    for key, item in value.items():
        field = shape.fields.get(key)
        if field:
            yield key, item, field
        elif not (isinstance(key, str) and (key.startswith(_PATCH_DIRECTIVES) or has_placeholder(key))):
            hint = _field_hint(str(key), shape)
            issues.append(Issue((*path, key), "unknown-field", str(key), f"a field of {shape.name}", hint))


@functools.lru_cache(4096)
def _field_hint(key: str, shape: Fields) -> str:
    """The field that was probably meant; empty when none is close."""
    folded, fields = key.casefold(), shape.fields
    meant = [field for field in fields if field.casefold() == folded] or difflib.get_close_matches(key, fields, 1, 0.75)
    return f'did you mean "{meant[0]}"?' if meant else ""


def _is_harmless(shape: Shape) -> bool:
    """Whether what stands in place of this shape can be no secret: only then is it repeated."""
    while isinstance(shape, Items | Values):
        shape = shape.item
    return isinstance(shape, Leaf) and not shape.text


def _told(value: object, *, content: bool) -> str:
    """A value in words; without its content where that may be a secret."""
    match value:
        case bool():
            what, text = "a boolean", "true" if value else "false"
        case int() | float():
            what, text = "a number", str(value)
        case str():
            what, text = "a string", f'"{value}"' if len(value) <= 40 else f'"{value[:39]}…"'
        case list():
            return "a list"
        case dict():
            return "an object"
        case _:
            return "something else"
    return f"{what}, {text}" if content else what


def _type_hint(value: object, shape: Shape) -> str:
    """How to write it instead, where that is plain."""
    if isinstance(value, str) and shape.accepts(_plain(value)):
        return "write it without quotes"
    if isinstance(value, bool | int | float) and isinstance(shape, Leaf) and shape.accepts("x"):
        return "write it in quotes"
    if isinstance(shape, Items) and shape.item.accepts(value):
        return "write a list with this one item"
    return ""


def _plain(text: str) -> object:
    """What an unquoted scalar would be, as far as booleans and whole numbers go; else the text."""
    if text in {"true", "false"}:
        return text == "true"
    return int(text) if text.removeprefix("-").isdecimal() and len(text) <= 20 else text
