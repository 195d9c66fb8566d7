"""Whole scans, in every format, compared with what a person has read and found right.

Rewrite them with `pytest tests/golden --update-golden` and read the difference before you commit it.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from seawall import __version__
from seawall.cli.main import cli
from seawall.reports.formats import FORMATS

HERE = Path(__file__).parent
SCENARIOS = sorted(folder.name for folder in HERE.iterdir() if (folder / "input").is_dir())
RULES = "host-port,image-tag-mutable,privileged-container"
"""A fixed set: goldens are about reports; a new rule does not rewrite them."""


def scan(scenario: str, form: str) -> tuple[str, int]:
    folder = HERE / scenario
    before = Path.cwd()
    os.chdir(folder)
    try:
        arguments = ["scan", "input", "-o", form, "--select", RULES, "--width", "100", "--strict"]
        result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    finally:
        os.chdir(before)
    if result.exception is not None:
        raise result.exception
    return result.stdout.replace(__version__, "VERSION"), result.return_value or 0


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_report_is_as_it_was_read(scenario: str, form: str, request: pytest.FixtureRequest) -> None:
    expected = HERE / scenario / "expected" / f"{form}.txt"
    text, code = scan(scenario, form)
    text += f"exit code {code}\n"
    if request.config.getoption("--update-golden", default=False):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(text, "utf-8", newline="")
    assert expected.read_bytes().decode() == text


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_golden_is_left_over(scenario: str) -> None:
    present = {file.name for file in (HERE / scenario / "expected").iterdir()}
    assert present == {f"{form}.txt" for form in FORMATS}
