"""Whether a pod gets a token of its account."""

from __future__ import annotations

from typing import Any

import pytest

from seawall.core import Document, Unknown
from seawall.core.objects import ObjectText
from seawall.inventory import Resource, collect
from seawall.model.access.accounts import AUTOMOUNT, gets_token
from seawall.model.subjects import PodTemplate
from seawall.model.workloads import pod_templates


def thing(kind: str, **fields: Any) -> Resource:
    tree = {"apiVersion": "v1", "kind": kind, "metadata": {"name": "a", "namespace": "shop"}, **fields}
    (found,) = collect([Document("a.yaml", ObjectText(tree, "a.yaml"))]).resources
    return found


def pod(**spec: Any) -> PodTemplate:
    (found,) = pod_templates(thing("Pod", spec={"containers": [{"name": "a", "image": "a:1"}], **spec}))
    return found


def projected(**token: Any) -> dict[str, Any]:
    return {"volumes": [{"name": "t", "projected": {"sources": [{"serviceAccountToken": {"path": "t", **token}}]}}]}


@pytest.mark.parametrize(
    ("spec", "declared", "gets"),
    [
        ({}, [], True),
        ({}, [False], False),
        ({}, [False, True], True),
        ({AUTOMOUNT: True}, [False], True),
        ({AUTOMOUNT: False}, [True], False),
        ({AUTOMOUNT: False, **projected()}, [], True),
        ({AUTOMOUNT: False, **projected(audience="vault")}, [], False),
        ({AUTOMOUNT: "${MOUNT}", **projected()}, [], True),
        ({AUTOMOUNT: "${MOUNT}"}, [], None),
        ({}, [False, "${MOUNT}"], None),
    ],
)
def test_a_token_is_mounted_unless_pod_or_account_says_no(
    spec: dict[str, Any], declared: list[object], gets: bool | None
) -> None:
    found = gets_token(pod(**spec), [thing("ServiceAccount", **{AUTOMOUNT: value}) for value in declared])
    assert (None if isinstance(found, Unknown) else found) is gets
