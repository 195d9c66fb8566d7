"""Quantities of the API as numbers: `500m`, `1Gi`, `2e3`.

Source: k8s.io/apimachinery `pkg/api/resource` (`Quantity`).
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

_FORM: Final = re.compile(r"\s*([+-]?[\d.]+(?:[eE][+-]?\d{1,3})?)([numkMGTPE]|[KMGTPE]i)?\s*")
_DECIMAL: Final = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY: Final = "KMGTPE"


def quantity(value: object) -> Decimal | None:
    """The number that a quantity stands for; None where it is none, or is filled in later."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    match = _FORM.fullmatch(str(value))
    if match is None:
        return None
    suffix = match[2] or ""
    try:
        number = Decimal(match[1])
    except InvalidOperation:
        return None
    if suffix.endswith("i"):
        return number * Decimal(1024) ** (_BINARY.index(suffix[0]) + 1)
    return number.scaleb(_DECIMAL.get(suffix, 0))
