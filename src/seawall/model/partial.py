"""Pod templates inside custom resources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from seawall.core import Path
from seawall.inventory import Resource, Tree
from seawall.model.subjects import PodTemplate
from seawall.model.workloads import complete

_LOOKALIKES = frozenset({"kyverno.io", "policies.kyverno.io", "constraints.gatekeeper.sh", "templates.gatekeeper.sh"})
"""API groups whose objects hold patterns of pod specifications, not pods."""


def custom_templates(resource: Resource) -> tuple[PodTemplate, ...]:
    """The pod templates that a custom resource embeds whole, found by structure, in document order."""
    if resource.group in _LOOKALIKES:
        return ()
    return tuple(_build(resource, path, holder, key) for path, holder, key in _pod_specs(resource.tree))


def _build(resource: Resource, where: Path, holder: Tree, key: str | None) -> PodTemplate:
    metadata = holder.get("metadata") if key == "spec" else None
    spec = holder if key is None else holder[key]
    return complete(PodTemplate(resource, where, spec, metadata if isinstance(metadata, dict) else {}, spec_key=key))


def _pod_specs(tree: Tree) -> Iterator[tuple[Path, Tree, str | None]]:
    """(place of the holder, holder, key of the PodSpec in it); a PodSpec is not searched for further ones."""
    stack: list[tuple[Path, Any]] = [((key,), value) for key, value in reversed(tree.items()) if key != "metadata"]
    while stack:
        path, value = stack.pop()
        if isinstance(value, list):
            stack.extend(((*path, i), item) for i, item in reversed(list(enumerate(value))) if _is_tree(item))
        elif isinstance(value, dict):
            if _is_pod_spec(value):
                yield path, value, None
                continue
            spec = value.get("spec")
            if len(path) > 0 and isinstance(spec, dict) and _is_pod_spec(spec):
                yield path, value, "spec"
                continue
            stack.extend(((*path, key), item) for key, item in reversed(value.items()) if _is_tree(item))


def _is_tree(value: object) -> bool:
    return isinstance(value, (dict, list))


def _is_pod_spec(value: Tree) -> bool:
    containers = value.get("containers")
    return isinstance(containers, list) and any(
        isinstance(c, dict) and ("image" in c or "name" in c) for c in containers
    )
