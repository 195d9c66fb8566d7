"""Documents become resources."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from seawall.core import Document, Problem, Unknown
from seawall.inventory import Resource, collect, resources
from seawall.yamltext import Broken, read


def found(text: str, namespace: str | None = None) -> list[Resource | Problem]:
    documents = [d for d in read(text) if not isinstance(d, Broken)]
    return [thing for d in documents for thing in resources(Document("a.yaml", d, (), namespace))]


def test_lists_are_taken_apart_in_order() -> None:
    text = """
kind: List
apiVersion: v1
items:
- {kind: Pod, apiVersion: v1, metadata: {name: a}}
- {kind: List, apiVersion: v1, items: [{kind: Pod, apiVersion: v1, metadata: {name: b}}]}
- null
- {kind: Pod, apiVersion: v1, metadata: {name: c}}
"""
    rows = [thing for thing in found(text) if isinstance(thing, Resource)]
    assert [(row.name, row.path) for row in rows] == [
        ("a", ("items", 0)),
        ("b", ("items", 1, "items", 0)),
        ("c", ("items", 3)),
    ]


@pytest.mark.parametrize(
    ("items", "paths"),
    [
        ("${ITEMS}", ["items"]),
        ("[{kind: Pod, apiVersion: v1}, '${POD}', null, {kind: Pod}]", ["items[1]", "items[2]", "items[3]"]),
        ("null", []),
        ("[]", []),
    ],
)
def test_what_a_list_holds_and_nobody_can_judge_is_a_problem(items: str, paths: list[str]) -> None:
    problems = [thing for thing in found(f"kind: List\napiVersion: v1\nitems: {items}\n") if isinstance(thing, Problem)]
    assert [problem.message.partition(" ")[0] for problem in problems] == paths


def test_a_typed_list_that_is_filled_in_later_is_a_problem() -> None:
    (problem,) = found("{kind: PodList, apiVersion: v1, items: '${PODS}'}")
    assert isinstance(problem, Problem)
    assert problem.kind == "list"


@pytest.mark.parametrize("own", ["", "kind: Pod, ", "apiVersion: v1, "])
def test_a_typed_list_gives_its_items_their_kind(own: str) -> None:
    (row,) = found(f"{{kind: PodList, apiVersion: v1, items: [{{{own}metadata: {{name: a}}}}]}}")
    assert isinstance(row, Resource)
    assert (row.kind, row.api_version, row.name) == ("Pod", "v1", "a")


@pytest.mark.parametrize("text", ["a: 1", "[1]", "kind: Pod", "apiVersion: v1", "kind: 3\napiVersion: v1", "just text"])
def test_what_is_no_object_gives_nothing(text: str) -> None:
    assert found(text) == []


def test_a_value_of_the_wrong_type_is_a_problem_at_its_place() -> None:
    row, problem = found("kind: Pod\napiVersion: v1\nmetadata: {name: a}\nspec:\n  hostNetwork: 'true'\n")
    assert isinstance(row, Resource)
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.line, problem.column) == ("type", 5, 16)
    assert isinstance(row.tree["spec"]["hostNetwork"], Unknown)


@pytest.mark.parametrize(
    ("kind", "namespace"), [("ConfigMap", "release"), ("ClusterRole", None), ("Widget", "release")]
)
def test_a_release_gives_its_namespace_to_what_has_one(kind: str, namespace: str | None) -> None:
    (row,) = found(f"kind: {kind}\napiVersion: example.com/v1\nmetadata: {{name: a}}", "release")
    assert isinstance(row, Resource)
    assert row.namespace == namespace


def test_a_name_without_its_quotes_is_called_as_it_is_written() -> None:
    row, *problems = found("kind: Pod\napiVersion: v1\nmetadata: {name: 8, namespace: 7}")
    assert isinstance(row, Resource)
    assert (row.name, row.namespace, len(problems)) == ("8", "7", 2)
    broken, *_ = found("kind: Pod\napiVersion: v1\nmetadata: {name: true, namespace: []}")
    assert isinstance(broken, Resource)
    assert (broken.name, broken.namespace) == ("", None)


def test_what_a_source_left_undecided_stays_so_without_a_problem() -> None:
    class Made:
        value: ClassVar[Any] = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": Unknown("random")}}
        line = 1

    (row,) = resources(Document("a.yaml", Made()))  # type: ignore[arg-type]  # as much of a Text as is asked for
    assert isinstance(row, Resource)
    assert row.name == "random"


def test_the_inventory_counts_what_it_read() -> None:
    documents = [
        Document("a.yaml", d) for d in read("kind: Pod\napiVersion: v1\n---\na: 1\n") if not isinstance(d, Broken)
    ]
    problem = Problem("b.yaml", 1, 1, "yaml", "broken")
    inventory = collect([*documents, problem], whole=True)
    assert (inventory.coverage.documents, inventory.coverage.objects, inventory.problems) == (2, 1, (problem,))


@pytest.mark.parametrize("kind", ["List", "PodList"])
def test_items_that_are_no_list_are_told(kind: str) -> None:
    (problem,) = found(f"kind: {kind}\napiVersion: v1\nitems: {{a: {{spec: {{hostPID: true}}}}}}\n")
    assert isinstance(problem, Problem)
    assert problem.message.startswith("items holds no object")
