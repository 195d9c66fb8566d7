"""Places that were written down are found again, whatever the document."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.core import Document, Path, Precision
from seawall.sources.recorded import Places, Recorded, places_of
from seawall.yamltext import Document as YamlText
from seawall.yamltext import read

TREES = st.recursive(
    st.sampled_from(["text", 5, True, None, "two\nlines\n", ""]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(["a", "b", "c", "d e"]), inner, max_size=4)
    ),
    max_leaves=20,
)


def paths(value: Any, path: Path = ()) -> list[Path]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for step, item in inner for found in paths(item, (*path, step)))]


def recorded(text: YamlText) -> Document:
    file = Document("a.yaml", text)
    places = places_of("a.yaml", (file.locate(path) for path in paths(text.value)))
    return Document("a.yaml", Recorded(text.value, "a.yaml", places))


@settings(deadline=None)
@given(tree=TREES)
def test_every_place_is_found_again(tree: Any) -> None:
    import yaml

    (text,) = read("# a line\n" + yaml.safe_dump({"root": tree}))
    assert isinstance(text, YamlText)
    before, after = Document("a.yaml", text), recorded(text)

    for path in paths(text.value):
        for wanted in (path, (*path, "missing"), (*path, 99, "missing")):
            assert after.locate(wanted) == before.locate(wanted)


@settings(deadline=None)
@given(tree=TREES)
def test_the_spans_of_a_text_are_those_of_its_paths(tree: Any) -> None:
    import yaml

    (text,) = read(yaml.safe_dump({"root": tree}))
    assert isinstance(text, YamlText)

    assert list(text.spans()) == [text.locate(path)[0] for path in paths(text.value)]


def test_aliases_and_merged_keys_have_their_places() -> None:
    (text,) = read("base: &b {x: 1, y: [2, 3]}\nuse:\n  <<: *b\n  z: *b\n")
    assert isinstance(text, YamlText)

    assert list(text.spans()) == [text.locate(path)[0] for path in paths(text.value)]


def test_one_place_for_all_is_written_once() -> None:
    text = Recorded({"a": [1, 2, {"b": 3}]}, "cluster:x", Places(precision=[(0, "document")]))
    document = Document("cluster:x", text)

    place = document.locate(("a", 2, "b"))
    again = places_of("cluster:x", text.every())

    assert (place.span.line, place.precision) == (1, Precision.DOCUMENT)
    assert len(again.lines) <= 2
    assert again.precision == [(0, "document")]


def test_whatever_is_written_down_a_place_is_found() -> None:
    odd = Places(lines=[-7], columns=[], widths=[-9], tall=[(0, -4)], precision=[(0, "nonsense")])

    place = Document("a", Recorded({"a": 1}, "a", odd)).locate(("a",))

    assert (place.span.line, place.span.column, place.precision) == (1, 1, Precision.DOCUMENT)
