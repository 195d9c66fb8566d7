"""Lines of a `.gitignore`: what git answers is right, and no line takes long."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seawall.sources.gitignore import parse
from seawall.sources.ignore import Ignore

GLOBS = (
    st.lists(
        st.sampled_from([*"ab./*?[]!^\\- #", "**", "**/", "/**", "[a-b]", "[!a]", "[[:alpha:]]", "[b-a]", "\\*"]),
        min_size=1,
        max_size=7,
    )
    .map("".join)
    .filter(lambda glob: not re.search(r"[^/]\*\*|\*\*[^/]|\\/|\[\]?[^\]]*/", glob))
)
"""Nobody quotes a slash or puts it into a set, and git takes `a**/b` for `a*` and `**/b` against its own manual."""
PARTS = st.text("ab.-]^!*# [", min_size=1, max_size=4).filter(lambda part: part not in (".", "..") and part.strip())
NAMES = st.lists(PARTS, min_size=1, max_size=4)


def covered(pattern: str, parts: list[str]) -> bool:
    """Whether a file, or a folder on the way to it, is left out by one line."""
    line = parse(pattern)
    if line is None or not line.ignores:
        return False
    return any(line.matches(parts[:end], is_folder=end < len(parts)) for end in range(1, len(parts) + 1))


def git_covers(folder: Path, pattern: str, names: list[str]) -> list[bool]:
    (folder / ".gitignore").write_text(pattern + "\n")
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    command = ["git", "-C", str(folder), "check-ignore", "--no-index", "--stdin", "-z", "--verbose", "--non-matching"]
    done = subprocess.run(command, input="\0".join(names), capture_output=True, text=True, check=False, env=env)
    fields = done.stdout.split("\0")
    assert done.stderr == ""
    return [bool(found) and not found.startswith("!") for found in fields[2::4]]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repository")
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    return folder


@settings(max_examples=100, deadline=None)
@given(pattern=GLOBS, names=st.lists(NAMES, min_size=20, max_size=60))
def test_a_line_covers_what_git_says_it_covers(repository: Path, pattern: str, names: list[list[str]]) -> None:
    expected = git_covers(repository, pattern, ["/".join(parts) for parts in names])
    assert [covered(pattern, parts) for parts in names] == expected


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("*.yaml", "a/b.yaml", True),
        ("/*.yaml", "a/b.yaml", False),
        ("a/**", "a", False),
        ("a/**/c", "a/c", True),
        ("a/**/c", "a/x/y/c", True),
        ("**/a/**/b/**/c", "x/a/b/y/c", True),
        ("a b\\ ", "a b ", True),
        ("a.yaml  ", "a.yaml", True),
        ("a.yaml\r", "a.yaml", True),
        ("\\#a", "#a", True),
        ("a\\", "a\\", False),
        ("[a", "[a", False),
        ("[]a]", "]", True),
        ("[a-]", "-", True),
        ("[[:digit:]x].yaml", "7.yaml", True),
        ("é*.yaml", "één.yaml", True),
    ],
)
def test_lines(pattern: str, name: str, expected: bool) -> None:
    assert covered(pattern, name.split("/")) is expected


@pytest.mark.parametrize("pattern", ["*a" * 100 + "c", "**/a/" * 100 + "c", "[[:" * 1000, "*" * 4000 + "c", "*?" * 100])
def test_no_line_takes_long(pattern: str) -> None:
    # Tried one way after the other, each of these would take longer than the universe is old.
    assert not covered(pattern + "b", ["a"] * 90 + ["a" * 250 + ".yaml"])


def test_a_line_that_means_nothing_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_bytes(
        b"\xef\xbb\xbffirst.yaml\nend\\\n[\n//\n\xff.yaml\n" + b"a" * 5000 + b"\nb.yaml\n"
    )
    ignore = Ignore.above(tmp_path, ("x\\", "c.yaml")).enter(tmp_path, "")
    names = ("first.yaml", "b.yaml", "c.yaml", "\udcff.yaml", "end", "d.yaml")
    assert [name for name in names if ignore.covers(name)] == ["first.yaml", "b.yaml", "c.yaml", "\udcff.yaml"]
