"""Folders as an attacker, or an accident, lays them out."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from tests.hostile.command import FORMATS, outputs, seawall

POD = b"""\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - {name: web, image: registry.example/web, ports: [{containerPort: 80, hostPort: 80}]}
"""
NAMES = (
    b"new\nline.yaml",
    b"carriage\rreturn.yaml",
    b"latin\xe9.yaml",
    b"lone\xed\xa0\x80surrogate.yaml",
    b"\x1b[31mred.yaml",
    b"\xc2\x9b31mred.yaml",
    "right\u202eto left.yaml".encode(),
    "line\u2028separator.yaml".encode(),
    b"::error file=x::boo.yaml",
    b"=cmd|'!A1'.yaml",
    b"<script>|`$(id)`.yaml",
    b"--estate.yaml",
    b" .yaml",
    b"%0A::error::.yaml",
)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    return folder


def scanned(tree: Path, *arguments: str | bytes) -> dict[str, Any]:
    done = seawall("scan", *(arguments or (".",)), "-o", "json", cwd=tree)
    assert done.code in (0, 1, 3), done.err.decode()
    assert done.err == b""
    result: dict[str, Any] = json.loads(done.out)
    return result


@pytest.mark.parametrize("locale", ["C.UTF-8", "C", "POSIX"])
def test_any_name_can_be_written_in_any_format(tree: Path, tmp_path: Path, locale: str) -> None:
    for name in NAMES:
        (tree / os.fsdecode(name)).write_bytes(POD)
    (tree / os.fsdecode(b"broken\xff.yaml")).write_bytes(b"apiVersion: v1\nkind: [")
    (tree / os.fsdecode(b"folder\xfe")).mkdir()
    (tree / os.fsdecode(b"folder\xfe/pod.yaml")).write_bytes(POD)

    wanted = ("--select", "host-port", *outputs(tmp_path), "-o", "terminal")
    done = seawall("scan", ".", *wanted, cwd=tree, env={"LANG": locale, "LC_ALL": locale})

    assert (done.code, done.err) == (1, b"exit 1: 15 findings at or above medium (--fail-on)\n")
    texts = {name: (tmp_path / name).read_text("utf-8") for name in FORMATS}
    report = json.loads(texts["json"])
    assert len({row["location"]["file"] for row in report["findings"]}) == len(NAMES) + 1
    assert [row["file"] for row in report["problems"]] == [r"broken\xff.yaml"]
    for form, text in texts.items():
        assert re.search(r"latin(\\|%5C)+xe9.yaml", text), form


def test_a_chart_or_overlay_whose_name_is_no_text_is_a_problem(tree: Path) -> None:
    for name, file, text in (
        (b"chart\xff", "Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n"),
        (b"overlay\xff", "kustomization.yaml", "resources: [pod.yaml]\n"),
    ):
        folder = tree / os.fsdecode(name)
        folder.mkdir()
        (folder / file).write_text(text)
        (folder / "pod.yaml").write_bytes(POD)

    report = scanned(tree)

    assert {(problem["file"], problem["kind"]) for problem in report["problems"]} == {
        (r"chart\xff", "encoding"),
        (r"overlay\xff", "encoding"),
    }


def test_a_named_file_that_is_no_text_is_read(tree: Path) -> None:
    (tree / os.fsdecode(b"\xff.yaml")).write_bytes(POD)

    assert scanned(tree, b"\xff.yaml")["coverage"]["objects"] == 1
    assert scanned(tree, b"\xfe.yaml")["problems"][0]["file"] == r"\xfe.yaml"


def test_link_loops_end(tree: Path) -> None:
    (tree / "a").mkdir()
    (tree / "a" / "back").symlink_to("..", target_is_directory=True)
    (tree / "one.yaml").symlink_to("two.yaml")
    (tree / "two.yaml").symlink_to("one.yaml")
    (tree / "self.yaml").symlink_to("self.yaml")
    (tree / "pod.yaml").write_bytes(POD)

    report = scanned(tree)

    assert report["coverage"]["objects"] == 1
    assert [problem["kind"] for problem in report["problems"]] == ["link"] * 3


def test_a_pipe_or_socket_is_never_opened(tree: Path) -> None:
    os.mkfifo(tree / "pipe.yaml")
    os.mkfifo(tree / "values.json")
    os.mkfifo(tree / ".gitignore")
    os.mkfifo(tree / "seawall.toml")
    (tree / "pod.yaml").write_bytes(POD)

    assert scanned(tree)["coverage"]["objects"] == 1
    assert scanned(tree, "pipe.yaml")["problems"][0]["kind"] == "read"


def test_a_link_never_leads_out(tree: Path, tmp_path: Path) -> None:
    secret = tmp_path / "outside.yaml"
    secret.write_bytes(POD.replace(b"web", b"outsider"))
    (tree / "in.yaml").symlink_to(secret)
    (tree / "dir").symlink_to(tmp_path, target_is_directory=True)

    report = scanned(tree)

    assert report["coverage"]["objects"] == 0
    assert "outsider" not in json.dumps(report)


def test_what_may_not_be_read_is_a_problem(tree: Path) -> None:
    # Root reads everything, whatever the mode says: a folder in the place of a file fails for everybody.
    (tree / "folder.yaml").mkdir()
    (tree / "gone.yaml").symlink_to("nowhere")
    (tree / "closed.yaml").write_bytes(POD)
    (tree / "closed.yaml").chmod(0)

    report = scanned(tree)

    kinds = {problem["file"]: problem["kind"] for problem in report["problems"]}
    assert kinds.pop("gone.yaml") == "link"
    assert (report["coverage"]["objects"], kinds) in ((1, {}), (0, {"closed.yaml": "read"}))


def test_an_ignore_file_that_never_ends_is_not_read(tree: Path) -> None:
    (tree / ".gitignore").symlink_to("/dev/zero")
    (tree / "pod.yaml").write_bytes(POD)

    assert scanned(tree)["coverage"]["objects"] == 1


def test_a_folder_without_end_is_a_problem(tree: Path) -> None:
    here = os.open(tree, os.O_RDONLY)
    for _ in range(900):
        os.mkdir("d", dir_fd=here)
        inner = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    leaf = os.open("pod.yaml", os.O_WRONLY | os.O_CREAT, dir_fd=here)
    os.write(leaf, POD)
    os.close(leaf)
    os.close(here)

    report = scanned(tree)

    assert [problem["kind"] for problem in report["problems"]] == ["depth"]
