"""Options that meet each other, words in any case, and where reports go."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from seawall.app.baseline import FILE_NAME
from seawall.cli.baseline import baseline
from seawall.cli.main import main
from seawall.errors import ExitCode

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  hostPID: true
  containers: [{name: web, image: "registry.example/web:1.0", ports: [{containerPort: 80, hostPort: 80}]}]
"""
KAFKA = """\
apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: {name: events}
spec:
  kafka: {template: {pod: {securityContext: {runAsUser: 0}}}}
  zookeeper: {template: {pod: {securityContext: {runAsUser: 0}}}}
"""
Said = tuple[int, str, str]
"""The exit code, standard output, standard error."""


class Shell:
    """Runs a command line in a folder that holds one pod, and keeps what it said."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, line: str, stdin: str = "") -> Said:
        self._monkeypatch.setattr(sys, "argv", ["seawall", *line.split()])
        self._monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin.encode())))
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        said = self._capsys.readouterr()
        return ended.value.code, said.out, said.err


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    (tmp_path / "web.yaml").write_text(POD)
    monkeypatch.chdir(tmp_path)
    return Shell(tmp_path, monkeypatch, capsys)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("scan --compliance cis --fail-on high", "so --fail-on high says nothing"),
        ("scan --compliance cis --group-by owner", "so --group-by says nothing"),
        ("scan --profile strict --select cis", "Leave out --profile; or leave out --select"),
        ("baseline create --select cis --profile strict", "Leave out --profile"),
        ("config show --select cis --profile strict", "Leave out --profile"),
        ("scan --values nope.yaml", "--values: 'nope.yaml' does not exist"),
        ("pss --values nope.yaml", "--values: 'nope.yaml' does not exist"),
        ("explain host-port shop", "Did you mean --on shop?"),
        ("pss -o csv", "Take one of terminal, json"),
        ("pss -o json=web.yaml", "holds a Kubernetes object"),
        ("rules 1.1.1", "no rule looks at cis-1.12:1.1.1"),
    ],
)
def test_what_says_nothing_is_refused(shell: Shell, line: str, said: str) -> None:
    code, out, err = shell(line)
    assert (code, out) == (ExitCode.USAGE, "")
    assert said in err


def test_a_selection_beats_the_profile_of_the_settings(shell: Shell) -> None:
    (shell.folder / "seawall.toml").write_text('profile = "essential"\n')
    assert shell("scan --select host-port")[0] == ExitCode.FINDINGS


def test_values_of_the_settings_that_are_not_there(shell: Shell) -> None:
    (shell.folder / "seawall.toml").write_text('[helm]\nvalues = ["nope.yaml"]\n')
    code, out, err = shell("scan")
    assert (code, out) == (ExitCode.USAGE, "")
    assert "seawall.toml:2: helm.values: 'nope.yaml' does not exist" in err


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("scan --select HOST-PORT --fail-on HIGH", ExitCode.OK),
        ("scan --fail-on HIGH", ExitCode.FINDINGS),
        ("scan --for Boss --profile STRICT", ExitCode.FINDINGS),
        ("scan --compliance CIS --fail-on NONE", ExitCode.OK),
        ("scan --compliance Cis-1.12 -o JSON --fail-on none", ExitCode.OK),
        ("scan -o TEXT --fail-on none", ExitCode.OK),
        ("explain HOST-PORT", ExitCode.OK),
        ("pss -o Terminal --level Privileged", ExitCode.OK),
        ("pss -o text", ExitCode.FINDINGS),
        ("config show -o text", ExitCode.OK),
        ("rules --layer Cluster -o text", ExitCode.OK),
    ],
)
def test_words_count_in_any_case(shell: Shell, line: str, code: int) -> None:
    assert shell(line)[0] == code


@pytest.mark.parametrize(("word", "rule"), [("5.2.12", "host-port"), ("c-0044", "host-port"), ("CIS", "host-port")])
def test_rules_lists_what_stands_behind_a_control(shell: Shell, word: str, rule: str) -> None:
    code, out, _ = shell(f"rules {word}")
    assert code == ExitCode.OK
    assert rule in {line.partition(" ")[0] for line in out.splitlines()}
    assert "no-network-policy" not in out or word == "CIS"


def test_a_dash_is_standard_output(shell: Shell) -> None:
    assert json.loads(shell("scan -o json=-")[1])["findings"]
    assert json.loads(shell("pss -o json=-")[1])["pods"]
    assert not (shell.folder / "-").exists()
    assert shell("scan -o json=- -o terminal")[0] == ExitCode.USAGE


def test_pss_writes_a_file(shell: Shell) -> None:
    code, out, err = shell("pss -o json=pss.json")
    assert (code, out) == (ExitCode.FINDINGS, "")
    assert err == "Pod Security restricted, v1.37: 1 refused in 1 file: pss.json\n"
    assert json.loads((shell.folder / "pss.json").read_text())["pods"][0]["name"] == "web"
    assert "refused" in shell("pss -o json=pss.json -o text")[1]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("scan --select host-port,host-pid", "exit 1: 2 findings at or above medium (--fail-on)\n"),
        ("scan --select host-port,host-pid --fail-on HIGH", "exit 1: 1 finding at or above high (--fail-on)\n"),
        ("scan --select host-port -o terminal -o json=out.json", "exit 1: 1 finding at or above medium (--fail-on)\n"),
        ("scan --select host-port --fail-on none", ""),
        ("scan --select host-port -o json", ""),
        ("scan --select host-port -o json -o terminal=out.txt", ""),
    ],
)
def test_a_person_is_told_why_a_scan_fails(shell: Shell, line: str, why: str) -> None:
    assert shell(line)[2] == why


def test_a_strict_scan_says_what_it_fails_on(shell: Shell) -> None:
    (shell.folder / "web.yaml").write_text(POD.replace("hostPort: 80", "hostPort: '${PORT}'"))
    (shell.folder / "broken.yaml").write_text("apiVersion: v1\nkind: [\n")
    assert shell("scan --select host-port --strict")[::2] == (1, "exit 1: 1 problem and 1 unknown verdict (--strict)\n")


def test_what_standard_input_holds_is_counted(shell: Shell) -> None:
    code, out, _ = shell("scan -", "hello\n")
    assert code == ExitCode.NOTHING_READ
    assert "1 file left alone: not Kubernetes" in out


def test_explaining_what_is_missing_is_told(shell: Shell) -> None:
    code, out, _ = shell("explain host-port --on missing/")
    assert code == ExitCode.NOTHING_READ
    assert "not read: missing/: does not exist" in out


@pytest.mark.parametrize("pattern", ["web.yaml,other/", "other/,web.yaml", "*,[a,b].yaml", "web.[y,z]aml"])
def test_patterns_are_separated_by_commas(shell: Shell, pattern: str) -> None:
    assert "web.yaml" not in shell(f"scan --exclude {pattern} -o csv")[1]


def test_a_pattern_of_the_settings_shows_each_of_its_parts(shell: Shell) -> None:
    rows: list[dict[str, Any]] = json.loads(shell("config show --exclude a,b/ --exclude c -o json")[1])
    assert next(row["value"] for row in rows if row["setting"] == "exclude") == ["a", "b/", "c"]


def test_each_pod_of_a_custom_resource_is_told_by_its_place(shell: Shell) -> None:
    (shell.folder / "web.yaml").write_text(KAFKA)
    out = shell("pss --level baseline")[1]
    assert "Kafka events  line 1  at spec.kafka.template.pod" in out
    assert "Kafka events  line 1  at spec.zookeeper.template.pod" in out
    pods = json.loads(shell("pss -o json")[1])["pods"]
    assert [pod["path"] for pod in pods][:1] == ["spec.kafka.template.pod"]


def test_the_help_names_the_file_that_a_baseline_is_written_to() -> None:
    for command in ("create", "update"):
        (option,) = [each for each in baseline.commands[command].params if each.name == "file"]
        assert FILE_NAME in str(getattr(option, "help", ""))
