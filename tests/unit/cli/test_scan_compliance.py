"""`seawall scan --compliance`: a framework, control by control."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seawall.cli.main import cli
from seawall.errors import UsageError

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  hostPID: true
  containers: [{name: web, image: "registry.example/web:1.0"}]
"""


def run(path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["scan", str(path), "--no-config", *arguments], standalone_mode=False)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    file = tmp_path / "pod.yaml"
    file.write_text(POD)
    return file


def test_every_control_has_one_standing(manifest: Path) -> None:
    result = run(manifest, "--compliance", "cis", "-o", "json")
    assert result.return_value == 1
    rows = {row["id"]: row for row in json.loads(result.stdout)["controls"]}
    assert len(rows) == 131
    assert rows["cis-1.12:5.2.3"]["standing"] == "fail"
    assert rows["cis-1.12:5.2.4"]["standing"] == "pass"
    assert rows["cis-1.12:5.3.2"]["standing"] == "unknown"
    assert rows["cis-1.12:1.2.1"]["standing"] == "out-of-reach"


def test_the_table_is_for_people(manifest: Path) -> None:
    text = run(manifest, "--compliance", "nsa").stdout
    assert "host-pid" in text


def test_the_exit_code_is_what_was_asked_for(manifest: Path) -> None:
    assert run(manifest, "--compliance", "cis", "--fail-on", "none").return_value == 0
    assert run(manifest, "--compliance", "cis", "--fail-on", "none", "--strict").return_value == 1


def test_nothing_passes_beside_what_could_not_be_read(manifest: Path) -> None:
    (manifest.parent / "broken.yaml").write_text("apiVersion: v1\nkind: [\n")
    result = run(manifest.parent, "--compliance", "cis", "-o", "json")
    table = json.loads(result.stdout)
    assert "pass" not in table["summary"]
    assert "fail" in table["summary"]
    assert table["problems"][0]["file"].endswith("broken.yaml")
    assert "broken.yaml" in result.stderr


@pytest.mark.parametrize("framework", ["cis", "pss"])
@pytest.mark.parametrize("whole", [(), ("--estate",)])
def test_nothing_read_is_no_pass(tmp_path: Path, framework: str, whole: tuple[str, ...]) -> None:
    result = run(tmp_path, "--compliance", framework, "-o", "json", *whole)
    assert result.return_value == 3
    assert "pass" not in json.loads(result.stdout)["summary"]


def test_a_table_says_what_was_excluded(manifest: Path) -> None:
    (manifest.parent / "vendor").mkdir()
    (manifest.parent / "vendor" / "pod.yaml").write_text(POD)
    manifest.write_text(POD.replace("hostPID: true", "hostPID: false"))
    arguments = ("--compliance", "pss", "--estate", "--exclude", "vendor/")
    assert "excluded, so that no control speaks of it: vendor/" in run(manifest.parent, *arguments).stdout
    assert json.loads(run(manifest.parent, *arguments, "-o", "json").stdout)["excluded"] == ["vendor/"]


def test_a_table_says_what_was_passed_over(manifest: Path) -> None:
    result = run(manifest, "--compliance", "pss", "--set", "a=b")
    assert "not looked at: the values given for charts: no chart was read" in result.stdout
    told = json.loads(run(manifest, "--compliance", "pss", "--set", "a=b", "-o", "json").stdout)
    assert told["not_looked_at"] == [{"what": "the values given for charts", "why": "no chart was read"}]


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--compliance", "sic"), "cis"),
        (("--compliance", "cis", "-o", "sarif"), "terminal or json"),
        (("--compliance", "cis", "--select", "host-pid"), "Leave it out"),
        (("--compliance", "cis", "--for", "boss"), "Leave it out"),
        (("--compliance", "cis", "--severity", "high"), "Leave it out"),
    ],
)
def test_what_cannot_be_asked_is_said(manifest: Path, arguments: tuple[str, ...], hint: str) -> None:
    error = run(manifest, *arguments).exception
    assert isinstance(error, UsageError)
    assert hint in error.hint


def controls(result: Result) -> dict[str, dict[str, object]]:
    return {row["id"]: row for row in json.loads(result.stdout)["controls"]}


def test_a_baseline_holds_no_control_and_fails_no_pipeline(manifest: Path) -> None:
    baseline = manifest.parent / "known.json"
    made = ["baseline", "create", str(manifest), "--no-config", "--profile", "strict", "--to", str(baseline)]
    CliRunner().invoke(cli, made, standalone_mode=False)
    held = run(manifest, "--compliance", "cis", "--baseline", str(baseline), "-o", "json")
    assert held.return_value == 0
    row = controls(held)["cis-1.12:5.2.3"]
    assert (row["standing"], row["findings"], row["baseline"]) == ("fail", 0, 1)
    assert json.loads(held.stdout)["baseline"] == str(baseline)
    text = run(manifest, "--compliance", "cis", "--baseline", str(baseline)).stdout
    assert "1 finding held by the baseline" in text
    assert "known.json" in "".join(text.split())
    manifest.write_text(POD.replace("hostPID: true", "hostPID: true\n  hostIPC: true"))
    assert run(manifest, "--compliance", "cis", "--baseline", str(baseline)).return_value == 1


def test_the_settings_that_relax_are_named(manifest: Path) -> None:
    settings = manifest.parent / "seawall.toml"
    settings.write_text('[[relax]]\nrule = "host-pid"\nreason = "it looks at the node"\n')
    arguments = ["scan", str(manifest), "--config", str(settings), "--compliance", "cis", "-o", "json"]
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    row = controls(result)["cis-1.12:5.2.3"]
    assert (row["standing"], row["why"], row["relaxed"]) == ("accepted", "1 finding relaxed", 1)
    assert str(json.loads(result.stdout)["settings"]).endswith("seawall.toml")


def test_a_table_says_how_much_was_read(manifest: Path) -> None:
    part = run(manifest, "--compliance", "cis")
    assert "1 object read for Kubernetes" in part.stdout
    assert "not the whole cluster" in part.stdout
    whole = json.loads(run(manifest, "--compliance", "cis", "--estate", "-o", "json").stdout)
    assert (whole["objects"], whole["whole"]) == (1, True)
