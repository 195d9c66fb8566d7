"""A running cluster as an inventory, alone or under files that are to be applied to it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

import msgspec

from seawall.inventory import Coverage, Inventory, Resource, Unread, collect
from seawall.reports.reader_role import LACKING, missing_rules
from seawall.sources.cluster.reading import read_cluster
from seawall.sources.cluster.wanted import Gap, Live, Progress, Wanted

Key = tuple[str, str, str | None, str]
"""Group, kind, namespace, name."""


def load_cluster(wanted: Wanted, progress: Progress) -> Inventory:
    """Reads the cluster; what could not be read is `unread`, and told in the coverage.

    Raises:
        UsageError: nobody can be asked as things stand: no kubeconfig, no such context, no httpx.
    """
    live = read_cluster(wanted, os.environ, progress)
    inventory = collect(live.documents, whole=True)
    seen = inventory.coverage
    unread = tuple(_unread(gap) for gap in live.gaps)
    return msgspec.structs.replace(
        inventory,
        problems=(*live.problems, *inventory.problems),
        coverage=Coverage(0, seen.documents, seen.objects, 0, tuple(_aside(live, unread))),
        unread=unread,
        live=True,
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


def laid_over(files: Inventory, live: Inventory) -> Inventory:
    """What the cluster would hold if the files were applied: a file's object stands in the place of the live one."""
    ours = {key for resource in files.resources for key in _keys(resource)}
    kept = tuple(resource for resource in live.resources if _key(resource) not in ours)
    seen, other = files.coverage, live.coverage
    return Inventory(
        (*files.resources, *kept),
        (*files.problems, *live.problems),
        Coverage(
            seen.files,
            seen.documents + other.documents,
            len(files.resources) + len(kept),
            seen.not_kubernetes,
            (*seen.not_looked_at, *other.not_looked_at),
        ),
        live.whole,
        files.read,
        live.unread,
        live.live,
        live.server_version,
    )


def _key(resource: Resource) -> Key:
    return resource.group, resource.kind, resource.namespace, resource.name


def _keys(resource: Resource) -> Iterator[Key]:
    """What the object would be in the cluster; one that names no namespace lands in `default`, if it has one at all."""
    yield _key(resource)
    if resource.namespace is None:
        yield resource.group, resource.kind, "default", resource.name
