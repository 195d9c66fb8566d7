"""Which documents a text holds and what each says, as kubectl has it."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from seawall.core import Text
from seawall.yamltext import Broken, Document, Limits, Reader, read


def values(text: str) -> list[Any]:
    return [found.kind if isinstance(found, Broken) else found.value for found in read(text)]


STREAMS = [
    ("", []),
    ("# only this\n", [None]),
    ("---\n", [None]),
    ("---\n---\na: 1\n", [None, {"a": 1}]),
    ("a: 1\n---\n---\nb: 2\n", [{"a": 1}, {"b": 2}]),
    ("a: 1\n---", [{"a": 1}]),
    ("--- # note\na: 1\n---   \nb: 2\n", [{"a": 1}, {"b": 2}]),
    ("a: 1\r\n---\r\nb: |\r\n  x\r\n", [{"a": 1}, {"b": "x\n"}]),
    ("\ufeffa: 1\n---\n\ufeffb: 2\n", [{"a": 1}, {"b": 2}]),
    ("a: 1\n...\nb: 2\n---\nc: 3\n", [{"a": 1}, "dropped", {"c": 3}]),
    ("a: 1\n--- b: 2\n---\nc: 3\n", [{"a": 1}, "separator", {"c": 3}]),
    ("--- {a: 1}\n--- {b: 2}\n", ["separator", "separator"]),
    ("a: 1\n----\nb: 2\n", [{"a": 1}, "separator"]),
    ("%YAML 1.1\n---\na: 1\n", ["yaml", {"a": 1}]),
    ("a: [1\n---\nb: 2\n---\nc: :\n  - x\n---\nd: 4\n", ["yaml", {"b": 2}, "yaml", {"d": 4}]),
    ("a: |\n  x\n  ---\n  y\n", [{"a": "x\n---\ny\n"}]),
    ("a: |\n  x\n---\nb: 1\n", [{"a": "x\n"}, {"b": 1}]),
    ("a: &x 1\n---\nb: *x\n---\nc: 1\n", [{"a": 1}, "yaml", {"c": 1}]),
    ("a: |\n  no line feed", [{"a": "no line feed\n"}]),
    ("just text\n---\n- 1\n- [2]\n", ["just text", [1, [2]]]),
    ('{"a": 1}{"b": [2.5, 1e2]}\n[3]\n', [{"a": 1}, {"b": [2.5, 100.0]}, [3]]),
    ('{"a": 1}\n---\nb: yes\n', [{"a": 1}, {"b": True}]),
    ('{"a": 1}\n{"b": 2}\n---\nc: 3\n---\nd: 4\n', [{"a": 1}, {"b": 2}, "json", {"d": 4}]),
    ("{a: yes, b: [no]}\n", [{"a": True, "b": [False]}]),
    ('{"a": 1,}\n', [{"a": 1}]),
    ('{"a": "x\ny: 2\n---\nb: 2\n', ["json", {"b": 2}]),
    (r'{"a": "\ud83d\ude00 \ud800 \\ud800 \/"}', [{"a": "😀 \ufffd \\ud800 /"}]),
    ('{"a": 1e999}\n', ["number"]),
    ('{"a": NaN}\n', [{"a": "NaN"}]),
]


@pytest.mark.parametrize(("text", "documents"), STREAMS)
def test_documents_of_a_stream(text: str, documents: list[Any]) -> None:
    assert values(text) == documents


SINGLE = [
    ("a: {b: 1, 'c d': [x, \"y\", {z: ~}]}\n", {"a": {"b": 1, "c d": ["x", "y", {"z": None}]}}),
    ("a:\n- x\n-\n  - z\n-\n", {"a": ["x", ["z"], None]}),
    ("- - 1\n  - - 2\n", [[1, [2]]]),
    ("-   a: 1\n    b:\n    - c: 2\n      d: 3\n", [{"a": 1, "b": [{"c": 2, "d": 3}]}]),
    ("a: 1 # note\nb: x#y\nc: 'x # y'\n", {"a": 1, "b": "x#y", "c": "x # y"}),
    ("a.b/c: 1\n'quoted: key': 2\n\"d\": 3\n", {"a.b/c": 1, "quoted: key": 2, "d": 3}),
    ("a: one\n  two\n\n  three\n", {"a": "one two\nthree"}),
    ("a: |2\n    x\n   y\n", {"a": "  x\n y\n"}),
    ("a: |+\n  x\n\nb: |-\n  y\n\nc: >\n  p\n  q\n", {"a": "x\n\n", "b": "y", "c": "p q\n"}),
    ("a: |  # note\n\n  x\n\n  # y\n\n# z\nb: 1\n", {"a": "\nx\n\n# y\n", "b": 1}),
    ("a: ключ\nö: \U0001f600\n", {"a": "ключ", "ö": "\U0001f600"}),
    ("a: &x {p: 1}\nb: *x\nc: [*x, *x]\n", {"a": {"p": 1}, "b": {"p": 1}, "c": [{"p": 1}, {"p": 1}]}),
    ("a: &x 1\nb: *x\nc: &x 2\nd: *x\n*x : 3\n", {"a": 1, "b": 1, "c": 2, "d": 2, "2": 3}),
    ("a: &x [&x 1, *x]\nb: *x\n", {"a": [1, 1], "b": 1}),
    ("a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\nc: {q: 3, <<: *x}\n",
     {"a": {"p": 1, "q": 2}, "b": {"p": 1, "q": 3}, "c": {"q": 2, "p": 1}}),
    ("a: &x {p: 1}\nb: &y {p: 2, q: 3}\nc:\n  <<: [*x, *y]\n",
     {"a": {"p": 1}, "b": {"p": 2, "q": 3}, "c": {"p": 1, "q": 3}}),
    ("a:\n  '<<': {p: 1}\n", {"a": {"<<": {"p": 1}}}),
    ("a:\t1\nb: c\td\n", {"a": 1, "b": "c\td"}),
    ("a: 1\rb: 2\r", {"a": 1, "b": 2}),
    ("a: x\x85b: 2\n", {"a": "x", "b": 2}),
    ("a:\n  b: 1\n c: 2\n", "yaml"),
    ("a:\n\tb: 1\n", "yaml"),
    ("-\ta: 1\n", "yaml"),
    ("a: x\n  b: y\n", "yaml"),
    ("a: *nowhere\n", "yaml"),
    ("a: &x [*x]\n", "yaml"),
    ("a:\n  <<: 5\n", "yaml"),
    ("a:\n  <<: [[{p: 1}]]\n", "yaml"),
    ("a: \x00\n", "yaml"),
    ("a: \x7f\n", "yaml"),
    ("a: \udcff\n", "yaml"),
    ('{"a": "\udcff"}\n', "unicode"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), SINGLE)
def test_value_of_a_document(text: str, value: object) -> None:
    assert values(text) == [value]


def test_broken_document_says_where_and_why() -> None:
    good, broken, later = read("# é\na: 1\n---\nb: 2\nc: *gone\n---\nd: 1\n")
    assert isinstance(good, Document)
    assert isinstance(later, Document)
    assert broken == Broken(5, 4, "unknown anchor referenced; quote a text that begins with `*`", "yaml")
    assert [found.line for found in (good, later)] == [1, 7]


def test_broken_json_says_where() -> None:
    (broken,) = read('{"a": 1,\n "b": ]}\n')
    assert isinstance(broken, Broken)
    assert (broken.line, broken.column, broken.kind) == (2, 7, "json")


def test_duplicate_keys_are_told_and_the_last_one_wins() -> None:
    (found,) = read("x:\n  a: 1\n  b: 0\n  'a': 2\n  \"a\": 3\n1: p\n'1': q\n")
    assert isinstance(found, Document)
    assert found.value == {"x": {"a": 3, "b": 0}, "1": "q"}
    told = [(each.key, each.span.line, each.span.column, each.span.end_column) for each in found.duplicates]
    assert told == [("a", 4, 3, 6), ("a", 5, 3, 6), ("1", 7, 1, 4)]
    assert found.locate(("x", "a"))[0].line == 5


def test_merged_key_is_no_duplicate() -> None:
    (found,) = read("a: &x {p: 1}\nb: {<<: *x, p: 2}\n")
    assert isinstance(found, Document)
    assert found.duplicates == ()


def test_duplicate_keys_of_json() -> None:
    (found,) = read('\n{"a": {"b": 1,\n "b": [2]}}')
    assert isinstance(found, Document)
    assert found.value == {"a": {"b": [2]}}
    assert [(each.key, each.span.line, each.span.column) for each in found.duplicates] == [("b", 3, 2)]
    assert found.locate(("a", "b", 0))[0].column == 8


@pytest.mark.parametrize(
    ("text", "limits", "kind"),
    [
        ("a: 1\n", Limits(max_chars=4), "size"),
        ("a: {b: {c: [1]}}\n", Limits(max_depth=3), "depth"),
        ("a:\n  b:\n    c:\n    - 1\n", Limits(max_depth=3), "depth"),
        ("- a: []\n", Limits(max_depth=2), "depth"),
        ("a: &a [[1]]\nb: [[*a]]\n", Limits(max_depth=4), "depth"),
        ('{"a": {"b": {"c": [1]}}}', Limits(max_depth=3), "depth"),
        ("a: [1, 2, 3, 4]\n", Limits(max_nodes=5), "nodes"),
        ("a: &a [1, 2, 3]\nb: [*a, *a]\n", Limits(max_nodes=12), "nodes"),
    ],
)
def test_limits(text: str, limits: Limits, kind: str) -> None:
    assert [found.kind for found in read(text, limits) if isinstance(found, Broken)] == [kind]


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("a: {b: {c: [1]}}\n", Limits(max_depth=4)),
        ("a:\n  b:\n    c:\n    - 1\n", Limits(max_depth=4)),
        ("- a: []\n", Limits(max_depth=3)),
        ('{"a": {"b": {"c": [1]}}}', Limits(max_depth=4)),
    ],
)
def test_what_just_fits_the_limits(text: str, limits: Limits) -> None:
    assert isinstance(read(text, limits)[0], Document)


def test_more_documents_than_are_read() -> None:
    found = read("a: 1\n---\n" * 5, Limits(max_documents=3))
    assert [type(each) for each in found] == [Document, Document, Document, Broken]
    assert isinstance(found[3], Broken)
    assert (found[3].kind, found[3].line) == ("documents", 7)


def test_document_keeps_the_protocol_that_others_rely_on() -> None:
    found = read("a: 1\n")[0]
    assert isinstance(found, Document)
    text: Text = found
    assert text.value == {"a": 1}


def test_one_reader_serves_many_texts() -> None:
    reader = Reader()
    first, second = (reader.read(f"a: 1\nb:\n- {name}\n")[0] for name in ("x", "z"))
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    first.value["b"].append("changed")
    assert second.value == {"a": 1, "b": ["z"]}
    assert reader.read("a: 1\nb:\n- x\n")[0].value == {"a": 1, "b": ["x"]}  # type: ignore[union-attr]


def test_flow_list_is_not_shared_between_documents() -> None:
    first, second = read("a: [x]\n---\na: [x]\n")
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    first.value["a"].append("changed")
    assert second.value == {"a": ["x"]}


def test_importing_and_reading_plain_documents_leaves_libyaml_alone() -> None:
    code = "import sys; from seawall.yamltext import read; read('a: [x]\\n'); print('yaml' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "False\n"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\n...\nb: 2\n", 3),
        ("a: 1\n... # end\n\n# and\n...\nb: 2", 6),
        ("a: |\n  ...\n  text\n...\nb\n", 5),
        ("a: 1\r\n...\r\nb: 2\r\n", 3),
    ],
)
def test_what_follows_the_end_of_a_document_is_told(text: str, line: int) -> None:
    (dropped,) = (found for found in read(text) if isinstance(found, Broken))
    assert (dropped.line, dropped.column, dropped.kind) == (line, 1, "dropped")


@pytest.mark.parametrize(
    "text", ["a: 1\n...\n", "a: 1\n...\n---\nb: 2\n", "a: 1\n...\n# end\n\n", "a: |\n  ...\n  b\n", "a: ...\nb: 2\n"]
)
def test_nothing_follows_the_end_of_a_document(text: str) -> None:
    assert not [found for found in read(text) if isinstance(found, Broken)]
