"""Whatever stands in a manifest, looking for mechanisms neither fails nor calls absent what may be filled in."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.model.layer_estates import PARTIAL_WITH, PRESENT_WITH

from seawall.core import Document
from seawall.data.concepts import concepts
from seawall.inventory import collect
from seawall.model import Estate
from seawall.model.layers import State, sight
from seawall.yamltext import Broken, read

EXAMPLES = {
    f"{name}-{kind}": text
    for kind, table in (("all", PRESENT_WITH), ("some", PARTIAL_WITH))
    for name, text in table.items()
}
STRANGE: tuple[object, ...] = (
    "${LATER}",
    None,
    "",
    5,
    True,
    [],
    {},
    ["${LATER}"],
    [None],
    {"a": "${LATER}"},
    "{{ .Values.x }}",
)


def places(tree: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path and path not in (("apiVersion",), ("kind",)):
        yield path
    for key, value in tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ():
        yield from places(value, (*path, key))


def replaced(tree: Any, path: tuple[str | int, ...], value: object) -> Any:
    made = copy.deepcopy(tree)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return made


def estate(trees: list[Any], *, whole: bool = True) -> Estate:
    text = "\n---\n".join(json.dumps(tree) for tree in trees)
    documents = (Document("a.yaml", part) for part in read(text) if not isinstance(part, Broken))
    return Estate(collect(documents, whole=whole))


def states(found: Estate) -> dict[str, State]:
    sights = {concept.id: sight(concept, found) for concept in concepts().values() if not concept.part_of}
    return {name: each.state for name, each in sights.items() if each is not None}


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_value_of_any_kind_in_any_place_is_looked_at(name: str) -> None:
    trees = [tree for tree in yaml.safe_load_all(EXAMPLES[name]) if tree]
    for number, tree in enumerate(trees):
        for path in places(tree):
            for value in STRANGE[:6]:
                changed = [*trees[:number], replaced(tree, path, value), *trees[number + 1 :]]
                assert len(states(estate(changed))) > 60


WORLDS = st.lists(st.sampled_from(sorted(EXAMPLES)), min_size=1, max_size=6)


@given(WORLDS)
def test_more_objects_never_make_a_mechanism_absent(names: list[str]) -> None:
    trees = [tree for name in names for tree in yaml.safe_load_all(EXAMPLES[name]) if tree]
    before, after = states(estate(trees[:1])), states(estate(trees))
    had = {State.PRESENT, State.PARTIAL}
    assert all(after[name] in had for name, state in before.items() if state in had)


@given(WORLDS)
def test_only_a_whole_cluster_makes_a_mechanism_absent_and_changes_nothing_else(names: list[str]) -> None:
    trees = [tree for name in names for tree in yaml.safe_load_all(EXAMPLES[name]) if tree]
    part, whole = states(estate(trees, whole=False)), states(estate(trees))
    assert State.ABSENT not in part.values()
    assert {name for name in part if part[name] is not whole[name]} == {
        name for name, state in whole.items() if state is State.ABSENT
    }
