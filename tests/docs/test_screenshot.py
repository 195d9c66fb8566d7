"""The README's picture: its form. That it is what the command prints now is checked by `make check`."""

from __future__ import annotations

import importlib.util
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"


def script() -> Any:
    spec = importlib.util.spec_from_file_location("screenshot", ROOT / "scripts" / "screenshot.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_escape_codes_become_looks() -> None:
    (row,) = script().rows("a \033[1;31mb\033[0m c\n")
    assert [(run.column, run.text, run.codes) for run in row] == [(0, "a ", ()), (2, "b", (1, 31)), (3, " c", ())]


def test_a_look_goes_on_until_it_ends() -> None:
    first, second = script().rows("\033[2ma\nb\033[0mc\n")
    assert [run.codes for run in first] == [(2,)]
    assert [(run.text, run.codes) for run in second] == [("b", (2,)), ("c", ())]


def test_a_long_line_goes_on_in_the_next() -> None:
    module = script()
    text = "x" * (module.COLUMNS + 3)
    assert ["".join(run.text for run in row) for row in module.rows(text)] == ["x" * module.COLUMNS, "xxx"]


def test_text_is_no_markup() -> None:
    module = script()
    picture = module.draw(list(module.rows("<script>&\n")), 'a "title"')
    (text,) = ET.fromstring(picture).iter(f"{SVG}text")  # our own text
    assert text.text == "<script>&"


def test_the_picture_is_a_report_with_colours_and_runs_nothing() -> None:
    root = ET.parse(ROOT / "docs/images/scan.svg").getroot()  # our own file
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "rect", "g", "text"}
    texts = [element.text or "" for element in root.iter(f"{SVG}text")]
    assert texts[:2] == ["$", f"seawall {' '.join(script().COMMAND)}"]
    assert any("rules" in text for text in texts)
    assert len({element.get("fill") for element in root.iter(f"{SVG}text")}) >= 4
    assert "docs/images/scan.svg" in (ROOT / "README.md").read_text("utf-8")
