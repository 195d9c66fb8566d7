"""How an estate is written down never changes what is said of it."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.estates import ESTATES, NAMES, Said, Tree, as_json, as_yaml, renamed, verdicts

MODEST = settings(max_examples=25, deadline=None, print_blob=True)
WHOLE = pytest.mark.parametrize("whole", [False, True], ids=["part", "whole"])


@WHOLE
@MODEST
@given(trees=ESTATES, data=st.data())
def test_reordering_documents_changes_nothing(whole: bool, trees: list[Tree], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(trees))

    assert verdicts({"a.yaml": as_yaml(trees)}, whole=whole) == verdicts({"a.yaml": as_yaml(shuffled)}, whole=whole)


@WHOLE
@MODEST
@given(trees=ESTATES, data=st.data())
def test_splitting_files_changes_nothing(whole: bool, trees: list[Tree], data: st.DataObject) -> None:
    homes = data.draw(st.lists(st.sampled_from("xyz"), min_size=len(trees), max_size=len(trees)))
    files = {
        f"{home}.yaml": as_yaml(tree for tree, where in zip(trees, homes, strict=True) if where == home)
        for home in sorted(set(homes))
    }

    assert verdicts({"all.yaml": as_yaml(trees)}, whole=whole) == verdicts(files, whole=whole)


@WHOLE
@MODEST
@given(trees=ESTATES)
def test_json_and_lists_say_what_yaml_says(whole: bool, trees: list[Tree]) -> None:
    expected = verdicts({"a.yaml": as_yaml(trees)}, whole=whole)
    bundle = {"apiVersion": "v1", "kind": "List", "items": trees}

    assert verdicts({"a.json": as_json(trees)}, whole=whole) == expected
    assert verdicts({"a.yaml": as_yaml([bundle])}, whole=whole) == expected


@MODEST
@given(trees=ESTATES)
def test_renaming_a_file_changes_nothing(trees: list[Tree]) -> None:
    text = as_yaml(trees)

    assert verdicts({"a.yaml": text}) == verdicts({"some/where/else.yml": text})


@WHOLE
@MODEST
@given(trees=ESTATES)
def test_renaming_objects_renames_the_subjects_only(whole: bool, trees: list[Tree]) -> None:
    names = {name: f"{name}x" for name in NAMES}
    before = verdicts({"a.yaml": as_yaml(trees)}, whole=whole)
    after = verdicts({"a.yaml": as_yaml(renamed(trees, names))}, whole=whole)

    def plain(said: Said, names: dict[str, str]) -> Said:
        kind, namespace, name, container = said.subject
        subject = (kind, namespace, names.get(name, name), container)
        path = re.sub(r"(?<==)\w+", lambda match: names.get(match[0], match[0]), said.names)
        return said._replace(subject=subject, names=path, fingerprint="")

    assert Counter(plain(said, names) for said in before.elements()) == Counter(
        plain(said, {}) for said in after.elements()
    )


@WHOLE
@MODEST
@given(trees=ESTATES, others=ESTATES)
def test_an_unrelated_namespace_changes_nothing(whole: bool, trees: list[Tree], others: list[Tree]) -> None:
    # The others live elsewhere under names of their own; what is not namespaced would not be unrelated.
    away = renamed(others, {"nsone": "elsewhere", "nstwo": "faraway", **{name: f"other{name}" for name in NAMES}})
    away = [tree for tree in away if tree["kind"] != "ClusterRole"]

    def here(said: Said) -> bool:
        _, namespace, name, _ = said.subject
        return not {namespace, name} & {"elsewhere", "faraway"}

    alone = verdicts({"a.yaml": as_yaml(trees)}, whole=whole)
    together = verdicts({"a.yaml": as_yaml(trees), "b.yaml": as_yaml(away)}, whole=whole)

    assert Counter(said for said in together.elements() if here(said)) == alone
