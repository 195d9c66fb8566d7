"""A baseline is made, laid over a scan, and brought up to date, as a user would."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner, Result

from seawall.cli.main import cli
from seawall.errors import UsageError
from seawall.rules.catalog import catalog
from seawall.rules.spec import Evidence

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: NAME, namespace: shop}\nspec: {hostPID: true, containers: []}\n"
BASELINE = ".seawall-baseline.json"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(POD.replace("NAME", "a"))
    return tmp_path


def seawall(*words: str) -> Result:
    return CliRunner().invoke(cli, [*words, "--select", "host-pid"], catch_exceptions=False, standalone_mode=False)


def names(folder: Path) -> list[str]:
    return [entry["subject"] for entry in json.loads((folder / BASELINE).read_text())["findings"]]


def test_only_what_is_new_fails(folder: Path) -> None:
    assert seawall("scan").return_value == 1
    assert seawall("baseline", "create").return_value == 0
    assert names(folder) == ["Pod shop/a"]
    assert seawall("scan", "--baseline", BASELINE).return_value == 0
    (folder / "b.yaml").write_text(POD.replace("NAME", "b"))
    assert seawall("scan", "--baseline", BASELINE).return_value == 1


def test_the_settings_name_it(folder: Path) -> None:
    (folder / "seawall.toml").write_text('baseline = "base.json"\n')
    assert seawall("baseline", "create").return_value == 0
    assert (folder / "base.json").exists()
    assert seawall("scan").return_value == 0
    assert "suppressed" in json.loads(seawall("scan", "-o", "json").output)["findings"][0]


def test_a_baseline_that_is_there_is_not_written_over_by_mistake(folder: Path) -> None:
    assert seawall("baseline", "create").output.startswith("1 finding written to .seawall-baseline.json; ")
    (folder / "b.yaml").write_text(POD.replace("NAME", "b"))
    with pytest.raises(UsageError, match="is there already") as refused:
        seawall("baseline", "create")
    assert "`seawall baseline update`" in refused.value.hint
    assert names(folder) == ["Pod shop/a"]
    assert seawall("baseline", "create", "--force").output.startswith("2 findings written to ")
    assert names(folder) == ["Pod shop/a", "Pod shop/b"]


def test_seawalls_own_files_are_no_files_left_alone(folder: Path) -> None:
    (folder / "seawall.toml").write_text('baseline = "base.json"\n')
    (folder / "notes.toml").write_text("")
    seawall("baseline", "create")
    coverage = json.loads(seawall("scan", "-o", "json").output)["coverage"]
    assert (coverage["files"], coverage["not_kubernetes"]) == (1, 1)


def test_only_fixed_never_adds(folder: Path) -> None:
    seawall("baseline", "create")
    (folder / "a.yaml").write_text(POD.replace("NAME", "b"))
    run = seawall("baseline", "update", "--only-fixed")
    assert run.output == f"1 taken out, 0 added, 0 held in {BASELINE}; 1 new one left out\n"
    assert names(folder) == []
    assert seawall("baseline", "update").output == f"0 taken out, 1 added, 1 held in {BASELINE}\n"
    assert names(folder) == ["Pod shop/b"]
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == [BASELINE]


@pytest.mark.parametrize(
    "words",
    [("update", "b.yaml"), ("update", "--select", "host-network"), ("update", "--exclude", "a.yaml")],
)
def test_what_a_scan_did_not_look_at_is_held(folder: Path, words: tuple[str, ...]) -> None:
    (folder / "b.yaml").write_text("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: b}\n")
    seawall("baseline", "create")
    run = CliRunner().invoke(cli, ["baseline", *words, "--only-fixed"], standalone_mode=False)
    assert run.output == f"0 taken out, 0 added, 1 held in {BASELINE}; 1 of them not looked at by this scan\n"
    assert names(folder) == ["Pod shop/a"]


def test_what_can_no_longer_be_read_is_held_and_what_is_gone_is_not(folder: Path) -> None:
    (folder / "b.yaml").write_text("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: b}\n")
    seawall("baseline", "create")
    (folder / "a.yaml").write_text(POD.replace("{name: NAME", "{name: *"))
    assert "1 of them not looked at" in seawall("baseline", "update").output
    (folder / "a.yaml").unlink()
    assert "1 taken out" in seawall("baseline", "update").output


def test_what_stood_in_a_file_that_holds_nothing_now_is_taken_out(folder: Path) -> None:
    (folder / "b.yaml").write_text("apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: b}\n")
    seawall("baseline", "create")
    (folder / "a.yaml").write_text("# gone\n")
    assert "1 taken out" in seawall("baseline", "update").output


@pytest.mark.kustomize
def test_what_was_repaired_in_a_patch_is_taken_out(folder: Path) -> None:
    (folder / "kustomization.yaml").write_text("resources: [a.yaml]\npatches: [{path: patch.yaml}]\n")
    bad = POD.replace("NAME", "a").replace(", containers: []", "")
    (folder / "a.yaml").write_text(bad.replace("true", "false"))
    (folder / "patch.yaml").write_text(bad)
    seawall("baseline", "create")
    assert json.loads((folder / BASELINE).read_text())["findings"][0]["path"] == "patch.yaml"
    (folder / "patch.yaml").write_text(bad.replace("true", "false"))
    assert seawall("baseline", "update").output.startswith("1 taken out, 0 added, 0 held")


def test_what_a_rule_that_crashed_did_not_say_is_held(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> Iterator[Evidence]:
        raise ZeroDivisionError

    seawall("baseline", "create")
    broken = tuple(msgspec.structs.replace(rule, check=crash) for rule in catalog() if rule.id == "host-pid")
    monkeypatch.setattr("seawall.app.baseline.chosen", lambda _: broken)
    assert "0 taken out, 0 added, 1 held" in seawall("baseline", "update").output


def test_with_nothing_read_it_is_left_alone(folder: Path) -> None:
    seawall("baseline", "create")
    (folder / "a.yaml").unlink()
    assert seawall("baseline", "update").return_value == 3
    assert names(folder) == ["Pod shop/a"]


def test_what_a_baseline_could_not_see_is_told(folder: Path) -> None:
    (folder / "broken.yaml").write_text("apiVersion: v1\nkind: [\n")
    assert "broken.yaml" in seawall("baseline", "create").stderr


def test_what_cannot_be_read_or_written_is_told(folder: Path) -> None:
    assert "baseline 'gone.json' cannot be read" in str(_error("scan", "--baseline", "gone.json"))
    assert "'no/such/folder.json' cannot be written" in str(_error("baseline", "create", "--to", "no/such/folder.json"))


def _error(*words: str) -> BaseException | None:
    return CliRunner().invoke(cli, [*words], standalone_mode=False).exception
