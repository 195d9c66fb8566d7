"""What an error says of an input reaches no terminal as an escape code."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from seawall.cli.main import main


@pytest.mark.parametrize("words", [("access", "shap"), ("exposed", "-n", "shap"), ("reach", "shap", "internet")])
def test_a_name_that_is_proposed_is_made_harmless(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "web", "namespace": "shop\u001b"},
        "spec": {"containers": [{"name": "web", "image": "registry.example/web:1"}]},
    }
    (tmp_path / "pod.json").write_text(json.dumps(pod))
    monkeypatch.setattr(sys, "argv", ["seawall", *words, "-f", str(tmp_path)])
    monkeypatch.setattr("gc.disable", lambda: None)  # of this process other tests still have need
    with pytest.raises(SystemExit) as ended:
        main()
    said = capsys.readouterr().err
    assert ended.value.code == 2
    assert "did you mean 'shop\\x1b" in said
    assert "\u001b" not in said
