"""Which file is found, and what beats what."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from seawall.app.config import Wanted, discover, resolve, rows
from seawall.cli.config import config
from seawall.errors import ConfigError, UsageError


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "seawall.toml").write_text('fail-on = "low"\n')  # outside of the repository: never read
    root = tmp_path / "repo"
    (root / ".git").mkdir(parents=True)
    (root / "k8s" / "shop").mkdir(parents=True)
    monkeypatch.chdir(root)
    return root


def test_nothing_is_found_beyond_the_repository(repo: Path) -> None:
    assert discover(["k8s/shop"]) is None


def test_the_nearest_file_wins(repo: Path) -> None:
    (repo / "seawall.toml").write_text("")
    assert discover(["k8s/shop"]) == repo / "seawall.toml"
    (repo / "k8s" / "pyproject.toml").write_text("[tool.seawall]\nstrict = true\n")
    assert discover(["k8s/shop"]) == repo / "k8s" / "pyproject.toml"
    (repo / "k8s" / "seawall.toml").write_text("")
    assert discover(["k8s/shop"]) == repo / "k8s" / "seawall.toml"
    assert discover(["k8s/shop", "."]) == repo / "seawall.toml"
    assert discover(["-"]) == repo / "seawall.toml"


def test_a_pyproject_without_the_table_is_passed_by(repo: Path) -> None:
    (repo / "seawall.toml").write_text("")
    (repo / "k8s" / "pyproject.toml").write_text('[project]\nname = "seawall-policies"\n')
    assert discover(["k8s"]) == repo / "seawall.toml"


def test_outside_of_a_repository_the_search_ends_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here" / "k8s").mkdir(parents=True)
    (tmp_path / "seawall.toml").write_text("")
    monkeypatch.chdir(tmp_path / "here")
    assert discover(["k8s"]) is None
    (tmp_path / "here" / "seawall.toml").write_text("")
    assert discover(["k8s"]) == tmp_path / "here" / "seawall.toml"


def test_flags_beat_the_file_and_the_file_beats_defaults(repo: Path) -> None:
    (repo / "pyproject.toml").write_text('[tool.seawall]\nfail-on = "high"\nprofile = "strict"\nbaseline = "b.json"\n')
    found = resolve(Wanted(paths=("k8s",), flags={"profile": "essential", "helm.set": ("a=b",)}))
    assert (found.settings.fail_on, found.settings.profile, found.settings.strict) == ("high", "essential", False)
    assert found.settings.helm_set == ("a=b",)
    assert found.settings.baseline == "b.json"
    assert found.origins["fail-on"] == "pyproject.toml:2"
    assert found.origins["profile"] == "command line"
    assert found.origins["strict"] == "default"


def test_no_config_reads_none(repo: Path) -> None:
    (repo / "seawall.toml").write_text("nonsense = 1")
    assert resolve(Wanted(no_file=True)).file is None


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("other.toml", b"a = ", "other.toml: "),
        ("other.toml", b"a = 1\na b = 2\n", "other.toml:2: Expected '=' after a key"),
        ("other.toml", b"[[relax]]\nuntil = 2027-02-30 # soon", "other.toml:2: until is 2027-02-30, which is no day"),
        ("other.toml", b"# \xff", "other.toml: byte 2 is no UTF-8"),
        ("other.toml", b'ignore = ["rbca"]', "other.toml:1: ignore: 'rbca' is no rule"),
        ("other.toml", b"a = " + b"[" * 100_000, "other.toml is nested too deep"),
        ("other.toml", b"#" * 1_000_001, "other.toml is larger than 1 MB"),
        ("pyproject.toml", b"", "pyproject.toml: there is no table [tool.seawall]"),
        ("pyproject.toml", b"tool.seawall = 3", "pyproject.toml: tool.seawall is no table"),
    ],
)
def test_a_broken_file_is_an_error(repo: Path, name: str, data: bytes, message: str) -> None:
    (repo / name).write_bytes(data)
    with pytest.raises(ConfigError) as caught:
        resolve(Wanted(file=name))
    assert message in caught.value.message


def test_values_of_a_file_that_was_found_lie_in_its_repository(repo: Path) -> None:
    (repo / "seawall.toml").write_text('[helm]\nvalues = ["k8s/a.yaml"]\n')
    (repo / "k8s" / "a.yaml").write_text("a: 1\n")
    assert resolve(Wanted()).settings.helm_values == ("k8s/a.yaml",)
    (repo / "k8s" / "a.yaml").unlink()
    (repo / "k8s" / "a.yaml").symlink_to(repo.parent / "seawall.toml")
    with pytest.raises(ConfigError, match=r"seawall.toml:2: helm.values: 'k8s/a.yaml' leaves"):
        resolve(Wanted())
    assert resolve(Wanted(file="seawall.toml")).settings.helm_values == ("k8s/a.yaml",)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("nope.yaml", "does not exist"), ("k8s", "is no file"), ("https://a.example/v.yaml", "is remote")],
)
def test_values_that_are_not_there(repo: Path, name: str, wrong: str) -> None:
    with pytest.raises(UsageError, match=f"--values: '{name}' {wrong}"):
        resolve(Wanted(flags={"helm.values": (name,)}))
    (repo / "seawall.toml").write_text(f'[helm]\nset = []\nvalues = ["{name}"]\n')
    with pytest.raises(ConfigError, match=rf"seawall.toml:3: helm.values: '.*' (leaves|{wrong}|does not exist)"):
        resolve(Wanted())
    assert resolve(Wanted(flags={"helm.values": ()})).settings.helm_values == ()


def test_a_missing_file_is_an_error(repo: Path) -> None:
    with pytest.raises(ConfigError, match=r"'gone\.toml' cannot be read"):
        resolve(Wanted(file="gone.toml"))


def test_rows_tell_every_severity_and_relaxation(repo: Path) -> None:
    (repo / "seawall.toml").write_text(
        '[severity]\nhost-port = "low"\n[[relax]]\nrule = "host-port"\nreason = "ours"\nuntil = 2027-01-31\n'
    )
    found = {row.setting: (row.value, row.origin) for row in rows(resolve(Wanted()))}
    assert found["severity.host-port"] == ("low", "seawall.toml:2")
    assert found["relax[0].until"] == ("2027-01-31", "seawall.toml:6")
    assert "relax[0].value" not in found
    assert found["kube-version"][1] == "default"


def test_show(repo: Path) -> None:
    (repo / "seawall.toml").write_text('exclude = ["old/"]\n')
    run = CliRunner().invoke(config, ["show", "--profile", "strict"], catch_exceptions=False)
    lines = {line.split()[0]: line.split()[1:] for line in run.output.splitlines()}
    assert lines["exclude"] == ["old/", "seawall.toml:1"]
    assert lines["profile"] == ["strict", "command", "line"]
    assert lines["baseline"] == ["-", "default"]
    assert '"origin": "seawall.toml:1"' in CliRunner().invoke(config, ["show", "-o", "json"]).output
