"""What a report is made of: findings with their places, problems, coverage, and the counts that sum them up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from seawall import __version__
from seawall.core import Audience, Place, Problem, Severity, Verdict
from seawall.findings import Finding, Judgement
from seawall.inventory import Coverage, Inventory, Unread
from seawall.inventory.drift import Drift
from seawall.model import KubeVersion
from seawall.reports.style import plural


class Located(msgspec.Struct, frozen=True, eq=False):
    """A finding and where it stands."""

    finding: Finding
    place: Place

    @property
    def open(self) -> bool:
        """Whether it is a fail that nobody has accepted."""
        return self.finding.verdict is Verdict.FAIL and self.finding.suppressed is None


class NamespaceLine(msgspec.Struct, frozen=True):
    """The strictest Pod Security level that a namespace's workloads meet."""

    namespace: str
    pods: int
    level: str
    """`unknown` where operators complete all of its pods."""
    next_level: str
    """Empty when the level is the strictest, or unknown."""
    in_the_way: tuple[tuple[str, int], ...]
    """(check id, number of pods) that keep the namespace from the next level, most first."""
    completed: int = 0
    """How many of its pods an operator completes; the level speaks of the others."""


class Report(msgspec.Struct, frozen=True, eq=False):
    """Everything that a format writes; formats add nothing and hide nothing."""

    findings: tuple[Located, ...]
    problems: tuple[Problem, ...]
    coverage: Coverage
    judged: int
    kube_version: KubeVersion
    profile: str
    rules: int = 0
    namespaces: tuple[NamespaceLine, ...] = ()
    version: str = __version__
    unread: tuple[Unread, ...] = ()
    """What a running cluster did not let be read."""
    unasked: int = 0
    """How many rules were not asked because of that."""
    live: bool = False
    """Whether a running cluster was read."""
    drift: Drift | None = None
    """How files and a cluster compare; None where not both were read."""

    def count(self) -> Counter[Severity]:
        """Open fails by severity."""
        return Counter(row.finding.severity for row in self.findings if row.open)

    @property
    def unknown(self) -> int:
        """How many verdicts could not be reached."""
        return sum(row.finding.verdict is Verdict.UNKNOWN and row.finding.suppressed is None for row in self.findings)

    @property
    def suppressed(self) -> int:
        """How many findings somebody has accepted."""
        return sum(row.finding.suppressed is not None for row in self.findings)

    @property
    def failed_kinds(self) -> int:
        """How many kinds could not be read though they were asked for."""
        return sum(each.cause != "chosen" for each in self.unread)

    @property
    def sources(self) -> str:
        """What the objects are of: files, a running cluster, both."""
        files = plural(self.coverage.files, "file")
        if not self.live:
            return files
        return f"{files} and a running cluster" if self.coverage.files else "a running cluster"

    @property
    def nothing(self) -> str:
        """How to say that there is no finding: only what was judged can be without one."""
        if not self.coverage.objects:
            return "nothing was read"
        return "nothing found" if self.judged else "nothing to judge"


def assemble(
    inventory: Inventory, judgement: Judgement, findings: Iterable[Finding], kube_version: KubeVersion, profile: str
) -> Report:
    """Locates and sorts what was found: by file as it was read, then by line, column, severity and rule."""
    coverage = msgspec.structs.replace(
        inventory.coverage, not_looked_at=(*inventory.coverage.not_looked_at, *judgement.not_looked_at)
    )
    problems = tuple(dict.fromkeys((*inventory.problems, *judgement.problems)))
    return Report(
        _sorted(findings),
        problems,
        coverage,
        judgement.judged,
        kube_version,
        profile,
        unread=inventory.unread,
        unasked=judgement.unasked,
        live=inventory.live,
    )


def _sorted(findings: Iterable[Finding]) -> tuple[Located, ...]:
    files: dict[str, int] = {}
    rows: list[tuple[int, int, int, int, str, int, Located]] = []
    for located in (Located(finding, finding.locate()) for finding in findings):
        finding, span = located.finding, located.place.span
        order = files.setdefault(located.place.file, len(files))
        rows.append((order, span.line, span.column, -finding.severity, finding.rule.id, len(rows), located))
    rows.sort()
    return tuple(row[-1] for row in rows)


def folded(rows: Iterable[Located]) -> list[Located]:
    """The rows as people read them: what several overlays show of one base is said once, and the others counted."""
    first: dict[tuple[Place, str, str], Located] = {}
    more: Counter[tuple[Place, str, str]] = Counter()
    for number, row in enumerate(rows):
        finding = row.finding
        key = (row.place, finding.rule.id, finding.message if finding.resource.document.origin else str(number))
        if key in first:
            more[key] += 1 + finding.copies
        else:
            first[key] = row
    return [_with_more(row, more[key]) for key, row in first.items()]


def _with_more(row: Located, more: int) -> Located:
    finding = row.finding
    return Located(msgspec.structs.replace(finding, copies=finding.copies + more), row.place) if more else row


def for_audiences(rows: Sequence[Located], audiences: frozenset[Audience]) -> tuple[Located, ...]:
    """Only what one of the audiences owns, decides on or cares for; everything when none is named."""
    if not audiences:
        return tuple(rows)
    return tuple(row for row in rows if audiences & row.finding.rule.audience.keys())


def from_severity(rows: Sequence[Located], lowest: Severity | None) -> tuple[Located, ...]:
    """Only what is as severe or more; everything for None. An unknown weighs as much as the fail that it may be."""
    return tuple(rows) if lowest is None else tuple(row for row in rows if row.finding.severity >= lowest)
