"""Builds the control plane of `make e2e` from Go modules, once for each state of what it is built from.

`python -m tests.e2e.build [SECONDS]` ends with 0 where it is built, with 3 where this machine cannot (no Go, an old
one, modules out of reach, more than the seconds that it is given), and says why. What is built lies in the user's
cache folder, beside Go's own build cache, which a build that was too slow fills for the next.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

MODULE = Path(__file__).parent / "apiserver"
RELEASE = "1.37.2"
PROGRAMS = {
    "cluster": "./cluster",
    "etcd": "go.etcd.io/etcd/server/v3",
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "gatherer": "./gatherer",
}
KEY_LENGTH = 16
VERSION = "k8s.io/component-base/version"
STAMP = {"gitVersion": f"v{RELEASE}", "gitMajor": "1", "gitMinor": RELEASE.split(".")[1]}


class CannotBuildError(Exception):
    """This machine lacks what a build needs; the text says what."""


def binaries(seconds: float | None = None) -> Path:
    """The folder of the programs, building them if they are not there, in as many seconds (None: however long).

    Raises:
        CannotBuildError: this machine cannot.
        subprocess.CalledProcessError: a build was tried and failed.
    """
    folder = _cache() / _key()
    if not folder.is_dir():
        _build(folder, seconds)
    return folder


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "seawall-e2e"


def _key() -> str:
    """Changes with our program, the modules and the toolchain."""
    told = hashlib.sha256(_go_version().encode())
    for path in sorted(MODULE.rglob("*")):
        if path.is_file():
            told.update(path.relative_to(MODULE).as_posix().encode() + b"\0" + path.read_bytes())
    return told.hexdigest()[:KEY_LENGTH]


def _go_version() -> str:
    if not shutil.which("go"):
        raise CannotBuildError("there is no Go toolchain (`go`) on PATH")
    told = subprocess.run(["go", "version"], check=False, capture_output=True, text=True).stdout
    found = re.search(r"go(\d+)\.(\d+)\S*", told)
    wanted = re.search(r"^go (\d+)\.(\d+)", (MODULE / "go.mod").read_text("utf-8"), re.MULTILINE)
    assert wanted is not None
    if found is None:
        raise CannotBuildError("`go version` does not say its version")
    if tuple(map(int, found.groups())) < tuple(map(int, wanted.groups())):
        raise CannotBuildError(f"Kubernetes {RELEASE} needs {wanted[0].replace(' ', '')}, this is {found[0]}")
    return found[0]


def _build(folder: Path, seconds: float | None) -> None:
    started = time.monotonic()

    def left() -> float | None:
        return None if seconds is None else max(seconds - (time.monotonic() - started), 0.1)

    try:
        command = ["go", "mod", "download"]
        subprocess.run(command, cwd=MODULE, check=True, capture_output=True, text=True, timeout=left())
    except subprocess.CalledProcessError as error:
        raise CannotBuildError(f"the Go modules cannot be had: {error.stderr.strip()[-300:]}") from error
    except subprocess.TimeoutExpired as error:
        raise CannotBuildError(f"the Go modules did not come within {seconds:.0f} s") from error
    folder.parent.mkdir(parents=True, exist_ok=True)
    flags = " ".join(["-s -w", *(f"-X {VERSION}.{name}={value}" for name, value in STAMP.items())])
    unfinished = Path(tempfile.mkdtemp(dir=folder.parent))
    try:
        for program, package in PROGRAMS.items():
            _tell(f"building {program} of Kubernetes {RELEASE} ...")
            command = ["go", "build", "-trimpath", "-ldflags", flags, "-o", str(unfinished / program), package]
            subprocess.run(command, cwd=MODULE, check=True, timeout=left())
        with contextlib.suppress(OSError):  # another run was faster
            unfinished.rename(folder)
    except subprocess.TimeoutExpired as error:
        raise CannotBuildError(f"it takes more than {seconds:.0f} s to build here") from error
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _tell(f"built in {time.monotonic() - started:.0f} s")
    for old in folder.parent.glob("[0-9a-f]" * KEY_LENGTH):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    try:
        binaries(float(sys.argv[1]) if len(sys.argv) > 1 else None)
    except CannotBuildError as problem:
        _tell(f"make e2e cannot run here: {problem}")
        sys.exit(3)
