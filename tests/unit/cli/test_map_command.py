"""`seawall map`: where it writes, in which format, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.unit.model.exposure_helpers import WEB

from seawall.cli.map import map as command
from seawall.errors import UsageError


def run(folder: Path, *options: str, text: str = WEB) -> Result:
    source = folder / "in"
    source.mkdir(exist_ok=True)
    (source / "world.yaml").write_text(text)
    return CliRunner().invoke(command, [str(source), *options], standalone_mode=False, catch_exceptions=False)


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("a.html", "<!doctype html>"),
        ("a.HTM", "<!doctype html>"),
        ("a.svg", "<svg"),
        ("a.dot", "digraph"),
        ("a.b.gv", "digraph"),
    ],
)
def test_the_ending_says_the_format(tmp_path: Path, name: str, start: str) -> None:
    result = run(tmp_path, "--to", str(tmp_path / name))
    assert (result.return_value, result.stdout) == (0, "")
    assert (tmp_path / name).read_text().startswith(start)
    assert "1 workload in 1 namespace: " in result.stderr


@pytest.mark.parametrize("name", ["a.png", "a", "a.html.gz", ".html"])
def test_another_ending_is_an_error_that_names_the_formats(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    with pytest.raises(UsageError) as caught:
        run(tmp_path, "--to", str(target))
    assert caught.value.hint == "End it in .html, .svg, .dot, or say --format"
    assert not target.exists()
    assert run(tmp_path, "--to", str(target), "--format", "svg").return_value == 0
    assert target.read_text().startswith("<svg")


def test_where_nothing_is_read_no_file_is_written(tmp_path: Path) -> None:
    target = tmp_path / "a.html"
    result = run(tmp_path, "--to", str(target), text="a: b\n")
    assert (result.return_value, target.exists()) == (3, False)
    assert "nothing was read" in result.stderr
    result = run(tmp_path, text="")
    assert (result.return_value, result.stdout) == (3, "")


def test_standard_output_is_the_page(tmp_path: Path) -> None:
    assert run(tmp_path).stdout.startswith("<!doctype html>")
    assert run(tmp_path, "--to", "-").stdout.startswith("<!doctype html>")
