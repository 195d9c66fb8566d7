"""A place says what really stands there: in every file of the examples, and of a folder that `SEAWALL_REAL` names."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path as File
from typing import Any

import pytest
from tests.properties.estates import report

from seawall.core import Document, Path, Place, Precision
from seawall.reports.report import Located
from seawall.sources.manifests import read_manifests
from seawall.yamltext import Document as Text
from seawall.yamltext import Reader

_ROOT = File(__file__).parents[2]


def _files() -> list[File]:
    folders = [_ROOT / "examples", *(File(name) for name in [os.environ.get("SEAWALL_REAL", "")] if name)]
    files = (file for folder in folders for file in sorted(folder.rglob("*")))
    return [file for file in files if file.suffix in (".yaml", ".yml", ".json") and "templates" not in file.parts]


FILES = pytest.mark.parametrize("file", _files(), ids=lambda file: "/".join(file.parts[-3:]))


def _paths(tree: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every path of a tree, the values of a key twice in one mapping left out by YAML itself."""
    yield path, tree
    if isinstance(tree, dict | list):
        for step, inner in tree.items() if isinstance(tree, dict) else enumerate(tree):
            yield from _paths(inner, (*path, step))


def _slice(lines: list[str], place: Place) -> str:
    span = place.span
    picked = lines[span.line - 1 : span.end_line]
    picked[-1] = picked[-1][: span.end_column - 1]
    picked[0] = picked[0][span.column - 1 :]
    return "\n".join(picked)


def _reads_as(text: str, value: Any, path: Path) -> bool:
    """Whether a slice of a file is the value, or where it is no scalar or empty, the key or the mark before it."""
    if not isinstance(value, dict | list) and value is not None:
        if text[:1] in "|>":
            return "".join(str(value).split()) == "".join(text.split("\n", 1)[1].split())
        (read,) = Reader().read(text)
        return isinstance(read, Text) and read.value == value and type(read.value) is type(value)
    if path and isinstance(path[-1], str):
        # Kubernetes reads the key `on` as `true`.
        (key,) = Reader().read(f"{text}: 0") if text else (None,)
        if isinstance(key, Text) and key.value == {path[-1]: 0}:
            return True
    # No key holds it: the first token of it, which is a brace, a dash, its first key, or `null` itself.
    first = next(iter(value), None) if isinstance(value, dict) else None
    return text in ("{", "[", "-", "null", "~") or (first is not None and text.strip("\"'") == first)


@FILES
def test_every_part_of_a_document_is_where_its_place_says(file: File) -> None:
    text = file.read_text("utf-8")
    lines = text.split("\n")

    for document in read_manifests(text, "in", Reader(), named=True):
        assert isinstance(document, Document), document
        for path, value in _paths(document.text.value):
            place = document.locate(path)
            assert place.precision is Precision.EXACT
            assert _reads_as(_slice(lines, place), value, path), (path, place.span, _slice(lines, place))


def _value(tree: Any, path: Path) -> Any:
    for step in path:
        tree = tree[step]
    return tree


def _check(row: Located, lines: list[str]) -> None:
    finding = row.finding
    tree, path = finding.resource.tree, finding.path
    shown = _slice(lines, row.place)
    if row.place.precision is Precision.PARENT:
        with pytest.raises((KeyError, IndexError, TypeError)):
            _value(tree, path)
        existing = next(path[:n] for n in range(len(path) - 1, -1, -1) if _exists(tree, path[:n]))
        assert _reads_as(shown, _value(tree, existing), finding.resource.path + existing)
    elif path:
        whole = finding.resource.path + path
        assert _reads_as(shown, _value(finding.resource.document.text.value, whole), whole)
    else:
        assert finding.resource.name in shown or not finding.resource.name


def _exists(tree: Any, path: Path) -> bool:
    try:
        _value(tree, path)
    except (KeyError, IndexError, TypeError):
        return False
    return True


@FILES
def test_a_finding_points_at_the_value_or_at_where_it_should_stand(file: File) -> None:
    text = file.read_text("utf-8")
    lines = text.split("\n")

    for row in report({"in": text}).findings:
        if row.finding.place is None:
            _check(row, lines)


def test_json_is_located_as_yaml_is() -> None:
    tree = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"hostPID": True, "containers": []}}
    text = json.dumps(tree, indent=1)

    (row,) = [row for row in report({"in": text}).findings if row.finding.rule.id == "host-pid"]

    assert _slice(text.split("\n"), row.place) == "true"
