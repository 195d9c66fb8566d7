"""Changes give another tree and share what they do not touch."""

from __future__ import annotations

from typing import Any

import pytest

from seawall.inventory.change import Change, changed


@pytest.mark.parametrize(
    ("tree", "change", "wanted"),
    [
        ({"a": 1}, Change(("a",), 2), {"a": 2}),
        ({}, Change(("a", "b"), True), {"a": {"b": True}}),
        ({"a": [1, 2]}, Change(("a", 1), 3), {"a": [1, 3]}),
        ({"a": [1]}, Change(("a", 5), 2), {"a": [1, 2]}),
        ({}, Change(("a", 0, "b"), 1), {"a": [{"b": 1}]}),
        ({"a": None}, Change(("a", "b"), 1), {"a": {"b": 1}}),
        ({"a": {"b": 1, "c": 2}}, Change(("a", "b"), remove=True), {"a": {"c": 2}}),
        ({"a": [1, 2]}, Change(("a", 0), remove=True), {"a": [2]}),
        ({"a": [1]}, Change(("a", 3), remove=True), {"a": [1]}),
        ({"a": 1}, Change(("x", "y"), remove=True), {"a": 1}),
    ],
)
def test_one_change(tree: Any, change: Change, wanted: Any) -> None:
    assert changed(tree, [change]) == wanted


def test_the_original_stays_and_the_rest_is_shared() -> None:
    tree = {"a": {"b": 1}, "c": {"d": 2}}
    edited = changed(tree, [Change(("a", "b"), 3)])
    assert tree == {"a": {"b": 1}, "c": {"d": 2}}
    assert edited["c"] is tree["c"]
