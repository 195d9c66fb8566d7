"""What the API server's JSON decoder accepts for each type of the Kubernetes API, as fast predicates.

Source: k8s.io/apimachinery, `pkg/api/resource/quantity.go`, `pkg/util/intstr`, `pkg/apis/meta/v1/time.go`, and
sigs.k8s.io/json, which refuses every other conversion; null is the zero value of any type.
"""

from __future__ import annotations

import binascii
import functools
import re
from collections.abc import Callable, Iterable
from typing import Final

import msgspec

from seawall.data.api import api_types
from seawall.inventory.placeholders import has_placeholder

Accepts = Callable[[object], bool]
"""Whether a value and all that it holds can be read as the type says, and is decided."""


class Leaf(msgspec.Struct, frozen=True):
    """A scalar, or content that has no type."""

    accepts: Accepts
    expected: str
    text: bool = False
    """Whether it is free text, in which placeholders decide nothing and which may be a secret."""


class Items(msgspec.Struct, frozen=True):
    """A list."""

    accepts: Accepts
    item: Shape
    expected: str = "a list"


class Values(msgspec.Struct, frozen=True):
    """A map whose keys are free."""

    accepts: Accepts
    item: Shape
    expected: str = "an object"


class Fields(msgspec.Struct, frozen=True, eq=False):
    """An object with fields of its type."""

    accepts: Accepts
    name: str
    fields: dict[str, Shape]
    expected: str = "an object"


Shape = Leaf | Items | Values | Fields

TEXT_ANYWHERE: Final = frozenset(
    {
        "description",
        "expression",
        "image",  # the image parser reads partial placeholders
        "message",
        "messageExpression",
        "note",
        "valueExpression",
    }
)
"""Fields that are text in every type."""

TEXT_FIELDS: Final = {
    "core/v1.ConfigMap": frozenset({"binaryData", "data"}),
    "core/v1.Container": frozenset({"args", "command"}),
    "core/v1.ContainerImage": frozenset({"names"}),
    "core/v1.EnvVar": frozenset({"value"}),
    "core/v1.EphemeralContainer": frozenset({"args", "command"}),
    "core/v1.ExecAction": frozenset({"command"}),
    "core/v1.HTTPHeader": frozenset({"value"}),
    "core/v1.ImageVolumeSource": frozenset({"reference"}),
    "core/v1.Secret": frozenset({"data", "stringData"}),
    "meta/v1.ObjectMeta": frozenset({"annotations", "generateName", "labels", "name", "namespace"}),
}
"""Type -> fields that are text: what they hold decides nothing here, or is read by somebody who knows placeholders."""

_INT32: Final = (-(2**31), 2**31 - 1)
_INT64: Final = (-(2**63), 2**63 - 1)
_QUANTITY: Final = re.compile(r"[+-]?\d*(?:\.\d*)?(?:[numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d{1,2}:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:\d\d)")


@functools.cache
def shape_of(type_name: str) -> Shape:
    """The shape of a type of the table; raises `KeyError` when there is no such type."""
    fields = {
        field: _shape(expression, text=field in TEXT_ANYWHERE or field in TEXT_FIELDS.get(type_name, ()))
        for field, expression in api_types().types[type_name].items()
    }
    return Fields(_fields({field: shape.accepts for field, shape in fields.items()}), type_name, fields)


@functools.cache
def _shape(expression: str, *, text: bool) -> Shape:
    """The shape of a type expression."""
    if expression.startswith("[]"):
        item = _shape(expression[2:], text=text)
        return Items(_items(item.accepts), item)
    if expression.startswith("{}"):
        item = _shape(expression[2:], text=text)
        return Values(_values(item.accepts), item)
    if expression in {"string", "enum"}:
        return Leaf(_is_text, "a string", text=True) if text else Leaf(_is_decided, "a string")
    return _LEAVES[expression] if expression in _LEAVES else shape_of(expression)


# Placeholders are looked for in millions of strings, of which a fleet has few different ones.
_is_templated = functools.lru_cache(maxsize=16384)(has_placeholder)


def _fields(checks: dict[str, Accepts]) -> Accepts:
    find = checks.get

    def accepts(value: object) -> bool:
        if type(value) is not dict:
            return value is None
        for key, item in value.items():
            check = find(key)
            if check is None or not check(item):
                return False
        return True

    return accepts


def _items(check: Accepts) -> Accepts:
    def accepts(value: object) -> bool:
        if type(value) is not list:
            return value is None
        return _all(check, value)

    return accepts


def _values(check: Accepts) -> Accepts:
    def accepts(value: object) -> bool:
        if type(value) is not dict:
            return value is None
        return _all(check, value.values())

    return accepts


def _all(check: Accepts, values: Iterable[object]) -> bool:
    # A plain loop: all() with a generator costs three times as much on the short lists of manifests.
    for value in values:  # noqa: SIM110
        if not check(value):
            return False
    return True


def _is_text(value: object) -> bool:
    return type(value) is str or value is None


def _is_decided(value: object) -> bool:
    return not _is_templated(value) if type(value) is str else value is None


def _is_boolean(value: object) -> bool:
    return value is True or value is False or value is None


def _is_int(value: object, low: int, high: int) -> bool:
    """A float without a fraction is one: kubectl writes `1.0` as `1`."""
    if type(value) is float:
        return value.is_integer() and low <= value <= high
    return low <= value <= high if type(value) is int else value is None


def _is_int32(value: object) -> bool:
    return _is_int(value, *_INT32)


def _is_int64(value: object) -> bool:
    return _is_int(value, *_INT64)


def _is_int_or_string(value: object) -> bool:
    return not _is_templated(value) if type(value) is str else _is_int32(value)


@functools.lru_cache(maxsize=4096)
def _is_quantity_text(text: str) -> bool:
    text = text.strip()
    return bool(text) and _QUANTITY.fullmatch(text) is not None


def _is_quantity(value: object) -> bool:
    return _is_quantity_text(value) if type(value) is str else type(value) in {int, float} or value is None


def _is_time(value: object) -> bool:
    """RFC 3339; the exactly six digits of a fraction that Events and Leases want are not insisted on."""
    return _TIME.fullmatch(value) is not None if type(value) is str else value is None


def _is_bytes(value: object) -> bool:
    """Base64, or what will be filled in; a list of numbers is what Go reads as bytes too."""
    if type(value) is list:
        return all(type(item) is int and 0 <= item <= 255 for item in value)
    if type(value) is not str:
        return value is None
    try:
        binascii.a2b_base64(value.replace("\n", "").replace("\r", ""), strict_mode=True)
    except ValueError:
        return has_placeholder(value)
    return True


def _is_anything(_: object) -> bool:
    return True


_LEAVES: Final = {
    "bool": Leaf(_is_boolean, "true or false"),
    "int32": Leaf(_is_int32, "a whole number of 32 bits"),
    "int64": Leaf(_is_int64, "a whole number"),
    "intOrString": Leaf(_is_int_or_string, "a whole number or a string"),
    "quantity": Leaf(_is_quantity, "a quantity such as 500m or 1Gi"),
    "time": Leaf(_is_time, "a time such as 2026-01-31T12:00:00Z"),
    "bytes": Leaf(_is_bytes, "a string in base64", text=True),
    "any": Leaf(_is_anything, "anything"),
}
