"""The judge of `seawall reach` is judged first: answers worked out by hand from the API's own documentation."""

from __future__ import annotations

from typing import Any

import pytest
from tests.properties.network_reference import Traffic, allowed

Tree = dict[str, Any]


def pod(name: str, namespace: str = "shop", ports: tuple[Tree, ...] = (), **labels: str) -> Tree:
    return {"namespace": namespace, "name": name, "labels": labels, "ports": list(ports)}


HTTP = {"name": "http", "containerPort": 8080}
WEB, DB = pod("web", app="web"), pod("db", ports=(HTTP,), app="db")
FAR = pod("far", "bank", app="web")
OUTSIDE = {"ip": "203.0.113.5"}
SPACES = {"shop": {"team": "a"}, "bank": {}}
ALL: Tree = {}
NOT_TEAM_A = {"namespaceSelector": {"matchExpressions": [{"key": "team", "operator": "NotIn", "values": ["a"]}]}}


def policy(namespace: str = "shop", **spec: Any) -> Tree:
    spec = {"podSelector": {"matchLabels": {"app": "db"}}, **spec}
    return {"kind": "NetworkPolicy", "metadata": {"name": "p", "namespace": namespace}, "spec": spec}


def admin(kind: str = "AdminNetworkPolicy", priority: int = 1, **spec: Any) -> Tree:
    spec = {"subject": {"namespaces": ALL}, "priority": priority, **spec}
    return {"kind": kind, "metadata": {"name": "a"}, "spec": spec}


def cluster(tier: str = "Admin", **spec: Any) -> Tree:
    return admin("ClusterNetworkPolicy", tier=tier, **spec)


def action(name: str, **rule: Any) -> Tree:
    return {"action": name, **(rule or {"from": [{"namespaces": ALL}]})}


def reaches(*policies: Tree, source: Tree = WEB, to: Tree = DB, port: int = 8080, protocol: str = "TCP") -> bool:
    world = {"namespaces": SPACES, "pods": [WEB, DB, FAR], "policies": list(policies)}
    return allowed(world, Traffic(source, to, port, protocol))


def test_without_a_policy_all_is_allowed_and_a_pod_reaches_itself() -> None:
    assert reaches()
    assert reaches(source=OUTSIDE)
    assert not reaches(policy())
    assert reaches(policy(), source=DB)


@pytest.mark.parametrize(
    ("spec", "enters", "leaves"),
    [
        ({}, False, True),
        ({"policyTypes": []}, False, True),
        ({"egress": []}, False, True),
        ({"egress": [{"ports": [{"port": 1}]}]}, False, False),
        ({"policyTypes": ["Egress"], "ingress": [{}]}, True, False),
        ({"policyTypes": ["Ingress"], "ingress": [{}]}, True, True),
        ({"policyTypes": ["Ingress", "Egress"], "egress": [{}]}, False, True),
    ],
)
def test_policy_types(spec: Tree, enters: bool, leaves: bool) -> None:
    assert reaches(policy(**spec)) is enters
    assert reaches(policy(**spec), source=DB, to=WEB) is leaves


@pytest.mark.parametrize(
    ("peer", "web", "far", "outside"),
    [
        (None, True, True, True),
        ({"podSelector": {}}, True, False, False),
        ({"podSelector": {"matchLabels": {"app": "web"}}}, True, False, False),
        ({"namespaceSelector": {}}, True, True, False),
        ({"namespaceSelector": {"matchLabels": {"team": "a"}}}, True, False, False),
        (NOT_TEAM_A, False, True, False),
        ({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "bank"}}}, False, True, False),
        ({"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "db"}}}, False, False, False),
        ({"ipBlock": {"cidr": "203.0.113.0/24"}}, False, False, True),
        ({"ipBlock": {"cidr": "203.0.113.0/24", "except": ["203.0.113.0/28"]}}, False, False, False),
        ({"ipBlock": {"cidr": "::/0"}}, False, False, False),
    ],
)
def test_peers(peer: Tree | None, web: bool, far: bool, outside: bool) -> None:
    rule = {"from": [peer]} if peer else {}
    found = [reaches(policy(ingress=[rule]), source=source) for source in (WEB, FAR, OUTSIDE)]
    assert found == [web, far, outside]


@pytest.mark.parametrize(
    ("port", "open_ports"),
    [
        ({}, {("TCP", 1), ("TCP", 8080), ("TCP", 8081)}),
        ({"protocol": "SCTP"}, {("SCTP", 8080)}),
        ({"port": 8080}, {("TCP", 8080)}),
        ({"port": 8080, "endPort": 8081}, {("TCP", 8080), ("TCP", 8081)}),
        ({"port": "http"}, {("TCP", 8080)}),
        ({"port": "http", "protocol": "UDP"}, set()),
        ({"port": "other"}, set()),
    ],
)
def test_ports(port: Tree, open_ports: set[tuple[str, int]]) -> None:
    asked = [("TCP", 1), ("TCP", 8080), ("TCP", 8081), ("SCTP", 8080), ("UDP", 8080)]
    found = {
        (protocol, number)
        for protocol, number in asked
        if reaches(policy(ingress=[{"ports": [port]}]), port=number, protocol=protocol)
    }
    assert found == open_ports


def test_both_ends_decide_and_policies_add_up() -> None:
    leaving = policy(podSelector={"matchLabels": {"app": "web"}}, policyTypes=["Egress"])
    assert not reaches(leaving)
    assert not reaches(policy(ingress=[ALL]), leaving)
    assert reaches(
        policy(ingress=[ALL]), {**leaving, "spec": {**leaving["spec"], "egress": [{"ports": [{"port": "http"}]}]}}
    )
    assert reaches(policy(), policy(ingress=[ALL]))


def test_the_admin_tier_comes_first_in_order_of_priority() -> None:
    allow, deny, skip = (action(name) for name in ("Allow", "Deny", "Pass"))
    assert reaches(policy(), admin(ingress=[allow]))
    assert not reaches(admin(ingress=[deny]))
    assert reaches(admin(priority=5, ingress=[deny]), admin(priority=4, ingress=[allow, deny]))
    assert not reaches(policy(), admin(ingress=[skip, allow]), admin(priority=2, ingress=[allow]))
    assert reaches(admin(ingress=[skip]), admin(priority=2, ingress=[deny]))
    assert reaches(admin(ingress=[deny]), source=OUTSIDE), "namespaces are pods, not addresses"


def test_accepting_what_leaves_opens_no_destination() -> None:
    assert not reaches(policy(), cluster(egress=[action("Accept", to=[{"namespaces": ALL}])]))


def test_the_baseline_is_asked_only_for_what_no_network_policy_isolates() -> None:
    for lowest in (
        admin("BaselineAdminNetworkPolicy", ingress=[action("Deny")]),
        cluster("Baseline", ingress=[action("Deny")]),
    ):
        assert not reaches(lowest)
        assert reaches(lowest, policy(ingress=[ALL]))
        assert not reaches(lowest, admin(ingress=[action("Pass")]))
    assert reaches(cluster("Baseline", ingress=[action("Pass"), action("Deny")]))


@pytest.mark.parametrize(
    ("kind", "ports", "number", "protocol", "denied"),
    [
        ("AdminNetworkPolicy", {"portNumber": {"port": 8080}}, 8080, "TCP", True),
        ("AdminNetworkPolicy", {"portNumber": {"port": 8080}}, 8080, "UDP", False),
        ("AdminNetworkPolicy", {"portRange": {"start": 8000, "end": 8080, "protocol": "UDP"}}, 8080, "UDP", True),
        ("AdminNetworkPolicy", {"portRange": {"start": 8000, "end": 8080}}, 8081, "TCP", False),
        ("AdminNetworkPolicy", {"namedPort": "http"}, 8080, "TCP", True),
        ("AdminNetworkPolicy", {"namedPort": "http"}, 8080, "UDP", False),
        ("ClusterNetworkPolicy", {"tcp": {"destinationPort": {"number": 8080}}}, 8080, "TCP", True),
        ("ClusterNetworkPolicy", {"udp": {"destinationPort": {"number": 8080}}}, 8080, "TCP", False),
        ("ClusterNetworkPolicy", {"sctp": {"destinationPort": {"range": {"start": 1, "end": 9}}}}, 9, "SCTP", True),
        ("ClusterNetworkPolicy", {"destinationNamedPort": "http"}, 8080, "TCP", True),
        ("ClusterNetworkPolicy", {"destinationNamedPort": "http"}, 80, "TCP", False),
    ],
)
def test_ports_of_admin_policies(kind: str, ports: Tree, number: int, protocol: str, denied: bool) -> None:
    key = "ports" if kind == "AdminNetworkPolicy" else "protocols"
    rule = action("Deny", **{"from": [{"namespaces": ALL}], key: [ports]})
    found = reaches(admin(kind, tier="Admin", ingress=[rule]), port=number, protocol=protocol)
    assert found is not denied


def test_networks_match_addresses_and_the_pods_that_the_world_says() -> None:
    deny = cluster(egress=[action("Deny", to=[{"networks": ["203.0.113.0/24"]}])])
    assert not reaches(deny, to=OUTSIDE)
    assert reaches(deny)
    world = {"namespaces": SPACES, "pods": [WEB, DB], "policies": [deny], "networks_of_pods": ["203.0.113.0/24"]}
    assert not allowed(world, Traffic(WEB, DB, 8080, "TCP"))


def test_subjects_and_peers_by_pods() -> None:
    chosen = {"namespaceSelector": ALL, "podSelector": {"matchLabels": {"app": "web"}}}
    deny = admin(
        subject={"pods": {**chosen, "podSelector": ALL}}, ingress=[action("Deny", **{"from": [{"pods": chosen}]})]
    )
    assert not reaches(deny)
    assert reaches(deny, source=DB, to=WEB)
    assert reaches(admin(subject={"namespaces": {"matchLabels": {"team": "a"}}}, ingress=[action("Deny")]), to=FAR)
