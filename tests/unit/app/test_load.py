"""What loading says beside the objects."""

from __future__ import annotations

from pathlib import Path

import pytest

from seawall.app.load import Input, load

ASIDE = ("the values given for charts", "no chart was read")


@pytest.mark.parametrize("given", [{"values": ("prod.yaml",)}, {"set_values": ("a=b",)}])
def test_values_without_a_chart_are_told(tmp_path: Path, given: dict[str, tuple[str, ...]]) -> None:
    wanted = Input(paths=(str(tmp_path),), **given)  # type: ignore[arg-type]  # one of the two
    assert load(wanted).coverage.not_looked_at == (ASIDE,)
    (tmp_path / "Chart.yaml").write_text("apiVersion: v2\nname: a\nversion: 0.1.0\ntype: library\n")
    assert ASIDE not in load(wanted).coverage.not_looked_at
