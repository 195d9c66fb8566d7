"""A running cluster as an inventory, alone or under files that are to be applied to it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

import msgspec

from seawall.inventory import Coverage, Inventory, Unread, collect
from seawall.inventory.drift import Drift, compare, without
from seawall.reports.reader_role import LACKING, missing_rules
from seawall.sources.cluster.reading import read_cluster
from seawall.sources.cluster.wanted import UNREACHED, Gap, Live, Progress, Wanted


def load_cluster(wanted: Wanted, progress: Progress) -> Inventory:
    """Reads the cluster; what could not be read is `unread`, and told in the coverage.

    Of one that could not be read at all the inventory is empty, and neither whole nor live.

    Raises:
        UsageError: nobody can be asked as things stand: no kubeconfig, no such context, no httpx.
    """
    live = read_cluster(wanted, os.environ, progress)
    reached = not any(problem.kind == UNREACHED for problem in live.problems)
    inventory = collect(live.documents, whole=reached)
    seen = inventory.coverage
    unread = tuple(_unread(gap) for gap in live.gaps)
    return msgspec.structs.replace(
        inventory,
        problems=(*live.problems, *inventory.problems),
        coverage=Coverage(0, seen.documents, seen.objects, 0, tuple(_aside(live, unread))),
        unread=unread,
        live=reached,
        server_version=live.version,
    )


def _unread(gap: Gap) -> Unread:
    cause = "refused" if gap.refused else "chosen" if gap.chosen else "failed"
    return Unread(gap.kind, gap.group, gap.resource, "", gap.why, cause)


def _aside(live: Live, unread: Iterable[Unread]) -> Iterator[tuple[str, str]]:
    yield from live.aside
    yield from ((each.label, each.why) for each in unread)
    rules = missing_rules(unread)
    if rules:
        yield LACKING, rules
    if not live.version and live.kinds:
        yield "the server's version", "the server does not say it, so the newest that Seawall knows was judged for"


def laid_over(files: Inventory, live: Inventory, drift: Drift | None = None) -> Inventory:
    """What the cluster would hold if the files were applied: a file's object stands in the place of the live one.

    What controllers made of the old object goes with it. `drift` is how both compare, if that is known already.
    """
    drift = drift or compare(files, live)
    kept = tuple(without(live.resources, [match for _, match in drift.both]))
    seen, other = files.coverage, live.coverage
    return msgspec.structs.replace(
        live,
        resources=(*files.resources, *kept),
        problems=(*files.problems, *live.problems),
        coverage=Coverage(
            seen.files,
            seen.documents + other.documents,
            len(files.resources) + len(kept),
            seen.not_kubernetes,
            (*seen.not_looked_at, *other.not_looked_at),
        ),
        whole=files.whole or live.whole,
        read=files.read,
        unread=(*files.unread, *live.unread),
    )
