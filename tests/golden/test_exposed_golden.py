"""What the outside reaches of the example estate, in every format, compared with what a person found right.

Rewrite them with `pytest tests/golden --update-golden` and read the difference before you commit it.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from seawall.cli.exposed import exposed

HERE = Path(__file__).parent / "exposed"
ROOT = Path(__file__).resolve().parents[2]
CASES = {
    "terminal": ("-o", "terminal"),
    "why": ("-o", "terminal", "--why", "-n", "shop"),
    "json": ("-o", "json", "-n", "data"),
    "markdown": ("-o", "markdown"),
    "csv": ("-o", "csv"),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_exposed_of_the_example_is_as_it_was_read(
    case: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    arguments = ["-f", "examples/shop/k8s", "--estate", *CASES[case]]
    result = CliRunner(env={"COLUMNS": "100"}).invoke(exposed, arguments, standalone_mode=False, catch_exceptions=False)
    text = result.stdout + f"exit code {result.return_value or 0}\n"
    expected = HERE / f"{case}.txt"
    if request.config.getoption("--update-golden", default=False):
        expected.write_text(text, "utf-8", newline="")
    assert expected.read_bytes().decode() == text


def test_no_golden_is_left_over() -> None:
    assert {file.name for file in HERE.iterdir()} == {f"{case}.txt" for case in CASES}
