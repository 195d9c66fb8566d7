"""Paths whose steps survive reordering."""

from __future__ import annotations

from typing import Any

import pytest

from seawall.core import Path, Unknown
from seawall.inventory.steps import merge_keys, step_names

POD: dict[str, Any] = {
    "metadata": {"annotations": {"a.b/c": "x"}},
    "spec": {
        "containers": [
            {
                "name": "web",
                "args": ["-v"],
                "env": [{"name": "A"}, {"name": "A"}, {"name": Unknown("${N}")}],
                "ports": [
                    {"containerPort": 53, "protocol": "UDP"},
                    {"containerPort": 53, "protocol": "TCP"},
                    {"containerPort": 80},
                ],
                "volumeMounts": [{"name": "v", "mountPath": "/v"}],
            },
            "broken",
        ]
    },
}


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ((), ""),
        (("spec", "containers", 0, "image"), "spec.containers[name=web].image"),
        (("spec", "containers", 0, "args", 0), "spec.containers[name=web].args[0]"),
        (("spec", "containers", 0, "ports", 2), "spec.containers[name=web].ports[containerPort=80]"),
        (("spec", "containers", 0, "ports", 0), "spec.containers[name=web].ports[containerPort=53,protocol=UDP]"),
        (("spec", "containers", 0, "volumeMounts", 0), "spec.containers[name=web].volumeMounts[mountPath=/v]"),
        (("spec", "containers", 0, "env", 1), "spec.containers[name=web].env[1]"),
        (("spec", "containers", 0, "env", 2), "spec.containers[name=web].env[2]"),
        (("spec", "containers", 1, "image"), "spec.containers[1].image"),
        (("spec", "containers", 7, "image"), "spec.containers[7].image"),
        (("metadata", "annotations", "a.b/c"), "metadata.annotations['a.b/c']"),
    ],
)
@pytest.mark.parametrize(("kind", "api_version"), [("Pod", "v1"), ("Widget", "example.com/v1")])
def test_items_are_called_by_their_keys(kind: str, api_version: str, path: Path, names: str) -> None:
    assert step_names(kind, api_version, path, POD) == names


def test_items_without_a_key_in_the_api_are_called_by_their_name() -> None:
    binding = {"subjects": [{"kind": "User", "name": "jane"}, {"kind": "User", "name": "joe"}]}
    names = step_names("RoleBinding", "rbac.authorization.k8s.io/v1", ("subjects", 1), binding)
    assert names == "subjects[name=joe]"


def test_merge_keys_come_from_the_api() -> None:
    assert merge_keys("core/v1.Container", "ports") == ("containerPort", "protocol")
    assert merge_keys("core/v1.Container", "args") == ()
    assert merge_keys("nothing", "args") == ()
