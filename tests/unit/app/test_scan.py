"""The use case of a scan: what it says beside the findings."""

from __future__ import annotations

import pytest

from seawall.app.scan import namespace_lines
from seawall.core import Document
from seawall.inventory import collect
from seawall.model import Estate
from seawall.yamltext import Broken, read

POD = "{apiVersion: v1, kind: Pod, metadata: {name: %s, namespace: shop}, spec: {%s, containers: [{name: web}]}}"
PODS = [
    POD % ("a", "hostNetwork: true"),
    POD % ("b", "volumes: [{name: x, hostPath: {path: /}}]"),
    POD % ("c", "hostPID: true"),
    POD % ("d", "securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}"),
]


@pytest.mark.parametrize("order", [1, -1])
def test_what_keeps_a_namespace_from_a_level_is_told_the_most_frequent_first_then_by_name(order: int) -> None:
    texts = (text for text in read("\n---\n".join(PODS[::order])) if not isinstance(text, Broken))
    (line,) = namespace_lines(Estate(collect(Document("x.yaml", text) for text in texts)))
    assert line.in_the_way == (("hostNamespaces", 2), ("hostPathVolumes", 1), ("sysctls", 1))
