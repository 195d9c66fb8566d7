"""Texts that may say anything are told from those that the API gives a meaning."""

from __future__ import annotations

from typing import Any

import pytest

from seawall.model.spots import Spot, root

CONTAINER = {"env": [{"name": "PIN", "value": "x", "valueFrom": {"secretKeyRef": {"key": "k"}}}], "args": ["a"]}
POD = {"apiVersion": "v1", "kind": "Pod", "metadata": {"annotations": {"a/b": "x"}, "labels": {"c": "d"}}}
CONFIG = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "db-password"}, "data": {"a": "b"}}
CUSTOM = {"apiVersion": "a.example/v1", "kind": "Thing", "metadata": {"name": "a"}}


def at(tree: dict[str, Any], *path: str | int) -> Spot:
    found = root(tree)
    inner: Any = tree
    for step in path:
        found = found.into(inner, step, inner[step]) if isinstance(step, str) else found.item(inner[step])
        inner = inner[step]
    return found


@pytest.mark.parametrize(
    ("tree", "path", "names"),
    [
        (POD, ("metadata", "annotations", "a/b"), ("b", "a/b")),
        (POD | {"spec": CONTAINER}, ("spec", "env", 0, "value"), ("PIN",)),
        (POD | {"spec": CONTAINER}, ("spec", "args", 0), ("args",)),
        (CONFIG, ("data", "a"), ("a",)),
        ({"kind": "ConfigMapList", "items": [{"data": {"a": "b"}}]}, ("items", 0, "data", "a"), ("a",)),
        (CUSTOM | {"spec": {"pin": "x"}}, ("spec", "pin"), ("pin",)),
        (CUSTOM | {"spec": {"params": [{"name": "pin", "default": "x"}]}}, ("spec", "params", 0, "default"), ("pin",)),
    ],
)
def test_free_texts_and_their_names(tree: dict[str, Any], path: tuple[str | int, ...], names: tuple[str, ...]) -> None:
    assert at(tree, *path).free
    assert at(tree, *path).names == names


@pytest.mark.parametrize(
    ("tree", "path"),
    [
        (POD, ("metadata", "labels", "c")),
        (POD | {"spec": CONTAINER}, ("spec", "env", 0, "name")),
        (POD | {"spec": CONTAINER}, ("spec", "env", 0, "valueFrom", "secretKeyRef", "key")),
        (POD | {"spec": {"image": "x"}}, ("spec", "image")),
        (CUSTOM | {"spec": {"image": "x", "selector": {"a": "b"}}}, ("spec", "selector", "a")),
        (CUSTOM | {"spec": {"secretRef": {"name": "x", "key": "y"}}}, ("spec", "secretRef", "key")),
    ],
)
def test_what_has_a_meaning_is_not_free(tree: dict[str, Any], path: tuple[str | int, ...]) -> None:
    assert not at(tree, *path).free


def test_what_stands_near_is_told() -> None:
    auth = CUSTOM | {"spec": {"password": {"value": "x"}, "credentials": {"data": {"a": "b"}}}}

    assert at(CONFIG, "data", "a").beside == ("db-password",)
    assert at(auth, "spec", "password", "value").beside == ("password",)
    assert at(auth, "spec", "credentials", "data", "a").beside == ("credentials",)
    assert at(POD, "metadata", "labels", "c").beside == ()


def test_an_object_in_an_object_begins_anew() -> None:
    inner = CUSTOM | {"spec": {"manifests": [CONFIG]}}

    assert at(inner, "spec", "manifests", 0) == root(CONFIG)
