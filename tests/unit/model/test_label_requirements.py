"""A selector against the labels of one object, with and without what is filled in later."""

from __future__ import annotations

from typing import Any

import pytest

from seawall.core import Path, Unknown
from seawall.model.label_selectors import selects

KEY = "kubernetes.io/bootstrapping"
LABELS = {KEY: "rbac-defaults"}
HOLE = Unknown("${X}")


def expression(operator: Any, *values: Any, key: Any = KEY) -> dict[str, Any]:
    return {"matchExpressions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("selector", "wanted"),
    [
        ({}, True),
        (None, True),
        ({"matchLabels": {}, "matchExpressions": None}, True),
        ({"matchLabels": LABELS}, True),
        ({"matchLabels": {KEY: "other"}}, False),
        ({"matchLabels": {KEY: None}}, False),
        ({"matchLabels": LABELS | {"team": "shop"}}, False),
        (expression("Exists"), True),
        (expression("DoesNotExist"), False),
        (expression("Exists", key="team"), False),
        (expression("DoesNotExist", key="team"), True),
        (expression("In", "a", "rbac-defaults"), True),
        (expression("In", "a"), False),
        (expression("In", "a", key="team"), False),
        (expression("NotIn", "rbac-defaults"), False),
        (expression("NotIn", "a"), True),
        (expression("NotIn", "a", key="team"), True),
        (expression("exists"), False),
        ({"matchLabels": {"team": "shop"}} | expression("Exists"), False),
    ],
)
def test_what_is_written_is_decided(selector: Any, wanted: bool) -> None:
    assert selects(selector, LABELS).holds is wanted


@pytest.mark.parametrize(
    ("selector", "where"),
    [
        (HOLE, ()),
        ({"matchLabels": HOLE}, ("matchLabels",)),
        ({"matchLabels": {KEY: "${X}"}}, ("matchLabels", KEY)),
        ({"matchLabels": {"${X}": "a"}}, ("matchLabels", "${X}")),
        ({"matchExpressions": HOLE}, ("matchExpressions",)),
        ({"matchExpressions": [HOLE]}, ("matchExpressions", 0)),
        (expression("Exists", key=HOLE), ("matchExpressions", 0, "key")),
        (expression("${X}"), ("matchExpressions", 0, "operator")),
        (expression("In", "a", HOLE), ("matchExpressions", 0, "values", 1)),
        ({"matchExpressions": [{"key": KEY, "operator": "NotIn", "values": HOLE}]}, ("matchExpressions", 0, "values")),
    ],
)
def test_what_is_filled_in_later_is_unknown_where_it_stands(selector: Any, where: Path) -> None:
    found = selects(selector, LABELS)
    assert isinstance(found.holds, Unknown)
    assert found.where == where


@pytest.mark.parametrize(
    "selector",
    [
        {"matchLabels": {KEY: HOLE, "team": "shop"}},
        {"matchLabels": {"team": HOLE}},
        {"matchLabels": {KEY: HOLE}} | expression("DoesNotExist"),
        expression("NotIn", HOLE, "rbac-defaults"),
    ],
)
def test_one_requirement_that_fails_is_enough(selector: Any) -> None:
    assert selects(selector, LABELS).holds is False


def test_a_label_that_is_filled_in_later_leaves_it_open() -> None:
    labels = {"app": Unknown("${APP}"), "tier": "${TIER}"}
    for key in labels:
        assert isinstance(selects({"matchLabels": {key: "web"}}, labels).holds, Unknown)
        one_of = {"matchExpressions": [{"key": key, "operator": "NotIn", "values": ["web"]}]}
        assert isinstance(selects(one_of, labels).holds, Unknown)
        assert selects({"matchExpressions": [{"key": key, "operator": "Exists"}]}, labels).holds is True
