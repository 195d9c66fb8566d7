"""Runs another program on input that nobody vouches for: limited, without network, with nothing of the user's.

The program sees an empty home, no configuration, no credentials, proxies that lead nowhere, and where the system
allows it (Linux) a network namespace of its own. Time, memory and output are capped; on a cap the whole process
group is killed.
"""

from __future__ import annotations

import contextlib
import enum
import os
import selectors
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Final

import msgspec

_LAUNCHER: Final = Path(__file__).with_name("launcher.py")
_NOWHERE: Final = "http://127.0.0.1:9"
_LARGEST_FILE: Final = 64 << 20
_CHUNK: Final = 1 << 16
_LONGEST: Final = 1200
_NO_MEMORY: Final = ("out of memory", "cannot allocate memory", "memoryerror", "pthread_create failed", "new os thread")
"""How Go, C and Python put it, the latter two of Go's where a thread's stack no longer fits."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a program may use."""

    timeout: float = 60.0
    """Seconds on the wall clock; processor seconds are capped a little above."""
    memory: int = 1 << 30
    """Bytes of private memory."""
    max_output: int = 64 << 20
    """Bytes of standard output and standard error together."""


class Stopped(enum.Enum):
    """Why a program was ended before it ended by itself."""

    TIMEOUT = "timeout"
    OUTPUT = "output"
    MEMORY = "memory"


class Completed(msgspec.Struct, frozen=True):
    """What a program left behind."""

    code: int
    """Its exit code; negative when a signal ended it."""
    stdout: str
    stderr: str
    stopped: Stopped | None = None
    """The cap it hit; None when it ended by itself."""

    @property
    def ok(self) -> bool:
        """Whether it ended by itself and says that all went well."""
        return self.code == 0 and self.stopped is None


def find_program(*names: str) -> str | None:
    """The absolute path of the first of `names` on PATH, or None; relative PATH entries are not trusted."""
    for name in names:
        found = shutil.which(name)
        if found and Path(found).is_absolute():
            return found
    return None


def shorten(message: str) -> str:
    """A program's message without the tail that only its makers read (a crash lists every register)."""
    return message if len(message) <= _LONGEST else message[:_LONGEST] + "…"


def run(argv: Sequence[str], *, cwd: Path | None = None, stdin: bytes = b"", limits: Limits) -> Completed:
    """Run `argv` (its program an absolute path) under `limits`; `cwd` is an empty directory when None.

    Raises OSError when the interpreter cannot start it at all.
    """
    with tempfile.TemporaryDirectory(prefix="seawall-", ignore_cleanup_errors=True) as home, _file(stdin) as given:
        caps = (str(limits.memory), str(int(limits.timeout) + 2), str(_LARGEST_FILE))
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", str(_LAUNCHER), *caps, *argv],
            cwd=cwd or home,
            env=_environment(home),
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            stdout, stderr, stopped = _collect(process, limits)
        finally:
            _kill(process)
    err = stderr.decode("utf-8", "replace")
    return Completed(process.returncode, stdout.decode("utf-8", "replace"), err, stopped or _memory(process, err))


def _file(content: bytes) -> IO[bytes]:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    file.write(content)
    file.seek(0)
    return file


def _environment(home: str) -> dict[str, str]:
    """Nothing of the user's environment but where programs are and how text is written."""
    env = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "SYSTEMROOT") if name in os.environ}
    env |= dict.fromkeys(("HOME", "USERPROFILE", "TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME"), home)
    proxies = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy")
    env |= dict.fromkeys((*proxies, *map(str.upper, proxies)), _NOWHERE)
    return env | {"KUBECONFIG": os.devnull, "GIT_TERMINAL_PROMPT": "0", "GIT_ALLOW_PROTOCOL": "none"}


def _collect(process: subprocess.Popen[bytes], limits: Limits) -> tuple[bytes, bytes, Stopped | None]:
    """Read both outputs until they close or a cap is hit."""
    deadline = time.monotonic() + limits.timeout
    streams = [stream for stream in (process.stdout, process.stderr) if stream]
    buffers = [bytearray() for _ in streams]
    stopped = None
    with selectors.DefaultSelector() as selector:
        for stream, buffer in zip(streams, buffers, strict=True):
            selector.register(stream, selectors.EVENT_READ, buffer)
        while selector.get_map() and stopped is None:
            for key, _ in selector.select(max(0.0, deadline - time.monotonic())):
                chunk = os.read(key.fd, _CHUNK)
                key.data.extend(chunk)
                if not chunk:
                    selector.unregister(key.fileobj)
            if sum(map(len, buffers)) > limits.max_output:
                stopped = Stopped.OUTPUT
            elif time.monotonic() >= deadline:
                stopped = Stopped.TIMEOUT
    if stopped is None:
        stopped = _wait(process, deadline)
    return bytes(buffers[0]), bytes(buffers[1]), stopped


def _wait(process: subprocess.Popen[bytes], deadline: float) -> Stopped | None:
    try:
        process.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        return Stopped.TIMEOUT
    return None


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started, and collect it; the group may be gone already."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream:
            stream.close()


def _memory(process: subprocess.Popen[bytes], stderr: str) -> Stopped | None:
    """Whether a failed program says that it ran out of memory."""
    said = stderr.lower()
    return Stopped.MEMORY if process.returncode and any(sign in said for sign in _NO_MEMORY) else None
