"""What people type who come from another scanner, or who guess: told what it is called here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from seawall.cli.main import main
from seawall.errors import ExitCode

Said = tuple[int, str, str]
"""The exit code, standard output, standard error."""


class Shell:
    """Runs a command line and keeps what it said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, line: str) -> Said:
        self._monkeypatch.setattr(sys, "argv", ["seawall", *line.split()])
        with pytest.raises(SystemExit) as ended:
            main()
        assert isinstance(ended.value.code, int)
        said = self._capsys.readouterr()
        return ended.value.code, said.out, said.err


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(monkeypatch, capsys)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("scan . --format json", "--output"),
        ("scan . --framework cis", "--compliance"),
        ("scan . --severity-threshold high", "--fail-on"),
        ("scan . --soft-fail", "--fail-on none"),
        ("scan . --exit-code 1", "--fail-on SEVERITY"),
        ("scan . --skip-check CKV_K8S_20", "--ignore RULE"),
        ("scan . --check CKV_K8S_20", "--select RULE"),
        ("scan . --skip-dirs vendor", "--exclude PATTERN"),
        ("scan -d k8s/", "PATH without an option?"),
        ("pss -f pod.yaml", "PATH without an option"),
        ("scan . --exlude x", "--exclude"),
        ("lint .", "'scan'"),
        ("check .", "'scan'"),
        ("scna .", "'scan'"),
    ],
)
def test_an_option_or_command_of_another_scanner(shell: Shell, line: str, meant: str) -> None:
    code, _, err = shell(line)
    assert code == ExitCode.USAGE
    assert meant in err.splitlines()[-1]
    assert "--for" not in err.replace("--format", "")


@pytest.mark.parametrize(
    ("line", "absent"),
    [
        ("pss --framework cis", "--compliance"),
        ("pss --check x", "--select"),
        ("schema -d x", "PATH"),
        ("baseline create -f x", "-o "),
    ],
)
def test_what_the_command_does_not_take_is_not_suggested(shell: Shell, line: str, absent: str) -> None:
    assert absent not in shell(line)[2]


@pytest.mark.parametrize(
    ("word", "rule"),
    [
        ("CKV_K8S_20", "allow-privilege-escalation"),
        ("ckv_k8s_20", "allow-privilege-escalation"),
        ("KSV017", "privileged-container"),
        ("AVD-KSV-0017", "privileged-container"),
        ("latest-tag", "image-tag-mutable"),
    ],
)
def test_a_check_of_another_scanner(shell: Shell, word: str, rule: str) -> None:
    code, _, err = shell(f"explain {word}")
    assert code == ExitCode.USAGE
    assert f"calls {word} is {rule} here" in err
    code, out, _ = shell(f"rules {word}")
    assert code == ExitCode.OK
    assert rule in out
    for option in ("--select", "--ignore"):
        code, _, err = shell(f"scan . {option} {word}")
        assert code == ExitCode.USAGE
        assert f"calls {word} is {rule} here" in err


@pytest.mark.parametrize(
    ("line", "check"),
    [("explain", "CKV_K8S_138"), ("scan . --ignore", "CKV_K8S_138"), ("scan . --select", "KSV999")],
)
def test_a_check_that_no_rule_corresponds_to(shell: Shell, line: str, check: str) -> None:
    assert (
        shell(f"{line} {check}")[2].splitlines()[1].strip() == f"No rule here finds the same as {check}; leave it out"
    )


def test_a_search_for_a_word_that_no_rule_has(shell: Shell) -> None:
    code, out, err = shell("rules foo bar")
    assert (code, out) == (ExitCode.USAGE, "")
    assert "no rule has 'foo' in its id or title" in err


def test_words_that_no_one_rule_has_together_find_nothing(shell: Shell) -> None:
    assert shell("rules probe quota") == (ExitCode.OK, "no rule is like that; `seawall rules` lists all of them\n", "")


@pytest.mark.parametrize("line", ["config show nope", "config show --select hostport", "config show --ignore hostport"])
def test_settings_of_what_is_not_there(
    shell: Shell, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = shell(line)
    assert (code, out) == (ExitCode.USAGE, "")
    assert "'nope' does not exist" in err or "'hostport' is no rule" in err
