"""What is read of Secrets: names, labels, annotations and whether one is a token of an account; never a value.

The server is asked for metadata only (`PartialObjectMetadata`), so that values never leave it. RBAC cannot grant that
alone: whoever may list Secrets may read them.
"""

from __future__ import annotations

from typing import Final

import msgspec

from seawall.core import LeftOut, Unknown
from seawall.sources.cluster.discovery import Get
from seawall.sources.cluster.listing import Listed, Question, Tree, list_all

_ACCEPT: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
_KIND: Final = "PartialObjectMetadataList"
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"
_TOKEN: Final = "kubernetes.io/service-account-token"
ONLY_METADATA: Final = "only the metadata of Secrets is read"


def list_metadata(get: Get, question: Question) -> Listed:
    """Secrets without what they hold. Their type is not metadata; a second list tells which are accounts' tokens."""
    asked = msgspec.structs.replace(question, accept=_ACCEPT, kind=_KIND)
    listed = list_all(get, asked, _without_values)
    if listed.failed is not None and not listed.objects:
        return listed
    tokens = list_all(get, msgspec.structs.replace(asked, selector=f"type={_TOKEN}"), _without_values)
    names = {_key(tree) for tree in tokens.objects}
    other = Unknown("", ONLY_METADATA) if tokens.failed is not None else LeftOut(f"it is another type than {_TOKEN}")
    typed = tuple({**tree, "type": _TOKEN if _key(tree) in names else other} for tree in listed.objects)
    return Listed(typed, listed.strange, listed.failed)


def _key(tree: Tree) -> tuple[object, object]:
    return tree["metadata"].get("namespace"), tree["metadata"]["name"]


def _without_values(tree: Tree) -> Tree:
    """Metadata and nothing else; kubectl keeps a copy of what was applied in an annotation, values and all."""
    metadata = tree["metadata"]
    annotations = metadata.get("annotations")
    if isinstance(annotations, dict) and _LAST_APPLIED in annotations:
        kept = {key: value for key, value in annotations.items() if key != _LAST_APPLIED}
        metadata = {**metadata, "annotations": kept}
    return {
        "apiVersion": tree["apiVersion"],
        "kind": tree["kind"],
        "metadata": metadata,
        "data": LeftOut(ONLY_METADATA),
    }
