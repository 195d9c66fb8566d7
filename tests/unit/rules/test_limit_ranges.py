"""What rules on resources take from the LimitRanges of a namespace."""

from __future__ import annotations

import pytest

from seawall.core import Document
from seawall.findings import judge
from seawall.inventory import Resource, collect
from seawall.model import Estate
from seawall.rules.pod import _helpers
from seawall.rules.pod.no_memory_limit import RULE
from seawall.yamltext import Broken, read

POD = "{apiVersion: v1, kind: Pod, metadata: {name: p%d, namespace: %s}, spec: {containers: [{name: web}]}}"
RANGE = "{apiVersion: v1, kind: LimitRange, metadata: {name: r%d, namespace: shop}, spec: {limits: [%s]}}"
SILENT = "{type: Pod, max: {memory: 1Gi}}"


@pytest.mark.parametrize(
    ("last", "told"), [(SILENT, ["shop"] * 9 + ["other"] * 9), ("{type: Container, max: {memory: 1Gi}}", ["other"] * 9)]
)
def test_they_are_looked_through_once_for_all_of_a_namespace(
    monkeypatch: pytest.MonkeyPatch, last: str, told: list[str]
) -> None:
    looked: list[Resource] = []
    default = _helpers._default

    def counted(ranges: tuple[Resource, ...], part: str, name: str) -> object:
        looked.extend(ranges)
        return default(ranges, part, name)

    monkeypatch.setattr(_helpers, "_default", counted)
    texts = [RANGE % (0, SILENT), RANGE % (1, last)]
    texts += [POD % (number, namespace) for namespace in ("shop", "other") for number in range(9)]
    documents = [Document("x.yaml", text) for text in read("\n---\n".join(texts)) if not isinstance(text, Broken)]
    findings = judge(Estate(collect(documents)), [RULE]).findings
    assert [finding.resource.namespace for finding in findings] == told
    assert len(looked) == 2
