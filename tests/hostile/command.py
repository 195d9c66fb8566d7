"""The real command in a process of its own, within bounds: a native crash, a hang or a flood of memory is seen."""

from __future__ import annotations

import resource
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

FORMATS = ("terminal", "json", "sarif", "junit", "markdown", "csv", "gitlab", "github")
ADDRESS_SPACE = 1_500_000_000
SECONDS = 60


class Done(NamedTuple):
    """How a run of the command ended."""

    code: int
    out: bytes
    err: bytes


def _bound() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def seawall(
    *arguments: str | bytes, cwd: Path, stdin: bytes = b"", env: Mapping[str, str] | None = None, bounded: bool = True
) -> Done:
    """Runs the command; raises when it does not end in time. The environment is as small as it can be."""
    ended = subprocess.run(
        [sys.executable, "-m", "seawall", *arguments],
        cwd=cwd,
        input=stdin,
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", **(env or {})},
        capture_output=True,
        timeout=SECONDS,
        preexec_fn=_bound if bounded else None,
        check=False,
    )
    return Done(ended.returncode, ended.stdout, ended.stderr)


def outputs(folder: Path) -> tuple[str, ...]:
    """Arguments that write every format into a file of the folder, called by the format."""
    return tuple(word for name in FORMATS for word in ("-o", f"{name}={folder / name}"))
