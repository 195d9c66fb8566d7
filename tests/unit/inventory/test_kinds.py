"""Kinds and versions that no API server takes."""

from __future__ import annotations

import pytest

from seawall.core import Document, Problem
from seawall.data.api import api_types
from seawall.inventory import collect
from seawall.inventory.kinds import refusal
from seawall.model import Estate
from seawall.yamltext import Document as Text
from seawall.yamltext import read


@pytest.mark.parametrize(
    ("api_version", "kind", "message", "hint"),
    [
        ("apps/v1", "Deploymnt", "apps/v1 has no kind Deploymnt", "Did you mean Deployment?"),
        ("v1", "Pdo", "v1 has no kind Pdo", "Did you mean Pod?"),
        ("v1", "Deployment", "v1 has no kind Deployment", "Deployment is of apps/v1"),
        ("apps/v1", "Service", "apps/v1 has no kind Service", "Service is of v1"),
        ("apps/v2", "Deployment", "there is no Deployment of apps/v2", "Write apps/v1"),
        ("policy/v2beta1", "PodSecurityPolicy", "there is no PodSecurityPolicy of policy/v2beta1", ""),
        ("v1", "Blob", "v1 has no kind Blob", "kubectl api-resources lists what there is"),
    ],
)
def test_what_no_api_server_takes(api_version: str, kind: str, message: str, hint: str) -> None:
    assert refusal(api_version, kind) == (message, hint)


@pytest.mark.parametrize(
    "name",
    [
        *("apps/v1/Deployment", "v1/PodList", "extensions/v1beta1/Ingress", "storage.k8s.io/v1alpha1/Anything"),
        *(
            "example.org/v1/Deploymnt",
            "apps/${V}/Deployment",
            "apps/v1/${KIND}",
            "kubelet.config.k8s.io/v1beta1/Kubelet",
        ),
    ],
)
def test_what_may_be_meant(name: str) -> None:
    api_version, _, kind = name.rpartition("/")
    assert refusal(api_version, kind) is None


def test_every_known_kind_is_taken() -> None:
    assert not [key for key in api_types().kinds if refusal(*key.rpartition("/")[::2])]


def test_a_misspelt_kind_is_told_and_its_pods_are_judged_all_the_same() -> None:
    (text,) = read("apiVersion: apps/v1\nkind: Deploymnt\nspec: {template: {spec: {containers: [{name: a}]}}}\n")
    assert isinstance(text, Text)
    inventory = collect([Document("a.yaml", text)])
    (problem,) = inventory.problems
    assert problem == Problem("a.yaml", 2, 7, "kind", "apps/v1 has no kind Deploymnt", "Did you mean Deployment?")
    ((_, (pod,)),) = Estate(inventory).pods
    assert [container.name for container in pod.containers] == ["a"]


def test_a_kubeconfig_is_no_object() -> None:
    (text,) = read("apiVersion: v1\nkind: Config\nusers: []\n")
    assert isinstance(text, Text)
    assert collect([Document("config", text)]).coverage.objects == 0
