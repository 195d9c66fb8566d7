"""Seawall as a user runs it: a process, files or a cluster in, text out."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

Tree = dict[str, Any]


def run(*words: str, stdin: str = "", codes: tuple[int, ...] = (0,)) -> str:
    """What the command writes to standard output; any other exit code than these is a failure."""
    command = [sys.executable, "-m", "seawall", *words]
    done = subprocess.run(command, input=stdin, check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode in codes, (command, done.returncode, done.stdout[-2000:], done.stderr[-4000:])
    return done.stdout


def answers(lines: Iterable[Tree], *source: str) -> dict[Any, Tree]:
    """`seawall can --reviews` on the source that these words name: id -> answer."""
    text = "".join(json.dumps(line) + "\n" for line in lines)
    found = [json.loads(line) for line in run("can", "--reviews", "-", *source, stdin=text).splitlines()]
    return {answer["id"]: answer for answer in found}


def written(objects: Iterable[Tree], path: Path) -> Path:
    """A file with the objects, as JSON, which is YAML."""
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}), encoding="utf-8")
    return path
