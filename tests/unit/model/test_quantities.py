"""Quantities as numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from seawall.model.quantities import quantity


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", "1"),
        (2, "2"),
        (0.5, "0.5"),
        ("500m", "0.5"),
        ("1Ki", "1024"),
        ("1.5Gi", "1610612736"),
        ("2k", "2000"),
        ("2e3", "2000"),
        ("2E", "2000000000000000000"),
        ("-1n", "-0.000000001"),
        (".5", "0.5"),
    ],
)
def test_a_quantity_is_a_number(text: object, number: str) -> None:
    assert quantity(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "x", "1.2.3", "1 Gi", "${N}", None, True, [1], "1Xi"])
def test_what_is_no_quantity(text: object) -> None:
    assert quantity(text) is None
