"""To settle an assumption only ever settles ports: it takes back nothing that was sure, and names what it rests on."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.network_worlds import Tree, manifests, worlds

from seawall.core import Document
from seawall.core.objects import ObjectText
from seawall.inventory import collect
from seawall.model import Estate
from seawall.model.network import Assumptions, Network
from seawall.model.network.assumptions import NAMES, assumptions

OUTSIDE = ("203.0.113.5", "192.168.0.4", "internet", "198.51.100.0/24")
NODE: Tree = {
    "apiVersion": "v1",
    "kind": "Node",
    "metadata": {"name": "n1", "labels": {"tier": "web"}},
    "status": {"addresses": [{"type": "InternalIP", "address": "192.168.0.4"}]},
}
DECIDED = ("pod-families", "policies-enforced")
"""What is taken for one of its words where nobody says: another one may well contradict it."""
WORDS = [[f"{name}={word}" for word in words] for name, words in NAMES.items() if name not in DECIDED]
ROOMS = ("pod-cidrs=10.1.0.0/16", "pod-cidrs=203.0.113.64/26", "node-cidrs=192.168.0.0/16")
"""None of them holds an address of `OUTSIDE` that is no node's: it would then be a pod's, another end altogether."""


@st.composite
def with_hosts(draw: st.DrawFn) -> list[Tree]:
    """The objects of a world in which some pods share the network of their node, and a Service is in front of some."""
    objects = manifests(draw(worlds()))
    for each in objects:
        if each["kind"] == "Pod" and draw(st.booleans()):
            each["spec"]["hostNetwork"] = True
            each["spec"] |= draw(st.sampled_from(({}, {"nodeName": "n1"})))
    spec = {"type": "LoadBalancer", "selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": "http"}]}
    front: Any = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "front", "namespace": "shop"},
        "spec": spec,
    }
    return [*objects, NODE, front]


def network(objects: list[Tree], assumed: Assumptions) -> Network:
    documents = [Document(f"{number}.yaml", ObjectText(tree, f"{number}.yaml")) for number, tree in enumerate(objects)]
    return Network(Estate(collect(documents, whole=True)), assumed)


@given(with_hosts(), st.lists(st.sampled_from([*itertools.chain(*WORDS), *ROOMS]), max_size=4, unique=True))
@settings(deadline=None, max_examples=60)
def test_to_assume_more_never_contradicts_to_assume_less(objects: list[Tree], texts: list[str]) -> None:
    held = assumptions(dict.fromkeys(texts))
    open_, settled = network(objects, Assumptions()), network(objects, held)
    pods = [f"{pod.resource.namespace}/Pod/{pod.resource.name}" for pod in open_.index.pods]
    for source, destination in itertools.product([*pods, *OUTSIDE], [*pods, *OUTSIDE, "service:shop/front"]):
        if source in OUTSIDE and destination in OUTSIDE:
            continue
        less, more = open_.connection(source, destination), settled.connection(source, destination)
        assert not less.allowed - more.allowed, (source, destination)
        assert not (more.allowed | more.unknown) - (less.allowed | less.unknown), (source, destination)
        if (less.allowed, less.unknown) != (more.allowed, more.unknown):
            assert less.assumes or any("cidrs" in text for text in texts), (source, destination)


@pytest.mark.parametrize("words", WORDS, ids=lambda words: str(words[0]).partition("=")[0])
def test_an_assumption_that_is_named_makes_a_difference_somewhere(words: list[str]) -> None:
    """Of every word that can be said, some world shows it; else it would be a word for nothing."""
    pods = [
        {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "shop", "labels": {"app": name}}}
        | {"spec": {"hostNetwork": name == "host", "containers": [{"name": "c", "image": "a"}]}}
        for name in ("web", "db", "host")
    ]
    np: Tree = {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy"}
    block = {"ipBlock": {"cidr": "0.0.0.0/0"}}
    egress = [
        {"action": "Accept", "to": [{"domainNames": ["a.example.com"]}]},
        {"action": "Deny", "to": [{"namespaces": {}}]},
    ]
    objects: list[Tree] = [
        *pods,
        {
            **np,
            "metadata": {"name": "in", "namespace": "shop"},
            "spec": {"podSelector": {}, "ingress": [{"from": [block]}]},
        },
        {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "front", "namespace": "shop"}}
        | {"spec": {"type": "NodePort", "selector": {"app": "db"}, "ports": [{"port": 80}]}},
        {"apiVersion": "policy.networking.k8s.io/v1alpha2", "kind": "ClusterNetworkPolicy", "metadata": {"name": "c"}}
        | {"spec": {"tier": "Admin", "priority": 1, "subject": {"namespaces": {}}, "egress": egress}},
    ]
    open_ = network(objects, Assumptions())
    ends = ["shop/pod/web", "shop/pod/db", "shop/pod/host", "8.8.8.8"]
    name = words[0].partition("=")[0]
    found = [open_.connection(one, other) for one in ends for other in [*ends[:3], "service:shop/front"]]
    assert any(name in each.assumes for each in found)
