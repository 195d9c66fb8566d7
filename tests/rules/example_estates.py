"""A rule's example as the cluster that it is about."""

from __future__ import annotations

from seawall.core import Document
from seawall.inventory import collect
from seawall.model import NEWEST, Estate, KubeVersion
from seawall.rules.examples import manifest
from seawall.rules.spec import Example
from seawall.yamltext import Broken, read


def estate_of(example: Example) -> Estate:
    """All that the example's documents hold, at its version."""
    documents = (Document("a.yaml", text) for text in read(manifest(example)) if not isinstance(text, Broken))
    version = KubeVersion.parse(example.kube_version) if example.kube_version else NEWEST
    return Estate(collect(documents, whole=example.estate), version)
