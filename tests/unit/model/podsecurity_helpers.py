"""Pods for tests, made from trees; a tree may hold `Unknown` values."""

from __future__ import annotations

from typing import Any

from seawall.core import Document
from seawall.inventory import Resource
from seawall.model import PodTemplate
from seawall.model.workloads import pod_templates
from seawall.yamltext import Broken, read

(_TEXT,) = read("{}")
assert not isinstance(_TEXT, Broken)
_DOCUMENT = Document("pod.yaml", _TEXT)


def pod_of(spec: dict[str, Any], annotations: object = None, name: str = "web") -> PodTemplate:
    """The template of a Pod with this specification."""
    metadata = {"name": name, "annotations": annotations}
    tree = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}
    (pod,) = pod_templates(Resource(_DOCUMENT, (), "", "v1", "Pod", None, name, tree))
    return pod
