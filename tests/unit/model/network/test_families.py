"""Pods are taken for IPv4 where nothing says otherwise, and an answer that rests on it says so."""

from __future__ import annotations

import pytest

from seawall.inventory import collect
from seawall.model import Estate
from seawall.model.network import Network
from seawall.model.network.assumptions import assumptions
from seawall.sources.manifests import read_manifests
from seawall.yamltext import Reader

ESTATE = """
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec:
  subject: {namespaces: {}}
  egress:
  - {name: none, action: Deny, to: [{networks: ["BLOCK"]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: a, namespace: shop}
spec: {containers: [{name: a, image: a}]}
---
apiVersion: v1
kind: Pod
metadata: {name: b, namespace: shop}
spec: {containers: [{name: a, image: a}]}
"""


@pytest.mark.parametrize(
    ("block", "words", "ports", "assumes"),
    [
        ("0.0.0.0/0", (), "none", ("pod-families=IPv4",)),
        ("::/0", (), "all", ("pod-families=IPv4",)),
        ("::/0", ("pod-families=IPv6",), "none", ("pod-families=IPv6",)),
        ("0.0.0.0/0", ("pod-families=IPv6",), "all", ("pod-families=IPv6",)),
    ],
)
def test_the_families_of_pods(block: str, words: tuple[str, ...], ports: str, assumes: tuple[str, ...]) -> None:
    documents = read_manifests(ESTATE.replace("BLOCK", block), "all.yaml", Reader(), named=True)
    network = Network(Estate(collect(documents, whole=True)), assumptions(words))
    found = network.connection("shop/pod/a", "shop/pod/b")
    assert bool(found.allowed) is (ports == "all")
    assert not found.unknown
    assert found.assumes == assumes


def test_without_blocks_nothing_is_named() -> None:
    text = ESTATE.replace('networks: ["BLOCK"]', "namespaces: {}")
    network = Network(Estate(collect(read_manifests(text, "all.yaml", Reader(), named=True), whole=True)))
    assert network.connection("shop/pod/a", "shop/pod/b").assumes == ()
