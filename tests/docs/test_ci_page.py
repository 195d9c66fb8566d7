"""Every command of docs/ci.md, in the order of the page, in a repository that has what the page says."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs/ci.md").read_text("utf-8")
STEPS = re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def commands(text: str) -> Iterator[tuple[str, int]]:
    """(command line, the exit code that the page promises)."""
    for line in "".join(blocks(text, "console")).splitlines():
        command, _, said = line.partition("  #")
        (code,) = re.findall(r"exit (\d)", said)
        yield command.strip(), int(code)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "seawall"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m seawall "$@"\n', "utf-8")
    program.chmod(0o755)
    folder = tmp_path / "repository"
    shutil.copytree(ROOT / "examples/shop/k8s", folder / "k8s")
    return folder


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    env = {"PATH": f"{folder.parent / 'bin'}:{os.environ['PATH']}", "HOME": str(folder.parent)}
    return subprocess.run(["bash", "-ec", line], cwd=folder, env=env, capture_output=True, text=True, check=False)


def test_every_command_ends_as_the_page_says(repository: Path) -> None:
    run("git init -q .", repository)
    settings = repository / "seawall.toml"
    settings.write_text("".join(blocks(PAGE, "toml")), "utf-8")
    run_at_all = 0
    for step in STEPS:
        for line, code in commands(step):
            done = run(line, repository)
            why = "exit 1: " if code == 1 else ""
            assert (done.returncode, done.stderr[: len(why)], done.stderr.count("\n")) == (code, why, code == 1), line
            run_at_all += 1
            if "baseline create" in line:
                (setting,) = re.findall(r"`(baseline = .*?)`", step)
                settings.write_text(f"{settings.read_text('utf-8')}{setting}\n", "utf-8")
                run("git add -A && git -c user.name=a -c user.email=a@example.com commit -qm settings", repository)
    assert run_at_all == 7
    assert {"seawall.sarif", "seawall.md"} <= {path.name for path in repository.iterdir()}


def test_the_nightly_job_fails_where_something_was_repaired(repository: Path) -> None:
    run("git init -q . && seawall baseline create . && git add -A", repository)
    shutil.rmtree(repository / "k8s/data")
    nightly = list(commands(STEPS[-1]))[-1][0]
    assert run(nightly, repository).returncode == 1


@pytest.mark.parametrize(
    ("manifest", "lax", "strict"),
    [
        ("kind: Pod\n  broken: [", 0, 1),
        ("apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostNetwork: '${HOST}', containers: []}\n", 0, 1),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: fine}\n", 0, 0),
    ],
)
def test_what_strict_means(manifest: str, lax: int, strict: int, repository: Path) -> None:
    (repository / "k8s/more.yaml").write_text(manifest, "utf-8")
    line = "seawall scan k8s/more.yaml k8s/namespaces.yaml --select host-network,default-namespace"
    assert run(line, repository).returncode == lax
    assert run(f"{line} --strict", repository).returncode == strict


def test_a_broken_values_file_fails_only_a_strict_scan(repository: Path) -> None:
    """With Helm on the machine it refuses the file, without it the chart is not rendered: a problem in both cases."""
    shutil.copytree(ROOT / "examples/shop/chart", repository / "chart")
    (repository / "chart/values.yaml").write_text("image: [\n", "utf-8")
    line = "seawall scan chart k8s/payments --select host-ipc"
    assert run(line, repository).returncode == 0
    assert run(f"{line} --strict", repository).returncode == 1


def test_the_job_of_the_page_is_yaml() -> None:
    (job,) = blocks(PAGE, "yaml")
    step = yaml.safe_load(job)["steps"][-1]
    assert set(re.findall(r"\$(\w+)", step["run"])) <= set(step["env"])
