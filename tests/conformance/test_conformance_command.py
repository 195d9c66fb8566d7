"""What `make conformance` says and how it ends, with and without upstream's data."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scripts import conformance

YES = {"id": "y1", "input": "a: yes", "json": {"a": True}, "kubectl_documents": [{"a": True}]}
"""What Kubernetes' own parser makes of it."""
WRONG = {**YES, "json": {"a": "yes"}}


@pytest.fixture(autouse=True)
def nothing_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for module in ("pod_security_fixtures", "yaml_probes"):
        monkeypatch.setattr(f"tests.conformance.{module}._ROOT", tmp_path / "checkout")
    monkeypatch.delenv("PSS_TESTDATA", raising=False)
    monkeypatch.delenv("YAML_PROBES", raising=False)


def test_nothing_compared_is_no_agreement(capsys: pytest.CaptureFixture[str]) -> None:
    assert conformance.main() == conformance.NOTHING_COMPARED
    assert capsys.readouterr().out.splitlines() == [
        "Pod Security: not run: no fixtures; see CONTRIBUTING.md#conformance",
        "YAML: not run: no probes; see CONTRIBUTING.md#conformance",
        "nothing was compared, which is no agreement",
    ]


@pytest.mark.parametrize(("answer", "code", "word"), [(YES, 0, "agreement"), (WRONG, 1, "disagreement")])
def test_one_of_two_says_that_it_is_one(
    answer: dict[str, object],
    code: int,
    word: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = tmp_path / "probes.jsonl"
    file.write_text(json.dumps(answer) + "\n", "utf-8")
    monkeypatch.setenv("YAML_PROBES", str(file))
    assert conformance.main() == code
    *_, absent, end = capsys.readouterr().out.splitlines()
    assert absent.startswith("Pod Security: not run: no fixtures")
    assert end.startswith(f"{word} on YAML alone in ")


def test_data_that_are_named_and_missing_are_no_agreement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PSS_TESTDATA", str(tmp_path / "testdata"))
    monkeypatch.setenv("YAML_PROBES", str(tmp_path / "probes.jsonl"))
    assert conformance.main() == 1
    assert capsys.readouterr().out.count("MISS  ") == 2
