"""Laws of what a check is asked about: whatever is called the same, fewer or more is so for every request."""

from __future__ import annotations

from typing import Any

import hypothesis.strategies as st
from hypothesis import given

from seawall.model.changes import extent
from seawall.model.changes.extent import Turn

KEYS, VALUES = ("a", "b"), ("1", "2")
LABELS = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES))


@st.composite
def expressions(draw: st.DrawFn) -> dict[str, Any]:
    operator = draw(st.sampled_from(("In", "NotIn", "Exists", "DoesNotExist")))
    found: dict[str, Any] = {"key": draw(st.sampled_from(KEYS)), "operator": operator}
    if operator in ("In", "NotIn"):
        found["values"] = draw(st.lists(st.sampled_from(VALUES), min_size=1, unique=True))
    return found


SELECTORS = st.one_of(
    st.none(), st.fixed_dictionaries({"matchLabels": LABELS, "matchExpressions": st.lists(expressions(), max_size=2)})
)


def selects(selector: dict[str, Any] | None, labels: dict[str, str]) -> bool:
    """The obvious evaluation."""
    if selector is None:
        return True
    if any(labels.get(key) != value for key, value in selector["matchLabels"].items()):
        return False
    for each in selector["matchExpressions"]:
        value = labels.get(each["key"])
        holds = {
            "In": value in each.get("values", ()),
            "NotIn": value not in each.get("values", ()),
            "Exists": value is not None,
            "DoesNotExist": value is None,
        }
        if not holds[each["operator"]]:
            return False
    return True


BEARERS = [
    {key: value for key, value in zip(KEYS, pair, strict=True) if value}
    for pair in ((a, b) for a in (*VALUES, "3", "") for b in (*VALUES, "3", ""))
]


@given(SELECTORS, SELECTORS)
def test_of_selectors(old: dict[str, Any] | None, new: dict[str, Any] | None) -> None:
    before, after = ({i for i, each in enumerate(BEARERS) if selects(one, each)} for one in (old, new))
    _holds(extent.selector(old, new), before, after)
    assert extent.selector(old, old) is Turn.SAME


def _some(*words: str) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=1, max_size=2, unique=True)


RULES = st.lists(
    st.fixed_dictionaries(
        {
            "apiGroups": _some("", "apps", "*"),
            "apiVersions": st.just(["*"]),
            "operations": _some("CREATE", "UPDATE", "*"),
            "resources": _some("pods", "pods/exec", "pods/*", "*/exec", "*", "*/*"),
        },
        optional={"scope": st.sampled_from(("*", "Namespaced", "Cluster"))},
    ),
    max_size=2,
)
REQUESTS = [
    (group, operation, kind, sub, scope)
    for group in ("", "apps", "batch")
    for operation in ("CREATE", "UPDATE", "DELETE")
    for kind in ("pods", "nodes")
    for sub in ("", "exec", "log")
    for scope in ("Namespaced", "Cluster")
]


def asked(rules: list[dict[str, Any]], request: tuple[str, ...]) -> bool:
    """The obvious evaluation."""
    group, operation, kind, sub, scope = request
    for rule in rules:
        below = [each.partition("/")[::2] for each in rule["resources"]]
        if (
            {"*", group} & set(rule["apiGroups"])
            and {"*", operation} & set(rule["operations"])
            and any(k in ("*", kind) and s in ("*", sub) for k, s in below)
            and rule.get("scope", "*") in ("*", scope)
        ):
            return True
    return False


@given(RULES, RULES)
def test_of_rules(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> None:
    before, after = ({i for i, each in enumerate(REQUESTS) if asked(one, each)} for one in (old, new))
    _holds(extent.rules(old, new), before, after)
    assert extent.rules(old, old) is Turn.SAME


def _holds(turn: Turn, before: set[int], after: set[int]) -> None:
    """What is said is so; that it cannot be told is always allowed."""
    if turn in (Turn.SAME, Turn.FEWER):
        assert after <= before
    if turn in (Turn.SAME, Turn.MORE):
        assert before <= after
