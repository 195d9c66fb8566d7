"""A relaxation: somebody's word, written beside an object or in the settings, that a finding is accepted."""

from __future__ import annotations

import datetime

from seawall.core import Path, Place
from seawall.model.subjects import Subject


class Relaxation(Subject, frozen=True, eq=False, kw_only=True):
    """A relaxation and what became of it; rules on it are asked after all others, by `seawall.triage`."""

    by: str
    """`annotation`, `comment`, `config`, or the scanner it was written for: `kube-linter`, `checkov`, `trivy`.

    `unread` is a comment that only looks like one.
    """
    rules: tuple[str, ...]
    """The rules that it names, or that find what a foreign check finds."""
    where: Path
    """Where it stands in the resource; `()` for a comment."""
    place: Place | None = None
    """Where a comment stands."""
    reason: str = ""
    until: str = ""
    """The last day on which it holds, as it is written; empty where it does not end."""
    ended: bool = False
    """Whether that day has passed, or is none."""
    became: str = ""
    """What became of what it covered, where it has ended: `counts again`; empty where nothing is known of it."""
    unused: bool = False
    """Whether no finding needs it, although every rule that it names was asked."""
    note: str = ""
    """What a reader should know where it is unused: `there is no rule 'host-prt'`."""

    @property
    def own(self) -> bool:
        """Whether it was written for Seawall."""
        return self.by in ("annotation", "comment", "config")

    @property
    def is_dated(self) -> bool:
        """Whether what is written as its last day is a day."""
        try:
            datetime.date.fromisoformat(self.until)
        except ValueError:
            return False
        return True

    @property
    def label(self) -> str:
        """How a message names it."""
        return f'relaxation of "{", ".join(self.rules)}"' if self.rules else "relaxation"
