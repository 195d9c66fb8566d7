"""The walk: what is read, what is left alone, what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seawall.core import Problem
from seawall.sources.files import MAX_BYTES, File, Folder, Other, read_text, walk


def tree(root: Path, *names: str) -> None:
    for name in names:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("a: 1\n")


def names(root: Path, **options: object) -> dict[str, list[str]]:
    out: dict[str, list[str]] = {}
    for thing in walk(root, ".", **options):  # type: ignore[arg-type]  # the options of walk
        out.setdefault(type(thing).__name__, []).append(thing.file if isinstance(thing, Problem) else thing.name)
    return out


def test_manifests_are_files_and_the_rest_is_counted(tmp_path: Path) -> None:
    tree(tmp_path, "b.yaml", "a/c.yml", "a/d.json", "README.md", "main.go")
    assert names(tmp_path) == {"File": ["a/c.yml", "a/d.json", "b.yaml"], "Other": ["README.md", "main.go"]}


def test_other_peoples_folders_are_not_entered(tmp_path: Path) -> None:
    tree(tmp_path, ".git/x.yaml", "node_modules/y.yaml", ".github/workflows/ci.yaml")
    assert names(tmp_path) == {"File": [".github/workflows/ci.yaml"], "LeftOut": ["node_modules/"]}


def test_gitignore_is_honoured_as_git_reads_it(tmp_path: Path) -> None:
    tree(tmp_path, "keep.yaml", "out/gone.yaml", "a/b/secret.yaml", "a/secret.yaml", "a/b/back.yaml")
    (tmp_path / ".gitignore").write_text("out/\nsecret.yaml\n*back.yaml\n")
    (tmp_path / "a" / ".gitignore").write_text("!secret.yaml\n")
    (tmp_path / "a" / "b" / ".gitignore").write_text("!back.yaml\n")
    assert names(tmp_path)["File"] == ["a/b/back.yaml", "a/b/secret.yaml", "a/secret.yaml", "keep.yaml"]


def test_ignore_files_above_the_root_hold_inside_a_repository_only(tmp_path: Path) -> None:
    tree(tmp_path, "repo/k8s/a.yaml", "repo/k8s/b.yaml")
    (tmp_path / "repo" / ".gitignore").write_text("/k8s/b.yaml\n")
    assert names(tmp_path / "repo" / "k8s")["File"] == ["a.yaml", "b.yaml"]
    (tmp_path / "repo" / ".git").mkdir()
    assert names(tmp_path / "repo" / "k8s")["File"] == ["a.yaml"]


def test_a_folder_that_was_named_is_read_though_it_is_ignored(tmp_path: Path) -> None:
    tree(tmp_path, "repo/out/k8s/a.yaml", "repo/out/k8s/b.yaml", "repo/x.yaml")
    (tmp_path / "repo" / ".git").mkdir()
    (tmp_path / "repo" / ".gitignore").write_text("/out/\nb.yaml\n")
    assert names(tmp_path / "repo")["File"] == ["x.yaml"]
    assert names(tmp_path / "repo" / "out")["File"] == ["k8s/a.yaml", "k8s/b.yaml"]
    assert names(tmp_path / "repo" / "out" / "k8s")["File"] == ["a.yaml", "b.yaml"]


def test_exclude_takes_the_same_patterns(tmp_path: Path) -> None:
    tree(tmp_path, "a/test/x.yaml", "a/y.yaml", "z.yaml")
    assert names(tmp_path, exclude=("test/", "/z.yaml"))["File"] == ["a/y.yaml"]


def test_a_claimed_folder_is_one_thing(tmp_path: Path) -> None:
    tree(tmp_path, "chart/Chart.yaml", "chart/templates/a.yaml", "b.yaml")
    found = names(tmp_path, claim=lambda path: (path / "Chart.yaml").exists())
    assert found == {"File": ["b.yaml"], "Folder": ["chart"]}


def test_a_link_that_leaves_the_root_is_refused(tmp_path: Path) -> None:
    tree(tmp_path, "out/secret.yaml", "in/real.yaml")
    (tmp_path / "in" / "link.yaml").symlink_to(tmp_path / "out" / "secret.yaml")
    (tmp_path / "in" / "inside.yaml").symlink_to(tmp_path / "in" / "real.yaml")
    (tmp_path / "in" / "loop.yaml").symlink_to(tmp_path / "in" / "loop.yaml")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "out")
    (tmp_path / "in" / "again").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in" / "loop")
    found = names(tmp_path / "in")
    assert found == {
        "File": ["real.yaml"],
        "Problem": ["folder", "link.yaml", "loop.yaml"],
        "Other": ["again", "inside.yaml", "loop"],
    }


def test_what_is_no_file_is_told_when_it_was_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    assert names(tmp_path) == {"Other": ["pipe.yaml"]}
    (problem,) = walk(tmp_path / "pipe.yaml", "pipe.yaml")
    assert isinstance(problem, Problem)
    assert "no regular file" in problem.message


def test_a_named_file_is_read_whatever_its_ending(tmp_path: Path) -> None:
    tree(tmp_path, "manifest.txt")
    (file,) = walk(tmp_path / "manifest.txt", "manifest.txt")
    assert file == File("manifest.txt", tmp_path / "manifest.txt", explicit=True)
    assert read_text(file) == "a: 1\n"


@pytest.mark.parametrize(
    ("data", "kind", "line"),
    [(b"a: 1\nb: \xff\n", "encoding", 2), (b" " * (MAX_BYTES + 1), "size", 0)],
    ids=["no UTF-8", "too large"],
)
def test_what_cannot_be_text_is_a_problem(tmp_path: Path, data: bytes, kind: str, line: int) -> None:
    file = tmp_path / "x.yaml"
    file.write_bytes(data)
    problem = read_text(File("x.yaml", file))
    assert isinstance(problem, Problem)
    assert (problem.kind, problem.line) == (kind, line)


def test_the_root_keeps_the_name_that_the_user_typed(tmp_path: Path) -> None:
    tree(tmp_path, "k8s/a.yaml")
    assert [t.name for t in walk(tmp_path / "k8s", "./k8s/") if isinstance(t, (File, Folder, Other))] == [
        "./k8s/a.yaml"
    ]
