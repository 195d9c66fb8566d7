"""What the rules on API versions share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from seawall.data.api import Lifecycle, api_lifecycles
from seawall.inventory import Resource
from seawall.model import KubeVersion


def lifecycle(resource: Resource) -> Lifecycle:
    """When the kind in this API version came and went; an empty one for custom resources and stable kinds."""
    return api_lifecycles().kinds.get(f"{resource.api_version}/{resource.kind}", Lifecycle())


def reached(since: str, version: KubeVersion) -> bool:
    """Whether `version` is the Kubernetes version `since` (`1.22`) or a later one; never for an empty one."""
    return bool(since) and version >= KubeVersion.parse(since)


def named(resource: Resource) -> str:
    """How a message names what was deprecated; of the core group it is one kind and never its whole version."""
    return resource.api_version if resource.group else f"{resource.api_version} {resource.kind}"


def instead(life: Lifecycle, resource: Resource, version: KubeVersion) -> str:
    """How to go on: `; write networking.k8s.io/v1`, in a version that the cluster serves.

    A definition may name a version that has gone itself, or none although a later one exists.
    """
    own = f"{resource.api_version}/{resource.kind}"
    told = life.replacement or own
    found = max((name for name in _versions(told) if _served(name, version)), key=_maturity, default=own)
    since = ""
    if found == own:
        found = max((name for name in _versions(told) if _is_to_come(name, version)), key=_maturity, default="")
        since = f" from Kubernetes {api_lifecycles().kinds[found].introduced} on" if found else ""
    write, _, kind = found.rpartition("/")
    if not write:
        return "; nothing replaces it"
    return f"; write {write}{since}" if kind == resource.kind else f"; write {write} {kind}{since}"


def _versions(name: str) -> Iterator[str]:
    """The versions in which the kind of `group/version/Kind` has been, itself included."""
    group, kind = _group(name), name.rpartition("/")[2]
    return (other for other in api_lifecycles().kinds if other.rpartition("/")[2] == kind and _group(other) == group)


def _group(name: str) -> str:
    return name.rpartition("/")[0].rpartition("/")[0]


def _served(name: str, version: KubeVersion) -> bool:
    life = api_lifecycles().kinds[name]
    return reached(life.introduced, version) and not reached(life.removed, version)


def _is_to_come(name: str, version: KubeVersion) -> bool:
    introduced = api_lifecycles().kinds[name].introduced
    return bool(introduced) and not reached(introduced, version)


_VERSION: Final = re.compile(r"(?:^|/)v(\d+)(?:(alpha|beta)(\d+))?/")


def _maturity(name: str) -> tuple[int, int, int]:
    """Orders versions as the API server does: v2, v1, v2beta2, v2beta1, v1alpha1."""
    match = _VERSION.search(name)
    major, stage, minor = match.groups() if match else ("0", "alpha", "0")
    return ("alpha", "beta", None).index(stage), int(major), int(minor or 0)
