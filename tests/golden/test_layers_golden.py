"""The layers of the example estate, in every format, compared with what a person has read and found right.

Rewrite them with `pytest tests/golden --update-golden` and read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from seawall.cli.layers import FORMATS
from seawall.cli.main import cli

HERE = Path(__file__).parent / "layers"
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("form", FORMATS)
def test_the_layers_of_the_example_are_as_they_were_read(
    form: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    arguments = ["layers", "examples/shop/k8s", "--estate", "-o", form]
    result = CliRunner(env={"COLUMNS": "80"}).invoke(cli, arguments, standalone_mode=False, catch_exceptions=False)
    text = result.stdout + f"exit code {result.return_value or 0}\n"
    expected = HERE / f"{form}.txt"
    if request.config.getoption("--update-golden", default=False):
        expected.write_text(text, "utf-8", newline="")
    assert expected.read_bytes().decode() == text


def test_no_golden_is_left_over() -> None:
    assert {file.name for file in HERE.iterdir()} == {f"{form}.txt" for form in FORMATS}
