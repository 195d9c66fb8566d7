"""What other tools call: the hooks, the action, the GitLab job, the image, the shell's completion, kubectl's plugin."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from seawall.cli.main import COMMANDS, cli, main
from seawall.model import Object
from seawall.rules.catalog import catalog

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs/integrations.md").read_text("utf-8")
GOOD = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: colours, namespace: shop}\ndata: {sky: blue}\n"
BAD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  hostNetwork: true
  containers: [{name: web, image: "registry.example/web:1.0", securityContext: {privileged: true}}]
"""


def load(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text("utf-8"))


def parse(arguments: list[str]) -> click.Context:
    """What click makes of a command line, without running it."""
    context = cli.make_context("seawall", list(arguments), resilient_parsing=False)
    command = cli.get_command(context, arguments[0])
    assert command is not None, arguments[0]
    return command.make_context(arguments[0], arguments[1:], parent=context)


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A `seawall` that a script can call."""
    file = tmp_path / "bin" / "seawall"
    file.parent.mkdir()
    file.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m seawall "$@"\n', "utf-8")
    file.chmod(0o755)
    return file


def bash(script: str, folder: Path, **variables: object) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], **{name: str(value) for name, value in variables.items()}}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=env, check=False)


HOOKS = load(".pre-commit-hooks.yaml")


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_calls_a_command_that_exists_and_is_documented(hook: dict[str, Any]) -> None:
    program, *arguments = shlex.split(hook["entry"]) + hook["args"]
    assert program == "seawall"
    assert parse(arguments).params["paths"] == (".",)
    assert not hook["pass_filenames"]
    assert f"id: {hook['id']}\n" in GUIDE


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
@pytest.mark.parametrize("name", ["k8s/web.yaml", "a.yml", "list.json", "chart/templates/_helpers.tpl", "sub/db.tgz"])
def test_a_hook_runs_when_what_is_scanned_changes(hook: dict[str, Any], name: str) -> None:
    assert re.search(hook["files"], name)
    assert not re.search(hook["files"], "README.md")


ACTION = load("action.yml")
STEPS = {step["name"]: step for step in ACTION["runs"]["steps"]}


def test_the_action_uses_no_other_action_and_runs_no_input_as_code() -> None:
    for step in STEPS.values():
        assert "uses" not in step
        assert "${{" not in step["run"]


def test_every_input_and_output_of_the_action_is_documented() -> None:
    for name in (*ACTION["inputs"], *ACTION["outputs"]):
        assert f"`{name}`" in GUIDE, name


def scan_as_the_action(folder: Path, program: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    """Runs the action's scan with these inputs, each by the name of its variable, and the defaults of the others."""
    given = {name.replace("-", "_").upper(): field["default"] for name, field in ACTION["inputs"].items()} | inputs
    files = {"GITHUB_OUTPUT": folder / "output", "GITHUB_STEP_SUMMARY": folder / "summary"}
    return bash(STEPS["Scan"]["run"], folder, SEAWALL=program, RUNNER_TEMP=folder, **files, **given)


@pytest.mark.parametrize(("manifest", "code"), [(GOOD, 0), (BAD, 1)])
def test_the_scan_of_the_action(tmp_path: Path, program: Path, manifest: str, code: int) -> None:
    (tmp_path / "one two.yaml").write_text(manifest, "utf-8")
    done = scan_as_the_action(
        tmp_path, program, PATHS="one two.yaml\n", KUBE_VERSION="1.34", ARGUMENTS="--ignore=image-tag-mutable\n"
    )
    assert (done.returncode, done.stderr) == (code, "")
    assert (tmp_path / "output").read_text("utf-8") == f"sarif=seawall.sarif\nexit-code={code}\n"
    assert json.loads((tmp_path / "seawall.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert "Seawall" in (tmp_path / "summary").read_text("utf-8")
    assert ("::error file=one two.yaml" in done.stdout) is (code == 1)


SETTINGS = 'profile = "strict"\nfail-on = "critical"\nexclude = ["vendor/"]\nselect = ["host-network"]\n'
"""Of a team that is failed by nothing in `BAD`, and does not look at what others wrote."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout with settings."""
    folder = tmp_path / "project"
    (folder / "vendor").mkdir(parents=True)
    (folder / "web.yaml").write_text(BAD, "utf-8")
    (folder / "vendor" / "web.yaml").write_text(BAD, "utf-8")
    (folder / "seawall.toml").write_text(SETTINGS, "utf-8")
    return folder


def test_the_settings_of_the_team_hold_in_the_action(project: Path, program: Path) -> None:
    done = scan_as_the_action(project, program)
    assert (done.returncode, done.stderr) == (0, "")
    assert "file=web.yaml" in done.stdout
    assert "vendor" not in done.stdout
    assert scan_as_the_action(project, program, FAIL_ON="low").returncode == 1
    assert scan_as_the_action(project, program, PROFILE="lax").returncode == 2


def test_a_step_that_reports_nothing_does_not_repeat_the_summary_of_an_earlier_one(
    project: Path, program: Path
) -> None:
    scan_as_the_action(project, program)
    told = (project / "summary").read_text("utf-8")
    assert scan_as_the_action(project, program, PROFILE="lax").returncode == 2
    assert told
    assert (project / "summary").read_text("utf-8") == told


def test_the_variables_of_the_action_are_those_that_its_scripts_read() -> None:
    own = {"RUNNER_TEMP", "GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "SEAWALL"}
    for step in STEPS.values():
        read = set(re.findall(r"\$\{?([A-Z_]+)", step["run"]))
        assert read - own == {*step["env"]}


GITLAB = load("integrations/gitlab/seawall.yml")


def run_job(folder: Path, program: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs the whole job in a checkout; in place of Python is a program that makes an environment with `seawall`."""
    python = program.parent / "python"
    install = f'ln -sf "$0" "$3/bin/python"; ln -sf {shlex.quote(str(program))} "$3/bin/seawall"'
    python.write_text(f'#!/bin/sh\n[ "$2" != venv ] || {{ mkdir "$3/bin"; {install}; }}\n', "utf-8")
    python.chmod(0o755)
    job = GITLAB["seawall"]
    given = {**GITLAB["variables"], "SEAWALL_PACKAGE": "seawall @ https://registry.example/seawall.tar.gz", **variables}
    given |= {"PATH": f"{program.parent}:{os.environ['PATH']}", "TMPDIR": str(program.parent)}
    return bash("\n".join(job["before_script"] + job["script"]), folder, **given)


@pytest.mark.parametrize(("manifest", "code"), [(GOOD, 0), (BAD, 1)])
def test_the_gitlab_job_writes_its_reports(tmp_path: Path, program: Path, manifest: str, code: int) -> None:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "web.yaml").write_text(manifest, "utf-8")
    job = GITLAB["seawall"]
    done = run_job(folder, program)
    why = r"exit 1: \d+ findings at or above medium \(--fail-on\)\n" if code else ""
    assert done.returncode == code
    assert re.fullmatch(why, done.stderr)
    reports = job["artifacts"]["reports"]
    assert {path.name for path in folder.iterdir()} == {"web.yaml", *reports.values()}
    quality = json.loads((folder / reports["codequality"]).read_text("utf-8"))
    assert {row["location"]["path"] for row in quality} == ({"web.yaml"} if code else set())
    assert "<testsuite" in (folder / reports["junit"]).read_text("utf-8")


def test_the_settings_of_the_team_hold_in_the_gitlab_job(project: Path, program: Path) -> None:
    done = run_job(project, program)
    assert (done.returncode, done.stderr) == (0, "")
    assert "web.yaml" in done.stdout
    assert "not looked at: vendor/: .gitignore or exclude leaves it out" in done.stdout
    assert run_job(project, program, SEAWALL_FAIL_ON="low").returncode == 1
    assert run_job(project, program, SEAWALL_PROFILE="lax").returncode == 2


def test_the_gitlab_job_installs_nothing_that_nobody_named(tmp_path: Path) -> None:
    script = "\n".join(GITLAB["seawall"]["before_script"])
    done = bash(script, tmp_path, **GITLAB["variables"], CI_PROJECT_DIR=tmp_path)
    assert done.returncode != 0
    assert "SEAWALL_PACKAGE: is empty" in done.stderr
    assert not list(tmp_path.iterdir())
    assert GITLAB["seawall"]["before_script"][-1].endswith('"$SEAWALL_PACKAGE"')


def test_every_variable_of_the_gitlab_job_is_used_and_documented() -> None:
    text = "\n".join(GITLAB["seawall"]["before_script"] + GITLAB["seawall"]["script"])
    for name in GITLAB["variables"]:
        assert f"${name}" in text or f"${{{name}" in text
        assert f"`{name}`" in GUIDE


def test_the_image_runs_as_nobody_and_is_built_of_what_the_context_holds() -> None:
    lines = (ROOT / "Containerfile").read_text("utf-8").splitlines()
    assert "USER 65532:65532" in lines
    (base,) = (line.removeprefix("ARG BASE=") for line in lines if line.startswith("ARG BASE="))
    assert re.fullmatch(r"docker\.io/library/python:\d\.\d+-slim", base)
    copied = [
        word for line in lines if line.startswith("COPY ") and "--from" not in line for word in line.split()[1:-1]
    ]
    allowed = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    assert copied
    for name in copied:
        assert (ROOT / name).exists()
        assert f"!{name}" in allowed


def test_kubectl_finds_its_plugin_and_help_calls_it_as_people_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["scripts"]
    assert scripts["kubectl-seawall"] == scripts["seawall"] == "seawall.cli.main:main"
    monkeypatch.setattr(sys, "argv", ["/usr/local/bin/kubectl-seawall", "scan", "--help"])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("Usage: kubectl seawall scan [OPTIONS] [PATH...]\n")


def complete(words: str, *, shell: str = "bash_complete") -> subprocess.CompletedProcess[str]:
    """What a shell that completes the last of `words` is answered; stderr lists what was imported."""
    env = {
        **os.environ,
        "_SEAWALL_COMPLETE": shell,
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    code = "import sys; sys.argv[:] = ['seawall']; from seawall.cli.main import main; main()"
    command = [sys.executable, "-X", "importtime", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, env=env, check=True)


def test_commands_are_completed_without_being_imported() -> None:
    done = complete("seawall ")
    assert done.stdout.splitlines() == [f"plain,{name}" for name in COMMANDS]
    assert "seawall.cli.main" in done.stderr
    assert "seawall.cli.scan" not in done.stderr
    assert "msgspec" not in done.stderr


@pytest.mark.parametrize(
    ("words", "answers"),
    [
        ("seawall sca", ["plain,scan"]),
        ("seawall scan --fail-on me", ["plain,medium"]),
        ("seawall scan --kube-v", ["plain,--kube-version"]),
        ("seawall scan k8s/", ["file,k8s/"]),
        ("seawall scan --values va", ["file,va"]),
        ("seawall pss -o js", ["plain,json"]),
        ("seawall explain host-por", ["plain,host-port"]),
        ("seawall scan --select host-por", ["plain,host-port"]),
        ("seawall scan --select cis,host-por", ["plain,cis,host-port"]),
        ("seawall scan --ignore ns", ["plain,nsa", "plain,nsa-1.2"]),
        ("seawall rules --select owasp:K0", [f"plain,owasp:K0{number}" for number in range(1, 10)]),
        ("seawall config show --select kubesc", ["plain,kubescape"]),
        ("seawall scan --compliance cis-a", ["plain,cis-aks", "plain,cis-aks-1.8"]),
        ("seawall scan --compliance ps", ["plain,pss"]),
        ("seawall scan -o s", ["plain,sarif"]),
    ],
)
def test_a_shell_completes(words: str, answers: list[str]) -> None:
    assert complete(words).stdout.splitlines() == answers


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_of_each_shell_is_there_and_documented(shell: str) -> None:
    script = complete("seawall", shell=f"{shell}_source").stdout
    assert "_SEAWALL_COMPLETE" in script
    assert f"_SEAWALL_COMPLETE={shell}_source seawall" in GUIDE


def plural(kind: str) -> str:
    lower = kind.lower()
    return f"{lower}es" if lower.endswith("ss") else f"{lower[:-1]}ies" if lower.endswith("icy") else f"{lower}s"


def test_the_kinds_to_ask_a_cluster_for_are_those_that_rules_look_at() -> None:
    guide = GUIDE.partition("## kubectl")[2].partition("\n## ")[0]
    asked = {word for line in re.findall(r"^KINDS=(?:\$KINDS,)?(.*)$", guide, re.MULTILINE) for word in line.split(",")}
    beside = set(re.findall(r"[a-z]+", " ".join(re.findall(r"`([a-z,]+)`", guide))))
    of = {kind for rule in catalog() if issubclass(rule.on, Object) for _, kind in rule.on.KINDS}
    needed = {plural(kind) for kind in of.union(*(rule.needs for rule in catalog()))}
    assert "networkpolicies" in needed & asked
    assert needed <= asked | beside
    served_by_some = {"mutatingadmissionpolicies", "mutatingadmissionpolicybindings", "gateways", "referencegrants"}
    assert needed - asked == {"secrets", *served_by_some}
