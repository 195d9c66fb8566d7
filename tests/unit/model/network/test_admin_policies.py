"""Each corner of the policies of administrators, old and new: tiers, order, actions, peers."""

from __future__ import annotations

import pytest
from tests.unit.model.network.worlds import (
    CLOSED,
    OPEN,
    UNKNOWN,
    admin,
    answer,
    namespace,
    network,
    pod,
    policy,
)

WEB, DB = (
    pod("web"),
    pod("db", ports="[{name: pg, containerPort: 5432}, {name: dns, containerPort: 53, protocol: UDP}]"),
)
ALL = "subject: {namespaces: {}}"
EVERY = "from: [{namespaces: {}}]"
TO_EVERY = "to: [{namespaces: {}}]"
CLOSE_DB = policy("podSelector: {matchLabels: {app: db}}")


def rules(*actions: str, tier: str = "Admin", priority: int | str = 10, name: str = "cnp", more: str = "") -> str:
    """A ClusterNetworkPolicy of ingress for all pods; each action may be followed by more of its rule."""
    listed = ", ".join(f"{{action: {each}, {EVERY}}}" for each in actions)
    return admin(f"tier: {tier}, priority: {priority}, {ALL}, ingress: [{listed}]{more}", name=name)


def web_to_db(*policies: str, assume: tuple[str, ...] = ()) -> str:
    return answer(network(namespace(), WEB, DB, *policies, assume=assume), "web", "db")


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ((rules("Deny"),), CLOSED),
        ((rules("Accept"), CLOSE_DB), OPEN),
        ((rules("Pass"), CLOSE_DB), CLOSED),
        ((rules("Pass"),), OPEN),
        # The first rule that matches wins, then the lower number.
        ((rules("Accept", "Deny"),), OPEN),
        ((rules("Deny", "Accept"),), CLOSED),
        ((rules("Deny", priority=20, name="a"), rules("Accept", priority=10, name="b")), OPEN),
        ((rules("Deny", priority=20, name="a"), rules("Pass", priority=10, name="b")), OPEN),
        ((rules("Accept", priority=20, name="a"), rules("Deny", priority=3, name="b")), CLOSED),
        # Pass skips the rest of the tier, not the next.
        ((rules("Pass", "Deny"), rules("Deny", tier="Baseline", name="base")), CLOSED),
        # NetworkPolicy is final for the pods that one selects; Baseline is for the others.
        ((rules("Deny", tier="Baseline"),), CLOSED),
        ((rules("Deny", tier="Baseline"), policy("podSelector: {matchLabels: {app: db}}, ingress: [{}]")), OPEN),
        ((rules("Deny", tier="Baseline"), policy("podSelector: {matchLabels: {app: web}}, ingress: [{}]")), CLOSED),
        ((rules("Accept", tier="Baseline"), CLOSE_DB), CLOSED),
        ((rules("Pass", "Deny", tier="Baseline"),), OPEN),
        # Equal priorities are for the implementation to choose between.
        ((rules("Deny", name="a"), rules("Accept", name="b")), UNKNOWN),
        ((rules("Deny", name="a"), rules("Deny", name="b")), CLOSED),
        ((rules("Pass", name="a"), rules("Accept", name="b")), OPEN),
        ((rules("Pass", name="a"), rules("Accept", name="b"), CLOSE_DB), UNKNOWN),
        ((rules("Deny", name="a", tier="Admin"), rules("Accept", name="b", tier="Baseline")), CLOSED),
        # What is filled in later.
        ((rules("Deny", priority="'${P}'", name="a"), rules("Accept", name="b")), UNKNOWN),
        ((rules("Deny", tier="'${TIER}'"),), UNKNOWN),
        ((rules("'${ACTION}'"),), UNKNOWN),
        ((rules("'${ACTION}'"), rules("Accept", priority=20, name="b")), UNKNOWN),
        ((admin(f"tier: Admin, priority: 1, subject: '${{S}}', ingress: [{{action: Deny, {EVERY}}}]"),), UNKNOWN),
        ((admin(f"tier: Admin, priority: 1, {ALL}, ingress: '${{RULES}}'"),), UNKNOWN),
        ((admin(f"tier: Admin, priority: 1, {ALL}, ingress: [{{action: Deny, from: '${{P}}'}}]"),), UNKNOWN),
        # A doubt that makes no difference is none.
        ((admin(f"tier: Admin, priority: 1, {ALL}, ingress: [{{action: Accept, from: '${{P}}'}}]"),), OPEN),
    ],
)
def test_the_order_of_tiers_and_rules(policies: tuple[str, ...], expected: str) -> None:
    assert web_to_db(*policies) == expected


def test_the_older_kinds_are_the_same_tiers() -> None:
    def anp(action: str, priority: int = 1) -> str:
        spec = f"priority: {priority}, {ALL}, ingress: [{{action: {action}, {EVERY}}}]"
        return admin(spec, "AdminNetworkPolicy", f"anp-{priority}")

    banp = admin(f"{ALL}, ingress: [{{action: Deny, {EVERY}}}]", "BaselineAdminNetworkPolicy", "default")
    assert web_to_db(anp("Deny")) == CLOSED
    assert web_to_db(anp("Allow"), CLOSE_DB) == OPEN
    assert web_to_db(anp("Pass"), anp("Deny", 2), banp) == CLOSED
    assert web_to_db(anp("Pass"), anp("Deny", 2)) == OPEN
    assert web_to_db(banp) == CLOSED
    assert web_to_db(banp, policy("podSelector: {}, ingress: [{}]")) == OPEN


def test_which_of_the_old_and_the_new_kind_goes_first_no_api_says() -> None:
    old = admin(f"priority: 1, {ALL}, ingress: [{{action: Deny, {EVERY}}}]", "AdminNetworkPolicy")
    assert web_to_db(old, rules("Accept", priority=2)) == UNKNOWN
    assert web_to_db(old, rules("Deny", priority=2)) == CLOSED


def test_accepting_egress_does_not_skip_the_ingress_of_the_destination() -> None:
    accept = admin(f"tier: Admin, priority: 1, {ALL}, egress: [{{action: Accept, {TO_EVERY}}}]")
    assert web_to_db(accept, CLOSE_DB) == CLOSED
    close_web = policy("podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]")
    assert web_to_db(accept, close_web) == OPEN


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}}", CLOSED),
        ("{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}", OPEN),
        ("{namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}", CLOSED),
        ("{namespaces: {matchLabels: {kubernetes.io/metadata.name: other}}}", OPEN),
        ("{}", UNKNOWN),
        ("{namespaces: {}, pods: {podSelector: {}}}", UNKNOWN),
    ],
)
def test_a_subject(subject: str, expected: str) -> None:
    spec = f"tier: Admin, priority: 1, subject: {subject}, ingress: [{{action: Deny, {EVERY}}}]"
    assert web_to_db(admin(spec)) == expected


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ("ports: [{portNumber: {port: 80}}]", "TCP 80"),
        ("ports: [{portNumber: {port: 80, protocol: UDP}}]", "UDP 80"),
        ("ports: [{portRange: {start: 80, end: 90, protocol: SCTP}}]", "SCTP 80-90"),
        ("ports: [{namedPort: pg}, {namedPort: dns}]", "TCP 5432; UDP 53"),
        ("ports: [{namedPort: other}]", CLOSED),
        ("protocols: [{tcp: {destinationPort: {number: 80}}}]", "TCP 80"),
        ("protocols: [{udp: {destinationPort: {range: {start: 80, end: 90}}}}]", "UDP 80-90"),
        ("protocols: [{sctp: {destinationPort: {number: 80}}}, {destinationNamedPort: pg}]", "TCP 5432; SCTP 80"),
        ("protocols: []", UNKNOWN),
        ("protocols: [{tcp: {}}]", "no port ? TCP all"),
        ("protocols: [{icmp: {}}]", UNKNOWN),
        ("ports: [{portNumber: {port: '${P}'}}]", "no port ? TCP all"),
        ("ports: '${PORTS}'", UNKNOWN),
    ],
)
def test_ports(ports: str, expected: str) -> None:
    spec = f"tier: Admin, priority: 1, {ALL}, ingress: [{{action: Accept, {EVERY}, {ports}}}]"
    assert web_to_db(admin(spec), CLOSE_DB) == expected


@pytest.mark.parametrize(
    ("action", "peer", "expected"),
    [
        # A rule that accepts matches nothing, another becomes one that denies everything.
        ("Accept", "{}", CLOSED),
        ("Accept", "{serviceAccounts: {}}", CLOSED),
        ("Accept", "{networks: [0.0.0.0/0]}", CLOSED),
        ("Deny", "{serviceAccounts: {}}", CLOSED),
        ("Pass", "{serviceAccounts: {}}", CLOSED),
        ("Pass", "{namespaces: {}}, {serviceAccounts: {}}", CLOSED),
        ("Accept", "{namespaces: {}}, {serviceAccounts: {}}", CLOSED),
        ("Accept", "{namespaces: {}, pods: {}}", UNKNOWN),
    ],
)
def test_a_peer_of_a_kind_that_the_api_does_not_have_fails_closed(action: str, peer: str, expected: str) -> None:
    spec = f"tier: Admin, priority: 1, {ALL}, ingress: [{{action: {action}, from: [{peer}]}}]"
    close = () if action == "Pass" else (CLOSE_DB,)
    assert web_to_db(admin(spec), *close) == expected


def egress(action: str, peer: str, more: str = "") -> str:
    return admin(f"tier: Admin, priority: 1, {ALL}, egress: [{{action: {action}, to: [{peer}]{more}}}]")


def test_networks_match_pods_too() -> None:
    assert web_to_db(egress("Deny", "{networks: [0.0.0.0/0]}")) == CLOSED
    assert web_to_db(egress("Deny", "{networks: [10.0.0.0/8]}")) == UNKNOWN
    assert web_to_db(egress("Deny", "{networks: [10.0.0.0/8]}"), assume=("pod-cidrs=10.244.0.0/16",)) == CLOSED
    assert web_to_db(egress("Deny", "{networks: [192.168.0.0/16]}"), assume=("pod-cidrs=10.244.0.0/16",)) == OPEN
    world = network(WEB, egress("Deny", "{networks: [10.0.0.0/8, 'fd00::/8']}"))
    assert answer(world, "web", "10.1.1.1") == CLOSED
    assert answer(world, "web", "11.1.1.1") == OPEN
    assert answer(world, "web", "fd00::1") == CLOSED


def test_a_named_port_means_nothing_to_networks() -> None:
    rule = egress("Deny", "{networks: [0.0.0.0/0]}", ", ports: [{namedPort: pg}, {portNumber: {port: 80}}]")
    assert answer(network(WEB, rule), "web", "1.1.1.1") == "TCP 1-79, 81-65535; UDP all; SCTP all"


def test_names_of_dns_are_addresses_that_nobody_knows() -> None:
    accept = egress("Accept", "{domainNames: ['*.example.com']}")
    closed = policy("podSelector: {}, policyTypes: [Egress]")
    assert answer(network(WEB, accept, closed), "web", "1.1.1.1") == UNKNOWN
    assert web_to_db(accept, closed) == UNKNOWN
    assert web_to_db(accept, closed, assume=("domain-names-match-cluster=no",)) == CLOSED
    assert answer(network(WEB, egress("Deny", "{domainNames: [example.com]}")), "web", "1.1.1.1") == UNKNOWN


def test_nodes_are_the_addresses_of_node_objects() -> None:
    node = """
apiVersion: v1
kind: Node
metadata: {name: n1, labels: {role: worker}}
status: {addresses: [{type: InternalIP, address: 192.168.0.4}]}
"""

    def found(selector: str, to: str) -> str:
        return answer(network(node, WEB, egress("Deny", f"{{nodes: {selector}}}"), assume=("same-node=no",)), "web", to)

    assert found("{}", "192.168.0.4") == CLOSED
    assert found("{matchLabels: {role: worker}}", "192.168.0.4") == CLOSED
    assert found("{matchLabels: {role: other}}", "192.168.0.4") == OPEN
    assert found("{}", "192.168.0.5") == OPEN
    assert web_to_db(node, egress("Deny", "{nodes: {}}")) == OPEN


def test_pods_on_the_network_of_their_node_are_nobody_s_subject_and_no_peer_but_a_node() -> None:
    host = pod("agent", spec="hostNetwork: true")
    apart = ("same-node=no",)
    deny = rules("Deny")
    assert answer(network(WEB, host, deny, assume=apart), "web", "agent") == OPEN
    assert answer(network(WEB, host, deny, assume=apart), "agent", "web") == OPEN
    assert answer(network(WEB, host, egress("Deny", "{nodes: {}}"), assume=apart), "web", "agent") == CLOSED
    assert answer(network(WEB, host, egress("Deny", "{namespaces: {}}"), assume=apart), "web", "agent") == OPEN
