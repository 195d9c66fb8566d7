"""Which cluster is read, and how much of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

import msgspec

from seawall.core import Document, Problem

UNREACHED: Final = "cluster"
"""The kind of the problem that a cluster could not be read at all."""
Progress = Callable[[str, int], None]


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """A running cluster, as the command line names it."""

    kubeconfig: str | None = None
    """A file; None: those that kubectl would read."""
    context: str | None = None
    """None: the current one."""
    secrets: Literal["", "metadata"] = ""
    """What is read of Secrets: nothing, or their metadata. Never their values."""
    qps: float = 50.0
    """Requests a second."""


class Gap(msgspec.Struct, frozen=True, order=True, gc=False):
    """A kind of which not all objects were read."""

    kind: str
    group: str
    resource: str
    why: str
    refused: bool = False
    """Whether an RBAC rule would help."""
    chosen: bool = False
    """Whether nobody asked for it: Secrets."""


class Live(msgspec.Struct, frozen=True, eq=False):
    """What a cluster gave."""

    documents: tuple[Document, ...] = ()
    problems: tuple[Problem, ...] = ()
    gaps: tuple[Gap, ...] = ()
    version: str = ""
    """The server's, `v1.34.2`; empty where it does not say."""
    namespace: str = ""
    """The context's; empty where it names none."""
    aside: tuple[tuple[str, str], ...] = ()
    """(what, why) of what is served and was not asked for."""
    kinds: int = 0
    """How many kinds were listed."""
