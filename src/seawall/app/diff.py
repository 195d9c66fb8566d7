"""Two inputs compared: what became wider, what became narrower, which findings came and went."""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from seawall.app.load import Progress, judged_version, load, no_progress
from seawall.app.scan import Options, chosen, report_on
from seawall.errors import UsageError, WorldError
from seawall.inventory import Inventory, Unread
from seawall.model import NEWEST, Estate
from seawall.model.changes import changes
from seawall.reports.diff import Difference, Side
from seawall.reports.report import Located, Report


def diff(old: str, new: str | None, options: Options, progress: Progress = no_progress) -> Difference:
    """Compares two inputs: paths, snapshots, git revisions `REV:PATH`; a `new` of None is the options' cluster.

    Raises:
        UsageError: one of them is nothing that can be read.
    """
    wanted = options.input
    with _side(old) as (before, old_path), _side(new) as (after, new_path):
        first = load(msgspec.structs.replace(wanted, cluster=None, paths=(old_path,)), progress)
        # Without a path only the cluster is read.
        later = {"paths": ()} if new is None else {"cluster": None, "paths": (new_path,)}
        second = load(msgspec.structs.replace(wanted, **later), progress)
        return _compared(first, second, options, (before, after))


@contextlib.contextmanager
def _side(said: str | None) -> Iterator[tuple[Side, str]]:
    """How a side is shown, and the path to read; a revision is written to a folder that goes away again."""
    if said is None:
        yield Side("the cluster"), "."
        return
    if said == "-" or Path(said).exists():
        yield Side(said), said
        return
    revision, colon, path = said.partition(":")
    if not colon or not revision:
        hint = "Name a folder, a file, a snapshot, or a git revision as REV:PATH"
        raise UsageError(f"'{said}' does not exist", hint)
    from seawall.sources.revisions import write_revision

    with tempfile.TemporaryDirectory(prefix="seawall-") as made:
        folder = Path(made).resolve()
        try:
            written = write_revision(revision, path or ".", folder)
        except WorldError as error:
            raise UsageError(str(error), "Name a revision and a folder that it holds: main:k8s") from error
        yield Side(said, str(folder), f"{revision}:"), str(written)


def _compared(old: Inventory, new: Inventory, options: Options, sides: tuple[Side, Side]) -> Difference:
    versions = [min(judged_version(options.input, inventory), NEWEST) for inventory in (old, new)]
    rules = chosen(options)
    before, after = (report_on(inventory, rules, options) for inventory in (old, new))
    found = changes(Estate(old, versions[0]), Estate(new, versions[1]))
    went = _only(before, after)
    if not new.resources:
        # What holds nothing is not narrower: it was not there, or it was not seen.
        found, went = (), []
    old_problems, new_problems = (
        tuple(map(side.told, inventory.problems)) for side, inventory in zip(sides, (old, new), strict=True)
    )
    return Difference(
        old=sides[0],
        new=sides[1],
        changes=found,
        came=tuple(_only(after, before)),
        went=tuple(went),
        objects=(len(old.resources), len(new.resources)),
        problems=(old_problems, new_problems),
        unread=(_not_chosen(old), _not_chosen(new)),
    )


def _not_chosen(inventory: Inventory) -> tuple[Unread, ...]:
    return tuple(each for each in inventory.unread if each.cause != "chosen")


def _only(one: Report, other: Report) -> list[Located]:
    """The findings that the other report does not hold, the worst first.

    Equal fingerprints are matched as often as they occur.
    """
    left = Counter(_fingerprints(other.findings))
    found: list[Located] = []
    for row in one.findings:
        if left[row.finding.fingerprint]:
            left[row.finding.fingerprint] -= 1
        elif row.finding.suppressed is None:
            found.append(row)
    return sorted(found, key=lambda row: -row.finding.severity)


def _fingerprints(rows: Iterable[Located]) -> Iterator[str]:
    return (row.finding.fingerprint for row in rows)
