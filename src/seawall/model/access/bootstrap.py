"""The roles and bindings that an API server makes by itself, as resources beside those that were read.

Source: `seawall.data.bootstrap`, from k8s.io/kubernetes `plugin/pkg/auth/authorizer/rbac/bootstrappolicy`.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from seawall.core import Document, Origin, dig
from seawall.core.objects import ObjectText
from seawall.data.bootstrap import bootstrap_objects
from seawall.inventory import Resource, collect
from seawall.model.permissions import RBAC_GROUP
from seawall.model.versions import KubeVersion


@functools.lru_cache(maxsize=4)
def bootstrap_resources(version: KubeVersion) -> tuple[Resource, ...]:
    """All of them for a minor version; the nearest known one where that is not known."""
    return collect(_documents(version)).resources


def is_bootstrap(resource: Resource) -> bool:
    """Whether a resource was not read but is what the API server makes."""
    return any(origin.kind == "bootstrap" for origin in resource.document.origin)


def _documents(version: KubeVersion) -> Iterator[Document]:
    for tree in bootstrap_objects(version.minor):
        kind, namespace, name = str(tree["kind"]), dig(tree, "metadata", "namespace"), dig(tree, "metadata", "name")
        space = f"{namespace}/" if namespace else ""
        file = f"kubernetes-{version}:{space}{kind.lower()}s.{RBAC_GROUP}/{name}"
        yield Document(file, ObjectText(tree, file), (Origin("bootstrap", file),))
