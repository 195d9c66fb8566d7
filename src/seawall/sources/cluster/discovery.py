"""What a server offers to list: one version of each resource, custom ones included.

Source: kubernetes.io "The Kubernetes API", "Aggregated discovery" (apidiscovery.k8s.io/v2), "Unaggregated discovery".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor
from typing import Any, Final

import msgspec

from seawall.core import dig
from seawall.data.api import api_types
from seawall.sources.cluster.answers import UnansweredError
from seawall.sources.cluster.kinds import Served, is_of_use, is_read
from seawall.sources.cluster.transport import JSON

_AGGREGATED: Final = (
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,"
    "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList," + JSON
)
Get = Callable[..., bytes]
"""`Transport.get`."""


class Broken(msgspec.Struct, frozen=True, order=True):
    """A group and version about which the server says nothing now."""

    group: str
    version: str
    why: str

    @property
    def label(self) -> str:
        """`group/version`."""
        return f"{self.group}/{self.version}" if self.group else self.version


class Discovered(msgspec.Struct, frozen=True):
    """What there is."""

    read: tuple[Served, ...]
    """What is to be listed, sorted by group and resource."""
    aside: tuple[Served, ...]
    """What could be listed and is of no use."""
    broken: tuple[Broken, ...] = ()


def discover(get: Get, pool: Executor) -> Discovered:
    """Asks what there is; a broken group costs itself only.

    Raises:
        UnansweredError: the server does not say which groups it has.
    """
    broken: list[Broken] = []
    found: dict[str, list[tuple[str, list[Served]]]] = {}
    for root in ("/api", "/apis"):
        answer = decoded(get(root, None, _AGGREGATED))
        if answer.get("kind") == "APIGroupDiscoveryList":
            found.update(_aggregated(answer, broken))
        else:
            found.update(_one_by_one(answer, root, get, pool, broken))
    offered = sorted(_chosen(found))
    read = tuple(each for each in offered if is_read(each.group, each.resource))
    aside = tuple(each for each in offered if not is_read(each.group, each.resource))
    return Discovered(read, aside, tuple(sorted(each for each in broken if is_of_use(each.group))))


def decoded(body: bytes) -> dict[str, Any]:
    """The mapping that an answer holds.

    Raises:
        UnansweredError: it holds none.
    """
    try:
        answer = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        looks = "HTML" if body.lstrip()[:1] == b"<" else "something that is no JSON, or half of it"
        hint = "Check the server's address: a proxy or a login page may stand in front of it"
        raise UnansweredError(f"the server answered with {looks}", hint=hint) from None
    if not isinstance(answer, dict):
        raise UnansweredError("the server answered with JSON of another form")
    return answer


def _aggregated(
    answer: Mapping[str, Any], broken: list[Broken]
) -> Iterator[tuple[str, list[tuple[str, list[Served]]]]]:
    for item in _mappings(answer.get("items")):
        group = str(dig(item, "metadata", "name") or "")
        versions = []
        for version in _mappings(item.get("versions")):
            name = str(version.get("version") or "")
            rows = list(_mappings(version.get("resources")))
            stale = version.get("freshness") == "Stale"
            if stale:
                broken.append(Broken(group, name, "the server behind it does not answer"))
            versions.append((name, [each for row in rows if (each := _of_aggregated(group, name, row, stale))]))
        yield group, versions


def _of_aggregated(group: str, version: str, row: Mapping[str, Any], stale: bool) -> Served | None:
    kind = dig(row, "responseKind", "kind")
    return _served((group, version), row.get("resource"), kind, row, row.get("scope") == "Namespaced", stale)


def _served(  # noqa: PLR0913, PLR0917  # the fields of one row
    place: tuple[str, str], resource: object, kind: object, row: Mapping[str, Any], namespaced: bool, stale: bool
) -> Served | None:
    """What can be listed; None for the rest: subresources, reviews."""
    verbs = row.get("verbs")
    if not (isinstance(resource, str) and resource and "/" not in resource and isinstance(kind, str) and kind):
        return None
    if not isinstance(verbs, list) or "list" not in verbs:
        return None
    return Served(place[0], resource, place[1], kind, namespaced, stale)


def _one_by_one(
    answer: Mapping[str, Any], root: str, get: Get, pool: Executor, broken: list[Broken]
) -> Iterator[tuple[str, list[tuple[str, list[Served]]]]]:
    """The older way: the groups, then each version of each."""
    if root == "/api":
        groups = {"": [version for version in answer.get("versions") or [] if isinstance(version, str)]}
    else:
        groups = {str(each.get("name")): list(_versions(each)) for each in _mappings(answer.get("groups"))}
    wanted = [(group, version) for group, versions in groups.items() for version in versions]
    answers = dict(zip(wanted, pool.map(lambda place: _resources(get, *place), wanted), strict=True))
    broken.extend(rows for rows in answers.values() if isinstance(rows, Broken))
    for group, versions in groups.items():
        told = [(version, answers[group, version]) for version in versions]
        yield group, [(version, rows) for version, rows in told if not isinstance(rows, Broken)]


def _versions(group: Mapping[str, Any]) -> Iterator[str]:
    """The preferred version first."""
    preferred = dig(group, "preferredVersion", "version")
    names = [each.get("version") for each in _mappings(group.get("versions"))]
    yield from dict.fromkeys(name for name in (preferred, *names) if isinstance(name, str) and name)


def _resources(get: Get, group: str, version: str) -> list[Served] | Broken:
    path = f"/apis/{group}/{version}" if group else f"/api/{version}"
    try:
        answer = decoded(get(path))
    except UnansweredError as error:
        return Broken(group, version, error.why)
    return [
        each
        for row in _mappings(answer.get("resources"))
        if (
            each := _served(
                (group, version), row.get("name"), row.get("kind"), row, row.get("namespaced") is True, False
            )
        )
    ]


def _mappings(value: object) -> Iterator[Mapping[str, Any]]:
    return (each for each in value if isinstance(each, dict)) if isinstance(value, list) else iter(())


def _chosen(found: Mapping[str, Iterable[tuple[str, list[Served]]]]) -> Iterator[Served]:
    """One version of each resource: the first whose type Seawall knows, else the first that answers."""
    for versions in found.values():
        table: dict[str, list[Served]] = {}
        for _, rows in versions:
            for row in rows:
                table.setdefault(row.resource, []).append(row)
        for rows in table.values():
            known = [row for row in rows if api_types().type_of(row.api_version, row.kind)]
            awake = [row for row in known or rows if not row.broken]
            yield (awake or known or rows)[0]
