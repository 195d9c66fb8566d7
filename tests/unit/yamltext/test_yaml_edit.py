"""Changes to a text: the value changes as asked, every other byte stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from seawall.core import Path
from seawall.yamltext import Document, append, delete, insert, read, replace

POD = """\
# keep me
spec:
  containers:
    - name: web # the one
      image: nginx
      securityContext:
      ports: [80]
    - name: side
      args:
      - a

      env: {A: "1"}
  hostNetwork: true # because
  note: |
    one
    two

  last: x
"""


def changed(before: str, after: str) -> list[tuple[str, str]]:
    """The lines that differ, what only one side has as an empty string."""
    old, new = before.split("\n"), after.split("\n")
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    size = max(len(old), len(new))
    return list(zip(old + [""] * (size - len(old)), new + [""] * (size - len(new)), strict=True))


REPLACED = [
    (("spec", "hostNetwork"), False, [("  hostNetwork: true # because", "  hostNetwork: false # because")]),
    (("spec", "containers", 0, "image"), "a: b", [("      image: nginx", '      image: "a: b"')]),
    (("spec", "containers", 1, "env", "A"), "yes", [('      env: {A: "1"}', '      env: {A: "yes"}')]),
    (("spec", "containers", 1, "env", "A"), 2, [('      env: {A: "1"}', "      env: {A: 2}")]),
    (("spec", "containers", 1, "env"), {"B": ["x", None]},
     [('      env: {A: "1"}', "      env: {B: [x, null]}")]),
    (("spec", "containers", 0, "securityContext"), {"privileged": False, "capabilities": {"drop": ["ALL"]}},
     [("", "        privileged: false"),
      ("", "        capabilities:"), ("", "          drop:"), ("", "            - ALL")]),
    (("spec", "containers", 0, "securityContext"), "off", [("      securityContext:", '      securityContext: "off"')]),
    (("spec", "containers", 1, "args"), [], [("      args:", "      args: []"), ("      - a", "")]),
    (("spec", "containers", 1, "args", 0), {"k": "v"}, [("      - a", "      - k: v")]),
    (("spec", "note"), "short", [("  note: |", "  note: short"), ("    one", ""), ("    two", "")]),
    (("spec", "containers", 0), "gone",
     [("    - name: web # the one", "    - gone"), ("      image: nginx", ""), ("      securityContext:", ""),
      ("      ports: [80]", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "lines"), REPLACED)
def test_replace(path: Path, value: Any, lines: list[tuple[str, str]]) -> None:
    after = replace(POD, path, value)
    assert after is not None
    assert changed(POD, after) == lines


EDITED = [
    (lambda text: insert(text, (), "b", 2), "a: 1\n# end\n", "a: 1\nb: 2\n# end\n"),
    (lambda text: insert(text, (), "b", 2), "a: 1", "a: 1\nb: 2"),
    (lambda text: insert(text, (), "b", 2), "a: 1\r\n", "a: 1\r\nb: 2\r\n"),
    (lambda text: insert(text, (), "b", {"c": 1}), "a: |\n  x\n", "a: |\n  x\nb:\n  c: 1\n"),
    (lambda text: insert(text, ("a",), "b", 2), "a: {} # x\n", "a: # x\n  b: 2\n"),
    (lambda text: insert(text, ("a",), "b", 2), "a:\nc: 3\n", "a:\n  b: 2\nc: 3\n"),
    (lambda text: insert(text, ("a",), "b", 2), "a: ~ # x\n", "a: # x\n  b: 2\n"),
    (lambda text: insert(text, ("a", 0), "b", 2), "a:\n- c: 1 # x\n- d: 2\n", "a:\n- c: 1 # x\n  b: 2\n- d: 2\n"),
    (lambda text: insert(text, ("a", 0), "b", 2), "a:\n-\n- d: 2\n", "a:\n- b: 2\n- d: 2\n"),
    (
        lambda text: insert(text, ("a", 0), "d", {"e": [1, {"f": 2, "g": []}], "h": {}}),
        "a:\n- b: 1\n- c: 2\n",
        "a:\n- b: 1\n  d:\n    e:\n      - 1\n      - f: 2\n        g: []\n    h: {}\n- c: 2\n",
    ),
    (lambda text: insert(text, (), "b", 2), '{"a": 1}\n', '{"a": 1, "b": 2}\n'),
    (lambda text: insert(text, (), "b", "é"), '{\n  "a": 1\n}\n', '{\n  "a": 1,\n  "b": "é"\n}\n'),
    (lambda text: append(text, ("a",), "b"), "a:\n- x # y\n\nc: 1\n", "a:\n- x # y\n- b\n\nc: 1\n"),
    (lambda text: append(text, ("a",), {"b": 1, "c": 2}), "a:\n  - x: 1\n", "a:\n  - x: 1\n  - b: 1\n    c: 2\n"),
    (lambda text: append(text, ("a",), "b"), "a: [x, 'y']\n", "a: [x, 'y', b]\n"),
    (lambda text: append(text, ("a",), "b"), "a: [[]]\n", "a: [[], b]\n"),
    (lambda text: append(text, ("a",), "b"), "a:\n", "a:\n  - b\n"),
    (lambda text: append(text, ("a",), "b"), "a: [] # x\n", "a: # x\n  - b\n"),
    (lambda text: append(text, (), "b"), "[]\n", "[b]\n"),
    (lambda text: insert(text, ("a", "b"), "c", 1), "a: {b: {}}\n", "a: {b: {c: 1}}\n"),
    (lambda text: insert(text, (), "c", {}), "{}\n", '{"c": {}}\n'),
    (lambda text: append(text, ("a",), "b"), '{"a": ["x"]}', '{"a": ["x", "b"]}'),
    (lambda text: append(text, (0,), 2), "- - 1\n- x\n", "- - 1\n  - 2\n- x\n"),
    (lambda text: delete(text, ("b",)), "a: 1\n# x\nb: 2 # y\nc: 3\n", "a: 1\n# x\nc: 3\n"),
    (lambda text: delete(text, ("b",)), "a: 1\nb:\n  - c:\n      d: 2\n# x\n", "a: 1\n# x\n"),
    (lambda text: delete(text, ("a", 0, "b")), "a:\n  - b: 1\n    c: 2\n", "a:\n  - c: 2\n"),
    (lambda text: delete(text, ("a", "b")), "a:\n  b: 1\nc: 2\n", "a: {}\nc: 2\n"),
    (lambda text: delete(text, ("a", 0)), "a:\n- 1\n- 2\n", "a:\n- 2\n"),
    (lambda text: delete(text, ("a", 1)), "a:\n- 1\n-\n- 2\n", "a:\n- 1\n- 2\n"),
    (lambda text: delete(text, ("a", 0)), "a:\n- b: 1\n  c: 2\n", "a: []\n"),
    (lambda text: delete(text, ("a", 1)), "a: [1, 2, 3]\n", "a: [1, 3]\n"),
    (lambda text: delete(text, ("a", 2)), "a: [1, 2, 3]\n", "a: [1, 2]\n"),
    (lambda text: delete(text, ("a", "b")), "a: {b: 1}\n", "a: {}\n"),
    (lambda text: delete(text, ("b",)), '{\n  "a": 1,\n  "b": 2\n}\n', '{\n  "a": 1\n}\n'),
    (lambda text: replace(text, ("a", "k"), "it's"), "a: {k: 'x'}\n", "a: {k: 'it''s'}\n"),
    (lambda text: replace(text, ("a",), "\u2028\x85😀\n"), 'a: "x"\n', 'a: "\\u2028\\u0085😀\\n"\n'),
    (lambda text: replace(text, ("a",), 2.0), "a: 1.5\n", "a: 2\n"),
    (lambda text: replace(text, ("b",), 2), "a: &x 1\nb: 1\nc: *x\n", "a: &x 1\nb: 2\nc: *x\n"),
]


@pytest.mark.parametrize(("edit", "before", "after"), EDITED)
def test_edit(edit: Callable[[str], str | None], before: str, after: str) -> None:
    assert edit(before) == after


DECLINED = [
    (lambda text: replace(text, ("b",), 1), "a: 1\n"),
    (lambda text: replace(text, ("a", -1), 1), "a: [1]\n"),
    (lambda text: replace(text, ("a", "b"), 1), "a: 1\n"),
    (lambda text: replace(text, ("a", "p"), 2), "a: &x {p: 1}\nb: *x\n"),
    (lambda text: replace(text, ("b", "p"), 2), "a: &x {p: 1}\nb: *x\n"),
    (lambda text: replace(text, ("b", "p"), 2), "a: &x {p: 1}\nb: {<<: *x}\n"),
    (lambda text: replace(text, ("a",), 2), "a: &x 1\nb: *x\n"),
    (lambda text: replace(text, ("a",), {"b": 1}), "a: # why\n  c: 1\n"),
    (lambda text: replace(text, ("a",), 2), "a: 1\n---\nb: 1\n"),
    (lambda text: replace(text, ("a",), 2), "a: [\n"),
    (lambda text: insert(text, (), "a", 2), "a: 1\n"),
    (lambda text: insert(text, ("a",), "b", 2), "a: [1]\n"),
    (lambda text: insert(text, ("a",), "b", 2), "a: text\n"),
    (lambda text: insert(text, (), "b", 2), "a: |+\n  x\n\n"),
    (lambda text: append(text, ("a",), 2), "a: {}\n"),
    (lambda text: append(text, ("a",), 2), "a: 1\n"),
    (lambda text: delete(text, ("b",)), "a: 1\n"),
    (lambda text: delete(text, ()), "a: 1\n"),
    (lambda text: delete(text, ("a", 0, "b")), "a:\n  - b: 1\n    # about c\n    c: 2\n"),
]


@pytest.mark.parametrize(("edit", "before"), DECLINED)
def test_edit_that_would_touch_something_else_is_declined(edit: Callable[[str], str | None], before: str) -> None:
    assert edit(before) is None


def test_edit_of_one_document_among_others() -> None:
    text = "\ufeffa: 1\n---\n# x\na: 1\n---\na: [\n---\na: 1\n"
    document = read(text)[1]
    assert isinstance(document, Document)
    assert replace(document, ("a",), "new") == "\ufeffa: 1\n---\n# x\na: new\n---\na: [\n---\na: 1\n"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object(), {1: 2}, b"x"])
def test_value_that_json_does_not_know_is_a_mistake_of_the_caller(value: object) -> None:
    with pytest.raises(ValueError, match=r"JSON|string"):
        replace("a: 1\n", ("a",), value)
