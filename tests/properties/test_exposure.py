"""Whatever stands in a field, and in whatever order objects come: ways from outside are told, and none is hidden."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.estates import ESTATES, UNDECIDED, Tree
from tests.unit.model.exposure_helpers import estate, line

from seawall.model.exposure import Exposure, exposed
from seawall.model.permissions import Answer

LABELS = {"app": "web"}
BASE: list[Tree] = [
    {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {
            "template": {
                "metadata": {"labels": LABELS},
                "spec": {
                    "hostNetwork": False,
                    "containers": [
                        {
                            "name": "web",
                            "image": "web:1",
                            "ports": [{"name": "http", "containerPort": 8080, "hostPort": 80, "hostIP": "10.0.0.1"}],
                        }
                    ],
                },
            }
        },
    },
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {
            "name": "web",
            "namespace": "shop",
            "annotations": {"service.beta.kubernetes.io/aws-load-balancer-scheme": "internet-facing"},
        },
        "spec": {
            "type": "LoadBalancer",
            "selector": LABELS,
            "loadBalancerSourceRanges": ["10.0.0.0/8"],
            "externalIPs": ["203.0.113.1"],
            "externalTrafficPolicy": "Local",
            "allocateLoadBalancerNodePorts": True,
            "ports": [{"name": "web", "port": 80, "targetPort": "http", "nodePort": 30080, "protocol": "TCP"}],
        },
    },
    {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "Ingress",
        "metadata": {"name": "web", "namespace": "shop", "annotations": {}},
        "spec": {
            "ingressClassName": "nginx",
            "tls": [{"hosts": ["a.example"], "secretName": "a"}],
            "defaultBackend": {"service": {"name": "web", "port": {"number": 80}}},
            "rules": [
                {
                    "host": "a.example",
                    "http": {
                        "paths": [{"path": "/", "backend": {"service": {"name": "web", "port": {"name": "web"}}}}]
                    },
                }
            ],
        },
    },
    {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "Gateway",
        "metadata": {"name": "edge", "namespace": "edge", "annotations": {"a": "b"}},
        "spec": {
            "gatewayClassName": "any",
            "infrastructure": {"annotations": {"c": "d"}},
            "addresses": [{"type": "IPAddress", "value": "203.0.113.1"}],
            "listeners": [
                {
                    "name": "web",
                    "port": 443,
                    "protocol": "HTTPS",
                    "hostname": "*.example",
                    "allowedRoutes": {
                        "kinds": [{"kind": "HTTPRoute"}],
                        "namespaces": {"from": "Selector", "selector": {"matchLabels": {"team": "a"}}},
                    },
                }
            ],
        },
    },
    {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "front", "labels": {"team": "a"}}},
    {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "web", "namespace": "front"},
        "spec": {
            "parentRefs": [{"name": "edge", "namespace": "edge", "sectionName": "web", "port": 443}],
            "hostnames": ["a.example"],
            "rules": [
                {
                    "matches": [{"path": {"type": "PathPrefix", "value": "/"}}],
                    "backendRefs": [
                        {"group": "", "kind": "Service", "name": "web", "namespace": "shop", "port": 80, "weight": 1}
                    ],
                }
            ],
        },
    },
    {
        "apiVersion": "gateway.networking.k8s.io/v1beta1",
        "kind": "ReferenceGrant",
        "metadata": {"name": "front", "namespace": "shop"},
        "spec": {
            "from": [{"group": "gateway.networking.k8s.io", "kind": "HTTPRoute", "namespace": "front"}],
            "to": [{"group": "", "kind": "Service", "name": "web"}],
        },
    },
    {
        "apiVersion": "route.openshift.io/v1",
        "kind": "Route",
        "metadata": {"name": "web", "namespace": "shop"},
        "spec": {
            "host": "b.example",
            "path": "/",
            "to": {"kind": "Service", "name": "web", "weight": 1},
            "alternateBackends": [],
            "port": {"targetPort": "web"},
            "tls": {"termination": "edge"},
        },
    },
    {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "a"}, "status": {"addresses": [{"type": "ExternalIP"}]}},
    {"apiVersion": "networking.k8s.io/v1", "kind": "IngressClass", "metadata": {"name": "nginx"}, "spec": {}},
]


def _leaves(tree: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a tree, inner ones too, below `apiVersion`, `kind` and `metadata`'s name and namespace."""
    steps = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    found = [] if not path or path[-1] in ("apiVersion", "kind") or path == ("metadata",) else [path]
    for step, part in steps:
        found += _leaves(part, (*path, step))
    return [each for each in found if each not in {("metadata", "name"), ("metadata", "namespace")}]


PLACES = [(number, path) for number, tree in enumerate(BASE) for path in _leaves(tree)]


def _with(trees: list[Tree], number: int, path: tuple[str | int, ...], value: object) -> list[Tree]:
    copied: list[Tree] = json.loads(json.dumps(trees))
    part: Any = copied[number]
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    return copied


def ways(trees: list[Tree]) -> list[Exposure]:
    return list(exposed(estate("---\n".join(json.dumps(tree) + "\n" for tree in trees))).rows)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), st.sampled_from([*UNDECIDED, "10.0.0.1", -1]))
def test_no_value_of_a_field_stops_the_answer(place: tuple[int, tuple[str | int, ...]], value: object) -> None:
    for row in ways(_with(BASE, *place, value)):
        assert row.reach.label
        assert row.target.answer is Answer.YES or row.target.why


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), st.sampled_from(["${VALUE}", "{{ .Values.x }}"]))
def test_a_placeholder_never_closes_a_way(place: tuple[int, tuple[str | int, ...]], value: str) -> None:
    """For each kind of way that was open there is one still, and it is open or unknown."""
    before = {row.entry.resource.kind for row in ways(BASE) if row.target.answer is Answer.YES}
    after = {row.entry.resource.kind for row in ways(_with(BASE, *place, value)) if row.target.answer is not Answer.NO}
    assert before <= after


@settings(max_examples=40, deadline=None)
@given(ESTATES, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(trees: list[Tree], random: Any) -> None:
    shuffled = list(trees)
    random.shuffle(shuffled)
    assert sorted(map(line, ways(trees))) == sorted(map(line, ways(shuffled)))
