"""Each corner of NetworkPolicy v1: isolation, peers, ports, blocks of addresses."""

from __future__ import annotations

import pytest
from tests.unit.model.network.worlds import CLOSED, OPEN, UNKNOWN, answer, namespace, network, pod, policy

WEB, DB = pod("web"), pod("db", ports="[{name: pg, containerPort: 5432}]")
TO_DB = "podSelector: {matchLabels: {app: db}}"
FROM_WEB = "podSelector: {matchLabels: {app: web}}"
OF_WEB = FROM_WEB


def of_web_and_db(*policies: str, assume: tuple[str, ...] = ()) -> str:
    return answer(network(namespace(labels="team: a"), WEB, DB, *policies, assume=assume), "web", "db")


def test_without_a_policy_everything_is_open() -> None:
    assert of_web_and_db() == OPEN


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        # Ingress is limited whatever the policy says, egress only where it has rules of it.
        (TO_DB, CLOSED),
        (f"{TO_DB}, policyTypes: []", CLOSED),
        (f"{TO_DB}, policyTypes: [Ingress]", CLOSED),
        (f"{TO_DB}, policyTypes: [Egress]", OPEN),
        (f"{TO_DB}, policyTypes: [Egress], ingress: []", OPEN),
        (f"{OF_WEB}", OPEN),
        (f"{OF_WEB}, egress: []", OPEN),
        (f"{OF_WEB}, policyTypes: [], egress: []", OPEN),
        (f"{OF_WEB}, policyTypes: [Egress]", CLOSED),
        (f"{OF_WEB}, policyTypes: [Ingress], egress: [{{to: [{{podSelector: {{}}}}]}}]", OPEN),
        (f"{OF_WEB}, egress: [{{to: [{{podSelector: {{matchLabels: {{app: x}}}}}}]}}]", CLOSED),
        (f"{TO_DB}, policyTypes: ['${{TYPE}}']", UNKNOWN),
        ("podSelector: {}", CLOSED),
        ("", CLOSED),
        ("podSelector: {matchLabels: {app: other}}", OPEN),
    ],
)
def test_which_direction_is_limited(spec: str, expected: str) -> None:
    assert of_web_and_db(policy(spec)) == expected


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("{}", OPEN),
        ("{from: []}", OPEN),
        ("{from: null}", OPEN),
        ("{ports: [{}]}", "TCP all"),
        ("{ports: []}", OPEN),
        ("{ports: [{protocol: UDP}]}", "UDP all"),
        ("{ports: [{protocol: SCTP, port: 80}]}", "SCTP 80"),
        ("{ports: [{port: 80}, {port: 81}, {port: 90, endPort: 95}]}", "TCP 80-81, 90-95"),
        ("{ports: [{port: 80, protocol: UDP}, {port: 53}]}", "TCP 53; UDP 80"),
        ("{ports: [{port: pg}]}", "TCP 5432"),
        ("{ports: [{port: pg, protocol: UDP}]}", CLOSED),
        ("{ports: [{port: http}]}", CLOSED),
        # The API server refuses these: what the author meant is open.
        ("{ports: [{port: 95, endPort: 90}]}", "no port ? TCP all"),
        ("{ports: [{port: pg, endPort: 90}]}", "no port ? TCP all"),
        ("{ports: [{port: '5432'}]}", "no port ? TCP all"),
        ("{ports: [{port: 80, protocol: tcp}]}", UNKNOWN),
        ("{ports: [{port: '${PORT}'}]}", "no port ? TCP all"),
        ("{ports: [{port: 80}, {port: '${PORT}', protocol: UDP}]}", "TCP 80 ? UDP all"),
        ("{ports: '${PORTS}'}", UNKNOWN),
        ("{from: [{podSelector: {}}]}", OPEN),
        ("{from: [{podSelector: {matchLabels: {app: web}}}]}", OPEN),
        ("{from: [{podSelector: {matchLabels: {app: other}}}]}", CLOSED),
        ("{from: [{namespaceSelector: {}}]}", OPEN),
        ("{from: [{namespaceSelector: {matchLabels: {team: a}}}]}", OPEN),
        ("{from: [{namespaceSelector: {matchLabels: {team: b}}}]}", CLOSED),
        ("{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}}]}", OPEN),
        ("{from: [{namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: other}}}]}", CLOSED),
        ("{from: [{namespaceSelector: {matchLabels: {team: a}}}, {podSelector: {matchLabels: {app: other}}}]}", OPEN),
        ("{from: [{podSelector: {matchExpressions: [{key: other, operator: NotIn, values: [x]}]}}]}", OPEN),
        ("{from: [{podSelector: {matchExpressions: [{key: other, operator: DoesNotExist}]}}]}", OPEN),
        ("{from: [{podSelector: {matchExpressions: [{key: app, operator: Exists}]}}]}", OPEN),
        ("{from: [{podSelector: {matchExpressions: [{key: app, operator: In, values: [a, web]}]}}]}", OPEN),
        ("{from: [{podSelector: {matchExpressions: [{key: app, operator: NotIn, values: [web]}]}}]}", CLOSED),
        ("{from: [{podSelector: {matchLabels: {app: '${APP}'}}}]}", UNKNOWN),
        ("{from: '${PEERS}'}", UNKNOWN),
        ("{from: [{}]}", UNKNOWN),
        ("'${RULE}'", UNKNOWN),
    ],
)
def test_a_rule(rule: str, expected: str) -> None:
    assert of_web_and_db(policy(f"{TO_DB}, ingress: [{rule}]")) == expected


def test_a_pod_selector_alone_is_about_the_policy_s_own_namespace() -> None:
    world = network(pod("web", namespace="other"), DB, policy(f"{TO_DB}, ingress: [{{from: [{{podSelector: {{}}}}]}}]"))
    assert answer(world, "other/pod/web", "db") == CLOSED


def test_a_namespace_without_its_object_has_unknown_labels_but_for_its_name() -> None:
    def rule(selector: str) -> str:
        world = network(WEB, DB, policy(f"{TO_DB}, ingress: [{{from: [{{namespaceSelector: {selector}}}]}}]"))
        return answer(world, "web", "db")

    assert rule("{matchLabels: {team: a}}") == UNKNOWN
    assert rule("{matchExpressions: [{key: team, operator: DoesNotExist}]}") == UNKNOWN
    assert rule("{matchLabels: {kubernetes.io/metadata.name: shop}}") == OPEN
    assert rule("{matchLabels: {kubernetes.io/metadata.name: other}}") == CLOSED
    assert rule("{matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [shop]}]}") == CLOSED
    assert rule("{}") == OPEN


def test_two_objects_of_one_namespace_that_disagree_leave_its_labels_open() -> None:
    allow = policy(f"{TO_DB}, ingress: [{{from: [{{namespaceSelector: {{matchLabels: {{team: a}}}}}}]}}]")
    world = network(namespace(labels="team: a"), namespace(labels="team: b"), WEB, DB, allow)
    assert answer(world, "web", "db") == UNKNOWN


def test_both_ends_must_allow() -> None:
    ingress = policy(f"{TO_DB}, ingress: [{{ports: [{{port: 80, endPort: 90}}]}}]", "in")
    egress = policy(f"{OF_WEB}, policyTypes: [Egress], egress: [{{ports: [{{port: 85, endPort: 95}}]}}]", "out")
    assert of_web_and_db(ingress, egress) == "TCP 85-90"


def test_policies_add_up() -> None:
    one = policy(f"{TO_DB}, ingress: [{{ports: [{{port: 80}}]}}]", "one")
    other = policy(f"{TO_DB}, ingress: [{{ports: [{{port: 81}}]}}]", "other")
    assert of_web_and_db(one, other) == "TCP 80-81"


def test_the_labels_of_the_template_count_not_those_of_the_workload() -> None:
    workload = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {template: {metadata: {labels: {app: data}}, spec: {containers: [{name: c, image: a}]}}}
"""
    world = network(WEB, workload, policy(TO_DB))
    assert answer(world, "web", "shop/deploy/db") == OPEN


def test_a_label_that_a_controller_adds_may_be_there() -> None:
    workload = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: shop}
spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: a}]}}}
"""
    select = "podSelector: {matchExpressions: [{key: pod-template-hash, operator: Exists}]}"
    assert answer(network(WEB, workload, policy(select)), "web", "shop/deployment/db") == UNKNOWN


def test_a_policy_that_perhaps_selects_takes_nothing_from_what_it_allows() -> None:
    select = "podSelector: {matchLabels: {app: '${APP}'}}"
    perhaps = policy(f"{select}, ingress: [{{ports: [{{port: 80}}]}}]")
    assert of_web_and_db(perhaps) == "TCP 80 ? TCP 1-79, 81-65535; UDP all; SCTP all"
    assert of_web_and_db(perhaps, policy(TO_DB, "closed")) == "no port ? TCP 80"


def test_a_named_port_is_that_of_each_destination() -> None:
    other = pod("api", ports="[{name: pg, containerPort: 6543}, {name: dns, containerPort: 53, protocol: UDP}]")
    allow = policy("podSelector: {}, ingress: [{ports: [{port: pg}, {port: dns, protocol: UDP}]}]")
    world = network(WEB, DB, other, allow)
    assert answer(world, "web", "db") == "TCP 5432"
    assert answer(world, "web", "api") == "TCP 6543; UDP 53"


def test_a_sidecar_names_ports_and_an_init_container_does_not() -> None:
    def of_init(restart: str) -> str:
        init = f"initContainers: [{{name: i, image: a, {restart} ports: [{{name: mesh, containerPort: 15000}}]}}]"
        allow = policy(f"{TO_DB}, ingress: [{{ports: [{{port: mesh}}]}}]")
        return answer(network(WEB, pod("db", spec=init), allow), "web", "db")

    assert of_init("restartPolicy: Always,") == "TCP 15000"
    assert of_init("") == CLOSED
    assert of_init("restartPolicy: '${RESTART}',") == "no port ? TCP all"


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ("[{name: pg, containerPort: '${PORT}'}]", "no port ? TCP all"),
        ("[{name: '${NAME}', containerPort: 5432}]", "no port ? TCP 5432"),
        ("[{name: pg, containerPort: 5432, protocol: UDP}]", CLOSED),
        ("'${PORTS}'", "no port ? TCP all"),
        ("[{containerPort: 5432}]", CLOSED),
    ],
)
def test_a_named_port_of_undecided_containers(ports: str, expected: str) -> None:
    world = network(WEB, pod("db", ports=ports), policy(f"{TO_DB}, ingress: [{{ports: [{{port: pg}}]}}]"))
    assert answer(world, "web", "db") == expected


def test_a_named_port_means_nothing_to_a_block_of_addresses() -> None:
    rule = "{to: [{ipBlock: {cidr: 0.0.0.0/0}}], ports: [{port: pg}, {port: 53, protocol: UDP}]}"
    out = policy(f"{OF_WEB}, policyTypes: [Egress], egress: [{rule}]")
    assert of_web_and_db(out, assume=("ipblock-matches-pods=yes",)) == "UDP 53"
    assert answer(network(WEB, out), "web", "8.8.8.8") == "UDP 53"
    everywhere = policy(f"{OF_WEB}, policyTypes: [Egress], egress: [{{ports: [{{port: pg}}]}}]")
    assert of_web_and_db(everywhere) == "TCP 5432"
    assert answer(network(WEB, everywhere), "web", "8.8.8.8") == CLOSED


@pytest.mark.parametrize(
    ("block", "address", "expected"),
    [
        ("{cidr: 10.0.0.0/8}", "10.1.2.3", OPEN),
        ("{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}", "10.1.2.3", CLOSED),
        ("{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}", "10.2.2.3", OPEN),
        ("{cidr: 10.0.0.0/8}", "11.1.2.3", CLOSED),
        ("{cidr: 10.0.0.7/8}", "10.1.2.3", OPEN),
        ("{cidr: 0.0.0.0/0}", "fd00::1", CLOSED),
        ("{cidr: '::/0'}", "fd00::1", OPEN),
        ("{cidr: '::/0'}", "10.0.0.1", CLOSED),
        ("{cidr: 'fd00::/8', except: ['fd00:1::/32']}", "fd00:1::5", CLOSED),
        # The API server refuses these.
        ("{cidr: 10.0.0.0/8, except: [11.0.0.0/16]}", "10.1.2.3", UNKNOWN),
        ("{cidr: ten}", "10.1.2.3", UNKNOWN),
        ("{cidr: '${CIDR}'}", "10.1.2.3", UNKNOWN),
        ("{cidr: 10.0.0.0/8, except: '${EXCEPT}'}", "10.1.2.3", UNKNOWN),
        ("{cidr: 10.0.0.0/8, except: '${EXCEPT}'}", "11.1.2.3", CLOSED),
    ],
)
def test_a_block_of_addresses(block: str, address: str, expected: str) -> None:
    world = network(DB, policy(f"{TO_DB}, ingress: [{{from: [{{ipBlock: {block}}}]}}]"))
    assert answer(world, address, "db") == expected


def test_a_wide_policy_undoes_another_s_except() -> None:
    narrow = policy(f"{TO_DB}, ingress: [{{from: [{{ipBlock: {{cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}}}]}}]", "one")
    wide = policy(f"{TO_DB}, ingress: [{{from: [{{ipBlock: {{cidr: 10.0.0.0/8}}}}]}}]", "other")
    assert answer(network(DB, narrow, wide), "10.1.0.1", "db") == OPEN


@pytest.mark.parametrize(
    ("blocks", "assume", "expected"),
    [
        (("10.0.0.0/8",), (), UNKNOWN),
        (("0.0.0.0/0",), (), UNKNOWN),
        (("0.0.0.0/0",), ("ipblock-matches-pods=no",), CLOSED),
        (("0.0.0.0/0",), ("ipblock-matches-pods=yes",), OPEN),
        (("10.0.0.0/8",), ("ipblock-matches-pods=yes",), UNKNOWN),
        (("10.0.0.0/8",), ("ipblock-matches-pods=yes", "pod-cidrs=10.244.0.0/16"), OPEN),
        (("10.0.0.0/8",), ("pod-cidrs=10.244.0.0/16",), UNKNOWN),
        (("192.168.0.0/16",), ("pod-cidrs=10.244.0.0/16",), CLOSED),
        (("10.244.1.0/24",), ("ipblock-matches-pods=yes", "pod-cidrs=10.244.0.0/16"), UNKNOWN),
        (("0.0.0.0/0",), ("ipblock-matches-pods=yes", "pod-cidrs=10.244.0.0/16,fd00::/48"), UNKNOWN),
        (("0.0.0.0/0", "::/0"), ("ipblock-matches-pods=yes", "pod-cidrs=10.244.0.0/16,fd00::/48"), OPEN),
        (("0.0.0.0/1", "128.0.0.0/1"), ("ipblock-matches-pods=yes",), OPEN),
    ],
)
def test_whether_a_block_holds_pods_is_left_to_the_plugin(
    blocks: tuple[str, ...], assume: tuple[str, ...], expected: str
) -> None:
    peers = ", ".join(f"{{ipBlock: {{cidr: '{each}'}}}}" for each in blocks)
    assert of_web_and_db(policy(f"{TO_DB}, ingress: [{{from: [{peers}]}}]"), assume=assume) == expected


def test_a_running_pod_has_an_address() -> None:
    live = pod("web") + "status: {podIPs: [{ip: 10.244.1.5}]}\n"

    def found(cidr: str) -> str:
        allow = policy(f"{TO_DB}, ingress: [{{from: [{{ipBlock: {{cidr: {cidr}}}}}]}}]")
        return answer(network(live, DB, allow, assume=("ipblock-matches-pods=yes",)), "web", "db")

    assert found("10.244.0.0/16") == OPEN
    assert found("10.245.0.0/16") == CLOSED


def test_a_pod_reaches_itself_and_a_copy_of_it_only_as_policies_say() -> None:
    assert answer(network(DB, policy(TO_DB)), "db", "db") == OPEN
    workload = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: db, namespace: shop}
spec: {template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: a}]}}}
"""
    closed = network(workload, policy(TO_DB)).connection("shop/deploy/db", "shop/deploy/db")
    assert (str(closed.allowed), closed.differs) == (OPEN, True)
    assert not network(workload).connection("shop/deploy/db", "shop/deploy/db").differs


def test_a_namespace_whose_name_is_filled_in_later_may_be_any() -> None:
    closed = policy("podSelector: {}", namespace="'${NAMESPACE}'")
    assert of_web_and_db(closed) == UNKNOWN
    there = pod("db", namespace="'${NAMESPACE}'")
    world = network(WEB, there, policy("podSelector: {}"))
    assert answer(world, "web", {"namespace": "${NAMESPACE}", "kind": "Pod", "name": "db"}) == UNKNOWN
    same = network(WEB, there, closed)
    assert answer(same, "web", {"namespace": "${NAMESPACE}", "kind": "Pod", "name": "db"}) == CLOSED


def test_without_enforcement_every_policy_is_void() -> None:
    world = network(WEB, DB, policy(TO_DB), cni="none")
    assert answer(world, "web", "db") == OPEN
    assert world.connection("shop/pod/web", "shop/pod/db").assumes == ("policies-enforced=no",)
