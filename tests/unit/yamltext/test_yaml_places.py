"""Where each part of a document stands."""

from __future__ import annotations

import pytest

from seawall.core import Path, Span
from seawall.yamltext import Document, read

POD = """\
# a comment
apiVersion: v1  # note
metadata:
  labels: {app.kubernetes.io/name: "web", tier: front}
  "annotations":
    a/b: 'x'
spec:
  containers:
    - name: web
      image: "nginx:1"
      command: [sh, "-c", {x: y}]
    -
      name: side
      args:
      - |
        one
        two

      - - nested
  empty:
  none: {}
"""


def place(text: str, path: Path) -> tuple[str, int]:
    """The text of the lines that a span covers, cut to it, and how many steps of the path exist."""
    (document,) = read(text)
    assert isinstance(document, Document)
    span, depth = document.locate(path)
    return cut(text, span), depth


def cut(text: str, span: Span) -> str:
    lines = [line.removeprefix("\ufeff") for line in text.split("\n")[span.line - 1 : span.end_line]]
    lines[-1] = lines[-1][: span.end_column - 1]
    lines[0] = lines[0][span.column - 1 :]
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("path", "text", "depth"),
    [
        ((), "apiVersion", 0),
        (("apiVersion",), "v1", 1),
        (("metadata",), "metadata", 1),
        (("metadata", "labels"), "labels", 2),
        (("metadata", "labels", "app.kubernetes.io/name"), '"web"', 3),
        (("metadata", "annotations"), '"annotations"', 2),
        (("metadata", "annotations", "a/b"), "'x'", 3),
        (("spec", "containers"), "containers", 2),
        (("spec", "containers", 0), "name", 3),
        (("spec", "containers", 0, "image"), '"nginx:1"', 4),
        (("spec", "containers", 0, "command"), "command", 4),
        (("spec", "containers", 0, "command", 1), '"-c"', 5),
        (("spec", "containers", 0, "command", 2), "{", 5),
        (("spec", "containers", 0, "command", 2, "x"), "y", 6),
        (("spec", "containers", 1), "name", 3),
        (("spec", "containers", 1, "args"), "args", 4),
        (("spec", "containers", 1, "args", 0), "|\n        one\n        two", 5),
        (("spec", "containers", 1, "args", 1), "-", 5),
        (("spec", "containers", 1, "args", 1, 0), "nested", 6),
        (("spec", "empty"), "empty", 2),
        (("spec", "none"), "none", 2),
        (("spec", "empty", "more", "steps"), "empty", 2),
        (("spec", "containers", 0, "securityContext", "privileged"), "name", 3),
        (("spec", "containers", 2), "containers", 2),
        (("spec", "containers", -1), "containers", 2),
        (("spec", "containers", "0"), "containers", 2),
        (("spec", 0), "spec", 1),
        (("apiVersion", 0), "v1", 1),
        (("gone",), "apiVersion", 0),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_deepest_part_that_exists(path: Path, text: str, depth: int, newline: str) -> None:
    found, steps = place(POD.replace("\n", newline), path)
    assert (found.replace("\r\n", "\n"), steps) == (text, depth)


@pytest.mark.parametrize(
    ("text", "path", "span"),
    [
        ("a: &x {p: 1}\nb: *x\n", ("b",), Span(2, 1, 2, 2)),
        ("a: &x {p: 1}\nb: *x\n", ("b", "p"), Span(1, 11, 1, 12)),
        ("a: &x 12\nb: *x\n", ("b",), Span(1, 4, 1, 9)),
        ("a: &x\n  p: 1\nb:\n  <<: *x\n  q: 2\n", ("b", "p"), Span(2, 6, 2, 7)),
        ("a: &x\n  p: 1\nb:\n  <<: *x\n  q: 2\n", ("b", "q"), Span(5, 6, 5, 7)),
        ("a: &x\n  p: 1\nb:\n  <<: *x\n  p: 2\n", ("b", "p"), Span(5, 6, 5, 7)),
        ("a: &x {p: 1}\nb: &y {p: 2, q: 3}\nc: {<<: [*x, *y]}\n", ("c", "q"), Span(2, 17, 2, 18)),
        ("a: 1\na: 2\n", ("a",), Span(2, 4, 2, 5)),
        ("é: ü # ö\nб: [ж, з]\n", ("б", 1), Span(2, 8, 2, 9)),
        ("\ufeffkey: value\n", ("key",), Span(1, 6, 1, 11)),
        ("-\n- a\n", (0,), Span(1, 1, 1, 2)),
        ("# x\n\n-   a: 1\n", (), Span(3, 1, 3, 2)),
        ("# x\n\n-   a: 1\n", (0,), Span(3, 5, 3, 6)),
        ("# nothing\n", (), Span(1, 1, 1, 1)),
        ("a: one\n  two\nb: 1\n", ("a",), Span(1, 4, 2, 6)),
        ("? a\n: b\n", ("a",), Span(2, 3, 2, 4)),
        ("plain\n", ("a",), Span(1, 1, 1, 6)),
        ('{"a": {\n  "b\\u0063": [1, "x", {}], "d": null}}', ("a", "bc", 1), Span(2, 18, 2, 21)),
        ('{"a": {\n  "b\\u0063": [1, "x", {}], "d": null}}', ("a", "bc", 2), Span(2, 23, 2, 24)),
        ('{"a": {\n  "b\\u0063": [1, "x", {}], "d": null}}', ("a", "d"), Span(2, 33, 2, 37)),
        ('{"a": {\n  "b\\u0063": [1, "x", {}], "d": null}}', ("a",), Span(1, 2, 1, 5)),
    ],
)
def test_span(text: str, path: Path, span: Span) -> None:
    (document,) = read(text)
    assert isinstance(document, Document)
    assert document.locate(path)[0] == span


def test_lines_and_columns_are_those_of_the_file() -> None:
    text = "\ufeff# é\na: 1\n---\n\ufeffb:\n  - c: 2\n---\n{d: [3]}\n"
    first, second, third = read(text)
    for document, path, span in (
        (first, ("a",), Span(2, 4, 2, 5)),
        (second, ("b",), Span(4, 1, 4, 2)),
        (second, ("b", 0, "c"), Span(5, 8, 5, 9)),
        (third, ("d", 0), Span(7, 6, 7, 7)),
    ):
        assert isinstance(document, Document)
        assert document.locate(path) == (span, len(path))
    assert [document.line for document in (first, second, third)] == [1, 4, 7]


def test_documents_of_a_json_stream_stand_where_they_begin() -> None:
    first, second = read('{"a": 1}\n\n {"b": 2}\n')
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.line, second.line) == (1, 3)
    assert second.locate(("b",)) == (Span(3, 8, 3, 9), 1)
    assert second.lines(1, 3) == [' {"b": 2}']


def test_lines_are_clipped_to_the_document() -> None:
    _, second, _ = read("a: 1\n---\nb: 2\r\nc: 3\r\n---\nd: 4\n")
    assert isinstance(second, Document)
    assert second.lines(1, 99) == ["b: 2", "c: 3"]
    assert second.lines(4, 4) == ["c: 3"]
    assert second.lines(5, 3) == []
    assert second.lines(1, 2) == []


def test_comments_are_not_what_looks_like_one() -> None:
    text = """\
a: 1  # one
---
# two
b: "x # no"
c: |  # three
  # no
  y
d: x#no
e: [1, # four
  2]
'f # no': # five
  - g   # six
# seven
"""
    _, second = read(text)
    assert isinstance(second, Document)
    found = [(comment.line, comment.column, comment.text) for comment in second.comments(1, 99)]
    assert found == [
        (3, 1, "# two"),
        (5, 7, "# three"),
        (9, 8, "# four"),
        (11, 11, "# five"),
        (12, 9, "# six"),
        (13, 1, "# seven"),
    ]
    assert [comment.text for comment in second.comments(5, 9)] == ["# three", "# four"]
    assert second.comments(6, 8) == []
    assert second.comments(14, 99) == []


def test_places_far_into_a_long_document_are_those_of_a_short_one() -> None:
    text = "items:\n" + "".join(f"- name: n{index}\n  image: x:{index}\n" for index in range(2000))
    (document,) = read(text)
    assert isinstance(document, Document)
    for index in (0, 63, 64, 65, 700, 1999, 64):
        span, depth = document.locate(("items", index, "image"))
        assert (span.line, span.column, depth) == (2 * index + 3, 10, 3)


def test_places_in_a_long_mapping_are_those_of_its_keys() -> None:
    (document,) = read("data:\n" + "".join(f"  k{index}: v\n" for index in range(200)) + "other: {k3: w}\n")
    assert isinstance(document, Document)
    for index in (0, 63, 64, 199, 3):
        span, depth = document.locate(("data", f"k{index}"))
        assert (span.line, depth) == (index + 2, 2)
    assert document.locate(("data", "k200"))[1] == 1
    assert document.locate(("other", "k3"))[0].line == 202
