"""How far an overlay that is named alone reaches."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.app.load import Input, load


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", "")
    for name, text in {"base": "resources: []\n", "overlays/prod": "resources: [../../base]\n"}.items():
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "kustomization.yaml").write_text(text)
    return tmp_path / "overlays/prod"


def said(path: str) -> str:
    (problem,) = load(Input(paths=(path,))).problems
    return problem.message


def test_it_builds_on_what_lies_in_the_working_directory(overlay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(overlay.parents[1])
    assert "leaves" not in said("overlays/prod")
    assert "leaves" not in said(str(overlay))


def test_it_builds_on_what_lies_in_its_repository(overlay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (overlay.parents[1] / ".git").mkdir()
    monkeypatch.chdir(overlay)
    assert "leaves" not in said(".")


def test_it_reaches_no_further(overlay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(overlay)
    assert "leaves" in said(".")
    (overlay / "elsewhere").mkdir()
    monkeypatch.chdir(overlay / "elsewhere")
    assert "leaves" in said("..")
    monkeypatch.chdir("/")
    assert "leaves" in said(str(overlay))
