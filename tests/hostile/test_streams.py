"""Standard streams that are closed, or that take nothing any more."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostPID: true, containers: [{name: a, image: a}]}\n"


def ended(command: str, folder: Path) -> tuple[int, str]:
    """The code and the standard error of `seawall` in a shell; `$S` is the command."""
    (folder / "a.yaml").write_text(POD)
    script = command.replace("$S", f"'{sys.executable}' -m seawall")
    done = subprocess.run(["/bin/sh", "-c", script], cwd=folder, capture_output=True, timeout=60, check=False)
    return done.returncode, done.stderr.decode()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("$S scan a.yaml >&-", 1),
        ("$S scan a.yaml 2>&-", 1),
        ("$S scan a.yaml <&- >&- 2>&-", 1),
        ("$S scan - <&-", 3),
        ("$S scan nothing 2>&- >&-", 3),
        ("$S scan --no-such-option 2>&-", 2),
        ("$S rules >&-", 0),
    ],
)
def test_a_closed_stream_changes_no_exit_code(tmp_path: Path, command: str, code: int) -> None:
    ends, told = ended(command, tmp_path)
    why = "exit 1: N findings at or above medium (--fail-on)\n" if code == 1 and "2>&-" not in command else ""
    assert (ends, re.sub(r"\d+ findings", "N findings", told)) == (code, why)


@pytest.mark.parametrize("command", ["scan a.yaml", "scan a.yaml -o json", "rules", "pss a.yaml"])
def test_a_full_disk_is_told(tmp_path: Path, command: str) -> None:
    code, told = ended(f"ulimit -f 0; $S {command} > out", tmp_path)
    assert (code, told.splitlines()[0]) == (2, "seawall: standard output cannot be written: File too large")
