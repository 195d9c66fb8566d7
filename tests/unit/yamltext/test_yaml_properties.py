"""What holds for every text: nothing raises, both passes agree, spans and edits are what they say."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from seawall.core import Path
from seawall.yamltext import Broken, Document, Limits, append, delete, exact, insert, read, replace
from seawall.yamltext.fast import FastPass

LIMITS = Limits()

PIECES = st.sampled_from([
    "a", "b", "key", "name: x", "a:", "- ", "-", ": ", ":", " ", "  ", "    ", "\n", "\n", "\n  ", "\n- ", "\n  - ",
    "'", '"', "|", "|-", ">", "|+", "[", "]", "{", "}", ", ", "# c", " #", "&x ", "*x", "<<: *x", "!!int ", "! ",
    "1", "0x1F", "1e3", ".5", "yes", "~", "2026-11-24", "---\n", "--- ", "...\n", "\t", "\r\n", "\r", "é", "😀",
    "\u2028", "\x85", "\ufeff", "\x00", "\ud800", "\\", "\\/", "%", "@", "?", "? ", '{"a": 1}', '"a": ', "1.5: ", "-c",
])  # fmt: skip
VALUES = st.sampled_from([
    "", " 1", " x", " x y", " 'it''s'", ' "v"', " |", " |-", " |+", " []", " {}", " [a, '-', -c, \"b\"]", " [1, y]",
    " -x", " :x", " x #c", " # c", " x#c", " >", " &x 1", " *x", " {a: b}", " http://x:8/y", " 0755", " ~",
    "  spaced  ", " x:", " -", " 'a", " !x",
])  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).map("".join) | st.text(max_size=60)

WORDS = st.sampled_from(
    ["a", "b-c", "d.e/f", "image", "yes", "1", "x y", "it's", 'say "so"', "é", "a: b", "#", "", "~"]
)
SCALARS = st.none() | st.booleans() | st.integers(-(2**63), 2**63) | WORDS | st.text(max_size=12)
TREES: st.SearchStrategy[Any] = st.recursive(
    SCALARS | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)


@st.composite
def lines(draw: st.DrawFn) -> str:
    """Text in the style of manifests: what the fast pass takes, and what is nearly so."""
    keys = st.sampled_from(["a", "b", "c.d/e", "'q r'", '"s"', "<<", "y", "8"])
    rows = st.builds(
        lambda indent, dash, key, value: f"{' ' * indent}{dash}{key}{value}",
        st.sampled_from([0, 0, 2, 2, 4, 4, 6, 1]),
        st.sampled_from(["", "", "", "- ", "-   "]),
        keys.map("{}:".format) | st.just(""),
        VALUES,
    )
    others = st.sampled_from(["", "  ", "# c", "    # c", "-", "  -", "    text", "  more text", "      deep", "\t"])
    return "".join(f"{row}\n" for row in draw(st.lists(rows | others, min_size=1, max_size=8)))


def documents(text: str) -> list[Document]:
    return [found for found in read(text) if isinstance(found, Document)]


def paths(value: Any) -> list[Path]:
    """The path of every part."""
    found: list[Path] = [()]
    for path in found:
        part: Any = value
        for step in path:
            part = part[step]
        if isinstance(part, dict):
            found.extend((*path, key) for key in part)
        elif isinstance(part, list):
            found.extend((*path, number) for number in range(len(part)))
    return found


@settings(max_examples=300, deadline=None)
@given(TEXTS | lines())
@example("a: |\n  x\n\n # y\n")
@example("- - 1\n-\n")
def test_no_text_raises_and_every_part_has_a_place(text: str) -> None:
    count = text.count("\n") + 1
    for found in read(text):
        assert 1 <= found.line <= count
        if isinstance(found, Broken):
            assert found.message
            continue
        json.dumps(found.value)
        for path in paths(found.value):
            span, depth = found.locate(path)
            assert depth == len(path)
            assert (1, 1) <= (span.line, span.column) <= (span.end_line, span.end_column)
            assert span.end_line <= count
        found.comments(1, count)


@settings(max_examples=1000, deadline=None)
@given(lines() | TEXTS.map(lambda text: text + "\n"))
def test_fast_and_exact_passes_never_differ(text: str) -> None:
    fast = FastPass(LIMITS).read(text, marking=True)
    if fast is None or "\n---" in text:
        return  # how much the fast pass takes is the matter of its own tests
    slow = exact.read(text, LIMITS, marking=True)
    assert json.dumps(fast.value) == json.dumps(slow.value)
    assert fast.marks == slow.marks


@settings(max_examples=200, deadline=None)
@given(lines())
@example(" |+\n\n")
@example("   {a: b}\n")
def test_span_of_a_scalar_holds_the_scalar(text: str) -> None:
    for document in documents(text):
        for path in paths(document.value):
            part: Any = document.value
            for step in path:
                part = part[step]
            span, _ = document.locate(path)
            if isinstance(part, dict | list) or part is None or span.line != span.end_line:
                continue
            (line,) = document.lines(span.line, span.line)
            written = line[span.column - 1 : span.end_column - 1]
            if not written.startswith(("|", ">")):  # a block of blank lines: its span is its header
                assert exact.read(written + "\n", LIMITS).value == part


@settings(max_examples=100, deadline=None)
@given(TREES)
def test_json_is_read_back_with_the_places_of_its_parts(tree: Any) -> None:
    text = json.dumps({"root": tree}, indent=1)
    (document,) = documents(text)
    assert document.value == json.loads(text)
    source = text.split("\n")
    for path in paths(document.value):
        part: Any = document.value
        for step in path:
            part = part[step]
        if not isinstance(part, dict | list):
            span, _ = document.locate(path)
            assert json.loads(source[span.line - 1][span.column - 1 : span.end_column - 1]) == part


@settings(max_examples=250, deadline=None)
@given(lines(), st.data(), TREES)
def test_edit_changes_the_value_as_asked_and_keeps_every_other_line(text: str, data: st.DataObject, value: Any) -> None:
    for document in documents(text)[:1]:
        path = data.draw(st.sampled_from(paths(document.value)))
        kind = data.draw(st.sampled_from(["replace", "insert", "append", "delete"]))
        wanted = [json.loads(json.dumps(document.value))]
        if kind == "replace":
            after = replace(text, path, value)
        elif kind == "insert":
            after = insert(text, path, "new", value)
        elif kind == "append":
            after = append(text, path, value)
        else:
            after = delete(text, path)
        if after is None:
            continue
        (again,) = documents(after)
        apply(kind, wanted, path, value)
        assert json.dumps(again.value, sort_keys=True) == json.dumps(normal(wanted[0]), sort_keys=True)
        if kind in ("insert", "append"):
            kept = [line for line in text.split("\n") if line.strip().startswith("#")]
            assert all(line in after for line in kept)


def apply(kind: str, wanted: list[Any], path: Path, value: Any) -> None:
    holder: Any = wanted
    steps: Path = (0, *path)
    for step in steps[:-1]:
        holder = holder[step]
    if kind == "delete":
        del holder[steps[-1]]
    elif kind == "replace":
        holder[steps[-1]] = value
    elif kind == "insert":
        holder[steps[-1]] = {**(holder[steps[-1]] or {}), "new": value}
    else:
        holder[steps[-1]] = [*(holder[steps[-1]] or []), value]


def normal(value: Any) -> Any:
    """Whole floats below 1e21 are read as integers."""
    if isinstance(value, dict):
        return {key: normal(part) for key, part in value.items()}
    if isinstance(value, list):
        return [normal(part) for part in value]
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e21:
        return exact.read(f"{value!r}\n", LIMITS).value
    return value
