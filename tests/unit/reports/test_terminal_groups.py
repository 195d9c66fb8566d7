"""The terminal report by file and by owner."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.app.load import Input
from seawall.app.scan import Options, scan
from seawall.reports.style import Style
from seawall.reports.terminal import render

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: %s, namespace: shop}\nspec: {hostPID: true, containers: []}\n"


def lines(folder: Path, *, by_owner: bool) -> list[str]:
    report = scan(Options(input=Input(paths=(str(folder),)), select=("host-pid",)))
    return list(render(report, Style(by_owner=by_owner)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_text(POD % "web" + "---\n" + POD % "api")
    (tmp_path / "b.yaml").write_text(POD % "web")
    return tmp_path


def test_by_file_each_file_is_named_once(folder: Path) -> None:
    text = lines(folder, by_owner=False)
    assert [line for line in text if line.endswith(".yaml")] == [str(folder / "a.yaml"), str(folder / "b.yaml")]
    assert [line.strip() for line in text if line.startswith("  Pod")] == [
        "Pod shop/web",
        "Pod shop/api",
        "Pod shop/web",
    ]


def test_by_owner_each_object_is_named_once_with_its_files_below(folder: Path) -> None:
    text = lines(folder, by_owner=True)
    assert [line for line in text if line.startswith("Pod shop")] == ["Pod shop/api", "Pod shop/web"]
    files = [line.strip() for line in text if line.endswith(".yaml")]
    assert files == [str(folder / name) for name in ("a.yaml", "a.yaml", "b.yaml")]
