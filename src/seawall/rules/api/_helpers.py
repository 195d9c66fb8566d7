"""What the rules on API versions share."""

from __future__ import annotations

from seawall.data.api import Lifecycle, api_lifecycles
from seawall.inventory import Resource
from seawall.model import KubeVersion


def lifecycle(resource: Resource) -> Lifecycle:
    """When the kind in this API version came and went; an empty one for custom resources and stable kinds."""
    return api_lifecycles().kinds.get(f"{resource.api_version}/{resource.kind}", Lifecycle())


def reached(since: str, version: KubeVersion) -> bool:
    """Whether `version` is the Kubernetes version `since` (`1.22`) or a later one; never for an empty one."""
    return bool(since) and version >= KubeVersion.parse(since)


def instead(replacement: str, kind: str) -> str:
    """How to go on: `; write networking.k8s.io/v1`; empty where there is nothing to write instead."""
    version, _, newer = replacement.rpartition("/")
    if not version:
        return "; nothing replaces it"
    return f"; write {version}" if newer == kind else f"; write {version} {newer}"
