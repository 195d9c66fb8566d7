"""`seawall diff`: folders, git revisions, formats, exit codes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seawall.cli.main import cli
from seawall.errors import UsageError
from seawall.reports.diff import FORMATS

OLD = """
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers: [{name: web, image: "registry.example/web:1"}]
"""
NEW = OLD.replace("spec:\n", "spec:\n  hostPID: true\n")


SPACE = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: LEVEL}}
"""


def run(*words: str) -> Result:
    words = ("diff", "--no-config", *words)
    return CliRunner().invoke(cli, list(words), catch_exceptions=False, standalone_mode=False)


@pytest.fixture
def sides(tmp_path: Path) -> tuple[str, str]:
    for name, text in (("old", OLD), ("new", NEW)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pod.yaml").write_text(text)
    return str(tmp_path / "old"), str(tmp_path / "new")


def test_a_person_is_told_what_widened(sides: tuple[str, str]) -> None:
    said = run(*sides).stdout
    assert "shop/Pod/web uses hostPID" in said
    assert f"{sides[1]}/pod.yaml:6" in said
    assert "[host-pid]" in said
    back = run(sides[1], sides[0])
    assert "nothing widened, " in back.stdout
    assert "hostPID" not in back.stdout
    assert "no longer: uses hostPID" in run(sides[1], sides[0], "--everything").stdout


def test_the_exit_code_is_a_gate_on_request(sides: tuple[str, str]) -> None:
    assert run(*sides).return_value == 0
    assert run(*sides, "--fail-on-wider").return_value == 1
    assert run(sides[1], sides[0], "--fail-on-wider").return_value == 0


def test_a_comment_is_empty_where_nothing_widened(sides: tuple[str, str]) -> None:
    said = run(*sides, "-o", "markdown").stdout
    assert said.startswith("### Seawall: ")
    assert "| host access | shop/Pod/web | uses hostPID |" in said
    assert run(sides[0], sides[0], "-o", "markdown").stdout == ""
    assert run(sides[1], sides[0], "-o", "markdown").stdout == ""
    said = run(sides[1], sides[0], "-o", "markdown", "--everything").stdout
    assert "Narrower" in said
    assert "**Findings that went**" in said
    assert "| host-pid |" in said


def test_the_worst_findings_come_first(sides: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "new" / "more.yaml").write_text(NEW.replace("name: web,", "name: api,"))
    found = json.loads(run(*sides, "-o", "json").stdout)["findings"]["came"]
    order = ["critical", "high", "medium", "low"]
    severities = [order.index(row["severity"]) for row in found]
    assert len(set(severities)) > 1
    assert severities == sorted(severities)


def test_a_program_gets_both_directions(sides: tuple[str, str]) -> None:
    found = json.loads(run(*sides, "-o", "json").stdout)
    assert [row["text"] for row in found["wider"] if row["aspect"] == "host access"] == ["uses hostPID"]
    assert {"host-pid"} <= {row["rule"] for row in found["findings"]["came"]}
    assert found["findings"]["went"] == []
    assert found["narrower"] == []


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


def test_an_overlay_of_a_revision_builds_on_what_stands_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (("base", "resources: [pod.yaml]"), ("prod", "resources: [../base]\nnamePrefix: x-")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "kustomization.yaml").write_text(text)
    (tmp_path / "base" / "pod.yaml").write_text(NEW)
    (tmp_path / "none.yaml").write_text("{}")
    _git(tmp_path, "init", "-q", "-b", "main")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-q", "-m", "one")
    (tmp_path / "base" / "pod.yaml").write_text(OLD)
    monkeypatch.chdir(tmp_path)
    # Whether or not a builder is there, the base is: no side differs but by what was edited.
    found = json.loads(run("main:prod", "prod", "-o", "json").stdout)
    said = [text for side in found["unseen"].values() for text in side]
    assert not any("leaves" in text for text in said)
    assert found["wider"] == []
    if not said:
        assert {row["file"] for row in found["narrower"]} == {"main:base/pod.yaml"}


def test_a_git_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def git(*words: str) -> None:
        _git(tmp_path, *words)

    (tmp_path / "k8s").mkdir()
    (tmp_path / "k8s" / "pod.yaml").write_text(OLD)
    (tmp_path / "k8s" / "logo.bin").write_bytes(bytes(range(256)))
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "one")
    (tmp_path / "k8s" / "pod.yaml").write_text(NEW)
    monkeypatch.chdir(tmp_path)
    assert "shop/Pod/web uses hostPID" in run("main:k8s", "k8s").stdout
    assert "shop/Pod/web uses hostPID" in run("HEAD:", ".").stdout
    back = json.loads(run("k8s", "main:k8s", "-o", "json").stdout)
    assert back["old"] == "k8s"
    assert [row["file"] for row in back["findings"]["went"] if row["rule"] == "host-pid"] == ["k8s/pod.yaml"]
    git("commit", "-q", "-a", "-m", "two")
    there = json.loads(run("main~1:k8s", "main:k8s", "-o", "json").stdout)
    assert {row["file"] for row in there["wider"]} == {"main:k8s/pod.yaml"}
    (tmp_path / "k8s" / "broken.yaml").write_text(BROKEN)
    (tmp_path / "k8s" / "space.yaml").write_text(SPACE.replace("LEVEL", "privileged"))
    git("add", ".")
    git("commit", "-q", "-m", "three")
    (tmp_path / "k8s" / "space.yaml").write_text(SPACE.replace("LEVEL", "restricted"))
    (tmp_path / "k8s" / "pod.yaml").write_text(OLD)
    for form in FORMATS:
        done = run("main:k8s", "k8s", "--everything", "-o", form)
        assert "namespace shop" in done.stdout
        assert "main:k8s/broken.yaml" in done.output
        assert "/seawall-" not in done.output
    for wrong in ("nowhere:k8s", "main:other", "main:../..", "-x:k8s"):
        with pytest.raises(UsageError):
            run("--", wrong, "k8s")


BROKEN = "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n"


def test_a_gate_does_not_pass_on_what_it_could_not_read(sides: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "old" / "other.yaml").write_text(NEW.replace("name: web,", "name: api,"))
    (tmp_path / "new" / "pod.yaml").write_text(OLD)
    (tmp_path / "new" / "other.yaml").write_text(BROKEN)
    for words in (("--fail-on-wider",), ("--fail-on-wider", "--everything")):
        assert run(*sides, *words).return_value == 1
        assert run(sides[1], sides[0], *words).return_value == 1
    said = run(*sides, "--everything").stdout
    assert said.splitlines()[-1].startswith(f"NEW could not be read in full: {sides[1]}/other.yaml:")
    assert "of the rest: nothing widened" in said
    assert "perhaps no longer: uses hostPID" in said
    assert "findings that perhaps went" in said
    assert "OLD could not be read in full" in run(sides[1], sides[0]).stdout
    comment = run(*sides, "-o", "markdown").stdout
    assert comment.startswith("### Seawall: NEW could not be read in full")
    assert "/new/other.yaml:" in comment.partition("**NEW could not be read in full**")[2]
    found = json.loads(run(*sides, "-o", "json").stdout)
    assert len(found["unseen"]["new"]) == 1
    assert found["unseen"]["old"] == []


def test_a_side_that_holds_nothing_is_not_narrower(sides: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    none = str(tmp_path / "none")
    for pair in ((sides[1], none), (none, sides[1]), (none, none)):
        for words in ((), ("--fail-on-wider",), ("-o", "markdown"), ("-o", "json")):
            assert run(*pair, *words).return_value == 3
    said = run(sides[1], none, "--everything").stdout
    assert said == f"NEW ({none}) holds no object; nothing can be said of what widened\n"
    assert "holds no object" in run(sides[1], none, "-o", "markdown").stdout
    assert "OLD (" in run(none, sides[1]).stdout
    (tmp_path / "none" / "pod.yaml").write_text(BROKEN)
    assert run(sides[1], none, "--fail-on-wider").return_value == 3
    assert "NEW could not be read: " in run(sides[1], none).stdout


def test_what_is_missing_is_said(sides: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match="NEW is missing"):
        run(sides[0])
    with pytest.raises(UsageError, match="does not exist"):
        run(sides[0], "nothing")
    with pytest.raises(UsageError, match="in no git repository"):
        run("main:k8s", sides[0])
