"""Runs a command to its end and says what it took: wall clock, CPU and peak memory of it and its children."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What one run took; seconds and megabytes."""

    wall: float
    cpu: float
    peak: float
    code: int


def run(argv: Sequence[str], output: str = os.devnull) -> Cost:
    """Runs `argv` with its standard output in `output`; peak memory is of the largest process."""
    start = time.perf_counter()
    with open(output, "wb") as sink:  # noqa: PTH123  # os.devnull is no Path on every platform
        process = subprocess.Popen(argv, stdout=sink, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - start
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode)


def best(argv: Sequence[str], times: int) -> Cost:
    """The run with the least CPU of several: the others were disturbed by something."""
    return min((run(argv) for _ in range(times)), key=lambda cost: cost.cpu)
