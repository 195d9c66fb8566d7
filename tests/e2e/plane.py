"""Starts a control plane and ends it, whatever happens: its program ends when this process closes its input or dies."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.build import binaries


@dataclass(frozen=True)
class ControlPlane:
    """Where a server answers, and the folder of its keys and logs, which goes when it ends."""

    server: str
    folder: Path

    @property
    def audit_log(self) -> Path:
        """A line of JSON for each request of the account `seawall-reader` in the namespace `alpha`, and no others."""
        return self.folder / "audit.log"

    @property
    def kubeconfig(self) -> Path:
        """The administrator's."""
        return self.folder / "admin.kubeconfig"


@contextmanager
def control_plane() -> Iterator[ControlPlane]:
    command = [binaries() / "cluster"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, "the control plane did not start; what it wrote stands above"
        told = json.loads(line)
        try:
            yield ControlPlane(told["server"], Path(told["folder"]))
            assert process.poll() is None, "the control plane ended by itself; what it wrote stands above"
        finally:
            process.stdin.close()
            code = process.wait(60)
        assert code == 0
        assert not Path(told["folder"]).exists()
