"""Takes rights away from itself, then becomes another program; run as a script, never imported.

A script of its own because limits set between fork and exec are not safe where the parent has threads. It imports
the standard library only, so that `python -I -S` starts it quickly.

Arguments: memory in bytes, processor seconds, largest file in bytes, then the program and its arguments.
"""

from __future__ import annotations

import contextlib
import os
import sys

_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
# linux/sched.h; `os.unshare` exists since Python 3.12 only.


def leave_network() -> None:
    """Move into a network namespace with no way out, where the system allows it (best effort)."""
    # Root keeps its user namespace: in a new one it would lose the right to read other people's files.
    flags = _CLONE_NEWNET if os.geteuid() == 0 else _CLONE_NEWNET | _CLONE_NEWUSER
    with contextlib.suppress(OSError, AttributeError):
        if hasattr(os, "unshare"):
            os.unshare(flags)
        else:
            import ctypes

            ctypes.CDLL(None).unshare(flags)


def limit(memory: int, seconds: int, largest_file: int) -> None:
    """Cap what this process and its children may use; a limit the system does not know is left out."""
    import resource

    caps = {
        # Not RLIMIT_AS: Go and V8 reserve address space by the gigabyte and never touch it.
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: largest_file,
        resource.RLIMIT_CORE: 0,
    }
    for what, cap in caps.items():
        with contextlib.suppress(OSError, ValueError):
            hard = resource.getrlimit(what)[1]
            value = cap if hard == resource.RLIM_INFINITY else min(cap, hard)
            resource.setrlimit(what, (value, value))


def main() -> None:
    """Limit, leave the network, become the program."""
    memory, seconds, largest_file, *argv = sys.argv[1:]
    limit(int(memory), int(seconds), int(largest_file))
    if sys.platform == "linux":
        leave_network()
    try:
        os.execv(argv[0], argv)  # noqa: S606
    except OSError as error:
        sys.exit(f"{argv[0]} cannot be started: {error.strerror}")


if __name__ == "__main__":
    main()
