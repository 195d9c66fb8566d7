"""What is said of manifests that kubectl would refuse."""

from __future__ import annotations

import pytest

from seawall.core import Problem
from seawall.sources.manifests import read_manifests
from seawall.yamltext import Reader

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"
BROKEN = "apiVersion: v1\nkind: [\n"


def problems(text: str, name: str = "a.yaml") -> list[Problem]:
    return [found for found in read_manifests(text, name, Reader()) if isinstance(found, Problem)]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (
            POD + SERVICE,
            4,
            "two objects in one document: `---` is missing before line 4; only the last one's keys count",
        ),
        (POD + SERVICE + POD, 4, "3 objects in one document: `---` is missing before lines 4 and 7;"),
        (POD * 2002, 4, "2,002 objects in one document: `---` is missing before lines 4, 7, 10 and 1,998 more; only"),
        (POD + "---\n" + POD + "kind: Service\napiVersion: v1\n", 8, "two objects in one document"),
    ],
)
def test_objects_without_a_line_between_them(text: str, line: int, message: str) -> None:
    (problem,) = problems(text)
    assert (problem.kind, problem.line, problem.hides) == ("separator", line, True)
    assert problem.message.startswith(message)
    assert "`---`" in problem.hint


@pytest.mark.parametrize("text", [POD + "spec: {a: 1, a: 2}\n", POD + "spec:\n  kind: a\n  kind: b\n"])
def test_a_key_that_stands_twice_hides_nothing(text: str) -> None:
    (problem,) = problems(text)
    assert (problem.kind, problem.hides) == ("duplicate-key", False)


@pytest.mark.parametrize(
    ("text", "name", "hint"),
    [
        (BROKEN, "a.yaml", "kubectl would refuse this document"),
        (BROKEN, "-", "kubectl would refuse this document"),
        (f"{POD}---\n{BROKEN}", "a.yaml", "kubectl would refuse this document; the others of the file are judged"),
        (f"{POD}---\n{BROKEN}", "-", "kubectl would refuse this document; the others of the input are judged"),
    ],
)
def test_others_are_judged_only_where_there_are_some(text: str, name: str, hint: str) -> None:
    (problem,) = problems(text, name)
    assert problem.hint == hint
