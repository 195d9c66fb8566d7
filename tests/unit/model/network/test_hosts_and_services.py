"""Pods on the network of their node, Services, several pods at once, and policies that are not worked out."""

from __future__ import annotations

import pytest
from tests.unit.model.network.worlds import (
    CLOSED,
    OPEN,
    UNKNOWN,
    admin,
    answer,
    inventory,
    namespace,
    network,
    pod,
    policy,
    service,
    unread,
)

from seawall.errors import UsageError
from seawall.inventory import Unread
from seawall.model import Estate
from seawall.model.network import Network
from seawall.model.network.assumptions import assumptions

WEB, DB = pod("web"), pod("db", ports="[{name: pg, containerPort: 5432}]")
CLOSED_DB = policy("podSelector: {matchLabels: {app: db}}")
HOST = pod("agent", spec="hostNetwork: true")
APART = "same-node=no"
NODE = """
apiVersion: v1
kind: Node
metadata: {name: n1}
status: {addresses: [{type: InternalIP, address: 192.168.0.4}]}
"""


def test_a_node_reaches_its_own_pods_whatever_policies_say() -> None:
    assert answer(network(HOST, DB, CLOSED_DB), "agent", "db") == UNKNOWN
    assert answer(network(HOST, DB, CLOSED_DB, assume=(APART,)), "agent", "db") == CLOSED
    assert answer(network(HOST, DB, CLOSED_DB, assume=("same-node=yes",)), "agent", "db") == OPEN
    assert network(HOST, DB, CLOSED_DB).connection("shop/pod/agent", "shop/pod/db").assumes == ("same-node",)


def test_a_pod_reaches_its_own_node_whatever_policies_say() -> None:
    closed = policy("podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]")
    assert answer(network(HOST, WEB, closed), "web", "agent") == UNKNOWN
    assert answer(network(HOST, WEB, closed, assume=(APART,)), "web", "agent") == CLOSED
    assert answer(network(NODE, WEB, closed), "web", "192.168.0.4") == UNKNOWN
    assert answer(network(NODE, WEB, closed, assume=(APART,)), "web", "192.168.0.4") == CLOSED
    assert answer(network(NODE, WEB, closed), "web", "192.168.0.5") == CLOSED


def test_the_names_of_nodes_settle_it() -> None:
    here = pod("agent", spec="hostNetwork: true, nodeName: n1")
    db = pod("db", spec="nodeName: n1")
    assert answer(network(here, db, CLOSED_DB), "agent", "db") == OPEN
    away = pod("db", spec="nodeName: n2")
    assert answer(network(here, away, CLOSED_DB), "agent", "db") == CLOSED


def test_an_address_of_a_node_may_be_the_node_of_the_pod() -> None:
    assert answer(network(NODE, DB, CLOSED_DB), "192.168.0.4", "db") == UNKNOWN
    assert answer(network(DB, CLOSED_DB, assume=("node-cidrs=192.168.0.0/24",)), "192.168.0.4", "db") == UNKNOWN
    assert answer(network(DB, CLOSED_DB), "192.168.0.4", "db") == CLOSED


@pytest.mark.parametrize(
    ("assume", "as_subject", "as_peer"),
    [
        ((APART,), UNKNOWN, UNKNOWN),
        ((APART, "host-network-pods=unselected"), OPEN, CLOSED),
        ((APART, "host-network-pods=selected"), CLOSED, OPEN),
    ],
)
def test_whether_network_policy_selects_them_is_left_to_the_plugin(
    assume: tuple[str, ...], as_subject: str, as_peer: str
) -> None:
    selects = policy("podSelector: {matchLabels: {app: agent}}")
    assert answer(network(HOST, WEB, selects, assume=assume), "web", "agent") == as_subject
    peers = policy("podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}]}]")
    assert answer(network(HOST, DB, peers, assume=assume), "agent", "db") == as_peer


def test_a_block_of_addresses_may_be_about_the_node_of_such_a_pod() -> None:
    block = policy("podSelector: {matchLabels: {app: db}}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]")

    def found(*assume: str) -> str:
        return answer(network(HOST, DB, block, assume=(APART, "host-network-pods=unselected", *assume)), "agent", "db")

    assert found() == UNKNOWN
    assert found("ipblock-matches-nodes=yes") == OPEN
    assert found("ipblock-matches-nodes=no") == CLOSED
    assert found("ipblock-matches-nodes=yes", "node-cidrs=192.168.0.0/24") == OPEN


def test_a_host_network_that_is_filled_in_later_is_both() -> None:
    perhaps = pod("agent", spec="hostNetwork: '${HOST}'")
    select = policy("podSelector: {matchLabels: {app: agent}}")
    assert answer(network(perhaps, WEB, select, assume=(APART,)), "web", "agent") == UNKNOWN
    assert answer(network(perhaps, WEB, select, assume=(APART, "host-network-pods=selected")), "web", "agent") == CLOSED


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ("[{port: 80, targetPort: pg}]", "TCP 80"),
        ("[{port: 80, targetPort: 5432}]", "TCP 80"),
        ("[{port: 5432}]", "TCP 5432"),
        ("[{port: 80}]", CLOSED),
        ("[{port: 80, targetPort: other}]", CLOSED),
        ("[{port: 80, targetPort: pg}, {port: 81, targetPort: 81}]", "TCP 80"),
        ("[{port: 53, targetPort: 5432, protocol: UDP}]", CLOSED),
        ("[{port: 80, targetPort: '${PORT}'}]", "no port ? TCP 80"),
        ("'${PORTS}'", UNKNOWN),
    ],
)
def test_a_service_has_its_own_ports_and_policies_see_the_target(ports: str, expected: str) -> None:
    allow = policy("podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: pg}]}]")
    world = network(WEB, DB, allow, service(f"selector: {{app: db}}, ports: {ports}"))
    assert answer(world, "web", "service:shop/db") == expected


def test_egress_sees_the_pod_behind_a_service() -> None:
    out = policy(
        "podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], "
        "egress: [{to: [{podSelector: {matchLabels: {app: db}}}], ports: [{port: 80}]}]"
    )
    world = network(WEB, DB, out, service("selector: {app: db}, ports: [{port: 80, targetPort: 5432}]"))
    assert answer(world, "web", "shop/service/db") == CLOSED


def test_a_headless_service_is_its_pods() -> None:
    world = network(WEB, DB, service("clusterIP: None, selector: {app: db}, ports: [{port: 80}]"))
    assert answer(world, "web", "shop/svc/db") == OPEN


@pytest.mark.parametrize(
    "spec", ["type: ExternalName, externalName: db.example.com", "ports: [{port: 80}]", "selector: '${SELECTOR}'"]
)
def test_a_service_that_says_no_pods_is_unknown(spec: str) -> None:
    found = network(WEB, DB, service(spec)).connection("shop/pod/web", "shop/svc/db")
    assert str(found.unknown) == OPEN
    assert 'Service "shop/db"' in found.because[0].text


def test_an_endpoint_slice_says_what_stands_behind_a_service() -> None:
    slices = """
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}
addressType: IPv4
endpoints: [{addresses: [10.9.9.9]}]
"""
    out = policy(
        "podSelector: {matchLabels: {app: web}}, policyTypes: [Egress], "
        "egress: [{to: [{ipBlock: {cidr: 10.9.9.9/32}}]}]"
    )
    behind = service("ports: [{port: 80}]")
    assert answer(network(WEB, out, behind, slices), "web", "svc:shop/db") == "no port ? TCP 80"
    # Whether ipBlock sees what a Service sends out of the cluster is left to the plugin.
    assert answer(network(WEB, behind, slices), "web", "svc:shop/db") == "TCP 80"
    inside = slices.replace("10.9.9.9", "10.244.0.9")
    live = DB + "status: {podIP: 10.244.0.9}\n"
    assert answer(network(WEB, live, CLOSED_DB, behind, inside), "web", "svc:shop/db") == CLOSED


def test_the_address_of_a_service_is_the_service_and_that_of_a_pod_the_pod() -> None:
    live = DB + "status: {podIP: 10.244.0.9}\n"
    world = network(WEB, live, service("clusterIP: 10.96.0.5, selector: {app: db}, ports: [{port: 80}]"))
    assert answer(world, "web", "10.96.0.5") == "TCP 80"
    assert world.find({"ip": "10.244.0.9"}).pods == world.find("shop/pod/db").pods
    some = network(WEB, assume=("pod-cidrs=10.244.0.0/16",))
    assert answer(some, "web", "10.244.7.7") == UNKNOWN
    assert answer(some, "web", "10.245.7.7") == OPEN


def test_of_several_pods_the_answer_is_what_some_pair_may() -> None:
    world = network(WEB, DB, pod("api"), CLOSED_DB, namespace("empty"))
    found = world.connection("shop/pod/web", "shop/")
    assert (str(found.allowed), found.differs) == (OPEN, True)
    assert not network(WEB, DB).connection("shop/pod/web", "shop/").differs
    # That a pod reaches itself says nothing of its namespace.
    assert answer(network(WEB, DB, policy("podSelector: {}")), "shop/", "shop/") == CLOSED
    assert answer(world, "web", "empty/") == CLOSED


def test_the_internet_is_some_public_address() -> None:
    def found(*cidrs: str) -> tuple[str, bool]:
        blocks = ", ".join(f"{{ipBlock: {{cidr: '{each}'}}}}" for each in cidrs)
        allow = policy(f"podSelector: {{}}, ingress: [{{from: [{blocks}]}}]")
        connection = network(DB, allow).connection("internet", "shop/pod/db")
        return str(connection.allowed), connection.differs

    assert found("0.0.0.0/0", "::/0") == (OPEN, False)
    assert found("8.8.8.0/24") == (OPEN, True)
    assert found("10.0.0.0/8", "192.168.0.0/16") == (CLOSED, False)


def test_a_block_of_addresses_is_asked_part_by_part() -> None:
    allow = policy("podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.1.0.0/16}}]}]")
    found = network(DB, allow).connection("10.0.0.0/8", "shop/pod/db")
    assert (str(found.allowed), found.differs) == (OPEN, True)
    assert not network(DB, allow).connection("10.1.4.0/24", "shop/pod/db").differs
    assert answer(network(DB, allow), {"cidr": "10.2.0.0/16"}, "db") == CLOSED


def test_what_comes_through_a_service_may_bear_the_address_of_a_node() -> None:
    allow = policy("podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 8.0.0.0/8}}]}]")

    def found(spec: str, *assume: str) -> str:
        world = network(DB, allow, service(f"{spec}, selector: {{app: db}}, ports: [{{port: 80}}]"), assume=assume)
        return answer(world, "8.8.8.8", "svc:shop/db")

    assert found("type: LoadBalancer") == "no port ? TCP 80"
    assert found("type: NodePort") == "no port ? TCP 80"
    assert found("externalIPs: [1.2.3.4]") == "no port ? TCP 80"
    assert found("type: LoadBalancer, externalTrafficPolicy: Local") == "TCP 80"
    assert found("type: ClusterIP") == "TCP 80"
    assert found("type: LoadBalancer", "service-keeps-source=yes") == "TCP 80"
    apart = ("service-keeps-source=no", "node-cidrs=10.0.0.0/8", APART, "ipblock-matches-nodes=yes")
    assert found("type: LoadBalancer", *apart) == CLOSED


def test_two_addresses_outside_are_no_business_of_the_policies() -> None:
    found = network(DB, CLOSED_DB).connection("8.8.8.8", "9.9.9.9")
    assert (str(found.allowed), "neither is of the cluster" in found.because[0].text) == (OPEN, True)


def test_a_pod_that_has_ended_has_no_address() -> None:
    live = DB + "status: {podIP: 10.244.0.9, phase: %s}\n"
    assert network(live % "Running").find("10.244.0.9").pods
    assert not network(live % "Succeeded").find("10.244.0.9").pods


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("{app: '${APP}'}", "no port ? TCP 80"),
        ("{app: db, tier: '${TIER}'}", CLOSED),
        ("{app: other}", CLOSED),
    ],
)
def test_a_service_that_perhaps_selects(selector: str, expected: str) -> None:
    behind = service(f"selector: {selector}, ports: [{{port: 80, targetPort: pg}}]")
    assert answer(network(WEB, DB, behind), "web", "svc:shop/db") == expected
    # It may select the very pod that asks.
    assert answer(network(DB, CLOSED_DB, behind), "db", "svc:shop/db") == expected


def test_a_service_that_perhaps_selects_pods_that_are_closed_is_closed() -> None:
    every = policy("podSelector: {}")
    behind = service("selector: {app: '${APP}'}, ports: [{port: 80, targetPort: pg}]")
    assert answer(network(WEB, DB, every, behind), "8.8.8.8", "svc:shop/db") == CLOSED


@pytest.mark.parametrize(
    ("block", "spec", "expected"),
    [
        ("0.0.0.0/0", "selector: {app: db}", OPEN),
        ("::/0", "selector: {app: db}", CLOSED),
        ("0.0.0.0/0", "selector: {app: db}, ipFamilyPolicy: RequireDualStack", UNKNOWN),
        ("0.0.0.0/0", "selector: {app: db}, ipFamilies: [IPv4, IPv6]", UNKNOWN),
        ("::/0", "selector: {app: db}, ipFamilies: [IPv6]", OPEN),
        ("::/0", "selector: {app: db}, clusterIPs: ['fd00::5']", OPEN),
    ],
)
def test_the_families_of_addresses_are_those_of_services(block: str, spec: str, expected: str) -> None:
    allow = policy(
        f"podSelector: {{matchLabels: {{app: db}}}}, ingress: [{{from: [{{ipBlock: {{cidr: '{block}'}}}}]}}]"
    )
    world = network(WEB, DB, allow, service(spec), assume=("ipblock-matches-pods=yes",))
    assert answer(world, "web", "db") == expected


def test_nodes_of_host_network_pods_are_told_apart_by_their_names() -> None:
    agent = pod("agent", spec="hostNetwork: true, nodeName: n1")
    labelled = NODE.replace("name: n1}", "name: n1, labels: {role: edge}}")
    deny = admin(
        "tier: Admin, priority: 1, subject: {namespaces: {}}, "
        "egress: [{action: Deny, to: [{nodes: {matchLabels: {role: edge}}}]}]"
    )
    assert answer(network(labelled, WEB, agent, deny, assume=(APART,)), "web", "agent") == CLOSED
    assert answer(network(NODE, WEB, agent, deny, assume=(APART,)), "web", "agent") == OPEN
    anywhere = pod("agent", spec="hostNetwork: true")
    other = labelled.replace("n1", "n2").replace("edge", "core").replace("0.4", "0.5")
    assert answer(network(labelled, other, WEB, anywhere, deny, assume=(APART,)), "web", "agent") == UNKNOWN
    assert answer(network(labelled, WEB, anywhere, deny, assume=(APART,)), "web", "agent") == CLOSED
    assert answer(network(WEB, anywhere, deny, assume=(APART,)), "web", "agent") == UNKNOWN


CILIUM = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: l7, namespace: shop}
spec: {endpointSelector: {matchLabels: {app: db}}}
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (CILIUM, UNKNOWN),
        (CILIUM.replace("app: db", "app: other"), CLOSED),
        (CILIUM.replace("app: db", "'k8s:app': other"), UNKNOWN),
        (CILIUM.replace("namespace: shop", "namespace: other"), CLOSED),
        (CILIUM.replace("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"), UNKNOWN),
        ("apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: g}\nspec: {}\n", UNKNOWN),
        ("apiVersion: crd.projectcalico.org/v1\nkind: NetworkPolicy\nmetadata: {name: g, namespace: shop}\n", UNKNOWN),
        ("apiVersion: crd.antrea.io/v1beta1\nkind: ClusterNetworkPolicy\nmetadata: {name: g}\nspec: {}\n", UNKNOWN),
        # A mesh only forbids more: what is closed stays closed.
        ("apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: g, namespace: shop}\n", CLOSED),
    ],
)
def test_policies_that_are_not_worked_out_leave_what_they_touch_unknown(text: str, expected: str) -> None:
    world = network(WEB, DB, CLOSED_DB, text)
    assert answer(world, "web", "db") == expected
    named = [fact.text for fact in world.connection("shop/pod/web", "shop/pod/db").because if "may decide" in fact.text]
    assert bool(named) is (expected == UNKNOWN or "istio" in text)


def test_a_mesh_may_forbid_what_is_open() -> None:
    istio = "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: g, namespace: %s}\n"
    assert answer(network(WEB, DB, istio % "shop"), "web", "db") == UNKNOWN
    assert answer(network(WEB, DB, istio % "istio-system"), "web", "db") == UNKNOWN
    assert answer(network(WEB, DB, istio % "other"), "web", "db") == OPEN


def test_what_could_not_be_read_may_decide() -> None:
    def found(*kinds: Unread) -> str:
        world = Network(Estate(unread(inventory("\n---\n".join((WEB, DB))), *kinds)))
        return answer(world, "web", "db")

    group = "networking.k8s.io"
    assert found(Unread("NetworkPolicy", group, why="forbidden")) == UNKNOWN
    assert found(Unread("NetworkPolicy", group, namespace="shop")) == UNKNOWN
    assert found(Unread("NetworkPolicy", group, namespace="other")) == OPEN
    assert found(Unread("ConfigMap")) == OPEN


def test_assumptions_that_settle_an_answer_are_named() -> None:
    block = policy("podSelector: {matchLabels: {app: db}}, ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]")

    def found(*assume: str) -> tuple[str, ...]:
        return network(WEB, DB, block, assume=assume).connection("shop/pod/web", "shop/pod/db").assumes

    assert found() == ("ipblock-matches-pods",)
    assert found("ipblock-matches-pods=no", "host-network-pods=selected") == ("ipblock-matches-pods=no",)
    assert found("pod-cidrs=fd00::/48") == ("pod-cidrs=fd00::/48",)


@pytest.mark.parametrize("text", ["x", "x=y", "ipblock-matches-pods=maybe", "pod-cidrs=ten", "policies-enforced"])
def test_an_assumption_that_says_nothing_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        assumptions([text])


def test_a_plugin_that_nobody_knows_is_refused() -> None:
    with pytest.raises(UsageError, match="no network plugin"):
        assumptions(cni="wires")


@pytest.mark.parametrize(
    "wanted", ["shop/deploy/web", "nowhere", "a/b/c/d", "", 5, {}, {"kind": "Pod"}, {"ip": "ten"}, {"ip": 5}, "svc:a/b"]
)
def test_what_names_nothing_is_refused(wanted: object) -> None:
    with pytest.raises(UsageError):
        network(WEB).find(wanted)


@pytest.mark.parametrize(
    "wanted",
    [
        "shop/pod/web",
        "shop/pods/web",
        "shop/Pod/web",
        "shop/po/web",
        {"namespace": "shop", "kind": "Pod", "name": "web"},
    ],
)
def test_a_workload_is_named_as_kubectl_does(wanted: object) -> None:
    assert network(DB, WEB).find(wanted).label == 'Pod "shop/web"'
