"""Approved registries reach the rule through the view."""

from __future__ import annotations

import pytest

from seawall.core import Document, Verdict
from seawall.findings import judge
from seawall.inventory import collect
from seawall.model import NEWEST, Estate
from seawall.rules.image.image_untrusted_registry import RULE
from seawall.yamltext import Broken, read

APPROVED = ("quay.io/acme", "registry.example:5000")


def verdicts(image: str) -> list[Verdict]:
    text = (
        f"{{apiVersion: v1, kind: Pod, metadata: {{name: x}}, spec: {{containers: [{{name: x, image: '{image}'}}]}}}}"
    )
    documents = [Document("pod.yaml", d) for d in read(text) if not isinstance(d, Broken)]
    return [f.verdict for f in judge(Estate(collect(documents), NEWEST, APPROVED), [RULE]).findings]


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("quay.io/acme/web:1", []),
        ("registry.example:5000/team/web:1", []),
        ("quay.io/acme-evil/web:1", [Verdict.FAIL]),
        ("quay.io/other/web:1", [Verdict.FAIL]),
        ("nginx:1.29", [Verdict.FAIL]),
        ("quay.io/${ORG}/web:1", [Verdict.UNKNOWN]),
        ("${REGISTRY}/web:1", [Verdict.UNKNOWN]),
    ],
)
def test_only_approved_registries_pass(image: str, expected: list[Verdict]) -> None:
    assert verdicts(image) == expected
