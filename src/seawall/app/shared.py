"""A large estate is judged by two processes: a forked one takes the second half and sends back what it found.

Reading is most of a scan's time and stays in one process (trees would cost more to send than to read); judging,
placing and fingerprints are the other part, and those are shared. Measured in docs/performance.md.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence

from seawall.findings import Judgement, judge
from seawall.findings.parcel import pack, unpack, worked_out
from seawall.model import Estate
from seawall.rules.spec import Rule

WORTH = 2000
"""Resources from which on a second process saves more than it costs."""


def judged(estate: Estate, rules: Sequence[Rule], jobs: int | None = None) -> Judgement:
    """What `judge` says, with the help of another core where there is one; `jobs=1` forbids it, None decides here."""
    if jobs == 1 or len(estate.inventory.resources) < WORTH or not _can_share():
        return judge(estate, rules)
    half = len(estate.pods) // 2
    estate.prepare()
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(receiving)
        _work(estate, rules, slice(half, None), sending)
    os.close(sending)
    first = worked_out(judge(estate, rules, slice(0, half)))
    with open(receiving, "rb") as pipe:  # noqa: PTH123  # a file descriptor
        parcel = pipe.read()
    _, status = os.waitpid(child, 0)
    # A child that was killed (by a memory limit, say) costs time and nothing else.
    second = judge(estate, rules, slice(half, None)) if status else unpack(parcel, estate, rules)
    return Judgement(
        first.findings + second.findings,
        first.problems + second.problems,
        first.judged + second.judged,
        first.not_looked_at,
        first.unasked,
    )


def _can_share() -> bool:
    """Only Linux forks a process that has loaded libraries safely, and none with threads: one may hold a lock."""
    return sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1 and threading.active_count() == 1


def _work(estate: Estate, rules: Sequence[Rule], part: slice, sending: int) -> None:
    """The child's whole life: it never returns, flushes nothing of the parent's, and says by its status how it went."""
    status = 1
    try:
        parcel = pack(worked_out(judge(estate, rules, part)), estate, rules)
        with open(sending, "wb") as pipe:  # a file descriptor
            pipe.write(parcel)
        status = 0
    finally:
        os._exit(status)
