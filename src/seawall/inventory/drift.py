"""Files against a running cluster: which objects are in both, and which in one of them only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from seawall.inventory.placeholders import has_placeholder
from seawall.inventory.resources import Inventory, Resource

Key = tuple[str, str, str | None, str]
"""Group, kind, namespace, name."""
_FALLBACK: Final = "default"
_OWN: Final = frozenset({("ConfigMap", "kube-root-ca.crt"), ("ServiceAccount", "default"), ("Service", "kubernetes")})
"""What Kubernetes itself puts into every namespace, or into `default`."""


class Drift(msgspec.Struct, frozen=True, eq=False):
    """How files and a cluster compare, object by object."""

    both: tuple[tuple[Resource, Resource], ...]
    """(of the file, of the cluster)."""
    only_files: tuple[Resource, ...]
    only_cluster: tuple[Resource, ...]
    """Of the namespaces that the files fill; without what controllers and Kubernetes itself made."""
    undecided: tuple[Resource, ...]
    """Of the files: their kind was not read in the cluster, or their name is filled in later."""


def compare(files: Inventory, live: Inventory) -> Drift:
    """Matches objects by group, kind, namespace and name; whatever the version of their API."""
    table = {_key(resource): resource for resource in live.resources}
    both, only, undecided = [], [], []
    for resource in files.resources:
        match = next((table[key] for key in keys(resource) if key in table), None)
        if match is not None:
            both.append((resource, match))
        elif _is_open(resource) or live.is_unread(resource.kind, resource.namespace):
            undecided.append(resource)
        else:
            only.append(resource)
    matched = {id(match) for _, match in both}
    spaces = {resource.namespace or _FALLBACK for resource in files.resources}
    rest = (each for each in live.resources if id(each) not in matched and each.namespace in spaces)
    return Drift(tuple(both), tuple(only), tuple(each for each in rest if not _is_made(each)), tuple(undecided))


def without(live: Iterable[Resource], replaced: Iterable[Resource]) -> Iterator[Resource]:
    """The objects of a cluster that stay when some are replaced: those go, and what their controllers made of them."""
    kept = list(live)
    gone = {id(resource) for resource in replaced}
    uids = {uid for resource in replaced if isinstance(uid := resource.metadata.get("uid"), str)}
    owned = [(resource, uid) for resource in kept if (uid := _controller(resource))]
    for _ in range(len(owned) + 1):  # a chain of owners, ReplicaSet then Pod, needs a round for each of its links
        more = [resource for resource, owner in owned if owner in uids and id(resource) not in gone]
        if not more:
            break
        gone |= {id(resource) for resource in more}
        uids |= {uid for resource in more if isinstance(uid := resource.metadata.get("uid"), str)}
    return (resource for resource in kept if id(resource) not in gone)


def keys(resource: Resource) -> Iterator[Key]:
    """What the object of a file is in the cluster; one that names no namespace lands in `default`, if in any."""
    yield _key(resource)
    if resource.namespace is None:
        yield resource.group, resource.kind, _FALLBACK, resource.name


def _key(resource: Resource) -> Key:
    return resource.group, resource.kind, resource.namespace, resource.name


def _is_open(resource: Resource) -> bool:
    """Whether nobody knows what it is called in the cluster."""
    return (
        not resource.name or resource.name.endswith("*") or has_placeholder(resource.name + (resource.namespace or ""))
    )


def _is_made(resource: Resource) -> bool:
    """Whether a controller or Kubernetes itself made it."""
    return bool(_references(resource)) or (resource.kind, resource.name) in _OWN or resource.kind == "EndpointSlice"


def _references(resource: Resource) -> list[Mapping[str, object]]:
    found = resource.metadata.get("ownerReferences")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _controller(resource: Resource) -> str:
    """The uid of its controller; empty where it has none."""
    uids = (each.get("uid") for each in _references(resource) if each.get("controller") is True)
    return next((uid for uid in uids if isinstance(uid, str)), "")
