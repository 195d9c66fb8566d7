"""Load balancers, node ports and external addresses, and the pods behind them."""

from __future__ import annotations

import pytest
from tests.unit.model.exposure_helpers import WEB, lines, rows, service

SELECTS = "selector: {app: web}, ports: [{port: 80, targetPort: http}]"
NO_NODE_PORTS = "allocateLoadBalancerNodePorts: false"
BALANCER = f"type: LoadBalancer, {NO_NODE_PORTS}, {SELECTS}"


def test_a_load_balancer_opens_node_ports_too() -> None:
    assert lines(WEB, service(f"type: LoadBalancer, {SELECTS}")) == [
        "internet LoadBalancer 80/TCP -> web:8080 yes",
        "node network NodePort a port from the node port range/TCP -> web:8080 yes",
    ]


def test_a_load_balancer_without_node_ports_opens_none() -> None:
    assert lines(WEB, service(BALANCER)) == ["internet LoadBalancer 80/TCP -> web:8080 yes"]


def test_a_cluster_ip_opens_nothing() -> None:
    assert lines(WEB, service(SELECTS)) == []


@pytest.mark.parametrize(
    ("annotations", "extra", "reach"),
    [
        ("", "", "internet"),
        ("service.beta.kubernetes.io/aws-load-balancer-internal: 'true'", "", "private network"),
        ("service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing", "", "internet"),
        ("service.beta.kubernetes.io/aws-load-balancer-type: external", "", "private network"),
        (
            "service.beta.kubernetes.io/aws-load-balancer-type: external, "
            "service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing",
            "",
            "internet",
        ),
        ("", "loadBalancerClass: service.k8s.aws/nlb, ", "private network"),
        ("", "loadBalancerClass: eks.amazonaws.com/nlb, ", "private network"),
        (
            "service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing",
            "loadBalancerClass: service.k8s.aws/nlb, ",
            "internet",
        ),
        ("networking.gke.io/load-balancer-type: Internal", "", "private network"),
        ("", "loadBalancerClass: networking.gke.io/l4-regional-external, ", "internet"),
        ("service.beta.kubernetes.io/azure-load-balancer-internal: 'true'", "", "private network"),
        ("service.beta.kubernetes.io/azure-load-balancer-internal: 'false'", "", "internet"),
        ("service.beta.kubernetes.io/azure-load-balancer-internal: '${INTERNAL}'", "", "unknown"),
        ("service.kubernetes.io/qcloud-loadbalancer-internal-subnetid: subnet-1", "", "private network"),
        ("", "loadBalancerClass: '${CLASS}', ", "unknown"),
        ("", "loadBalancerIP: 10.1.2.3, ", "private network"),
        ("", "loadBalancerIP: 203.0.113.9, ", "internet"),
        ("metallb.io/loadBalancerIPs: '10.0.0.4,198.51.100.1'", "", "internet"),
    ],
)
def test_who_reaches_a_load_balancer(annotations: str, extra: str, reach: str) -> None:
    (row,) = rows(WEB, service(extra + BALANCER, annotations=annotations))
    assert row.reach.label == reach


def test_what_nothing_says_is_named_as_assumed() -> None:
    (assumed,) = rows(WEB, service(BALANCER))
    key = "service.beta.kubernetes.io/aws-load-balancer-scheme"
    (said,) = rows(WEB, service(BALANCER, annotations=f"{key}: internet-facing"))
    assert "public addresses" in assumed.entry.assumes[0]
    assert not said.entry.assumes


def test_a_given_private_address_outweighs_the_default() -> None:
    text = service(BALANCER)[:-1] + ", status: {loadBalancer: {ingress: [{ip: 10.0.0.7}]}}}"
    (row,) = rows(WEB, text)
    assert (row.reach.label, row.entry.address) == ("private network", "10.0.0.7")


def test_source_ranges_are_told() -> None:
    (row,) = rows(WEB, service(f"loadBalancerSourceRanges: [198.51.100.0/24], {BALANCER}"))
    assert row.entry.sources == ("198.51.100.0/24",)


def test_a_type_that_is_filled_in_later_may_open_a_way() -> None:
    assert lines(WEB, service(f"type: '${{TYPE}}', {SELECTS}")) == ["unknown Service 80/TCP -> web:8080 yes"]


def test_external_addresses_count_for_a_service_of_any_type() -> None:
    assert lines(WEB, service(f"externalIPs: [203.0.113.4, 10.9.8.7], {SELECTS}")) == [
        "internet externalIPs 80/TCP -> web:8080 yes",
        "private network externalIPs 80/TCP -> web:8080 yes",
    ]


@pytest.mark.parametrize(
    ("ports", "expected"),
    [
        ("{port: 80}", "web:80 yes"),
        ("{port: 80, targetPort: 9999}", "web:9999 yes"),
        ("{port: 80, targetPort: 0}", "web:80 yes"),
        ("{port: 80, targetPort: http}", "web:8080 yes"),
        ("{port: 80, targetPort: admin}", "web:admin no"),
        ("{port: 80, targetPort: http, protocol: UDP}", "web:http no"),
        ("{port: 80, targetPort: '${PORT}'}", "web:${PORT} yes"),
    ],
)
def test_which_port_of_the_pod_answers(ports: str, expected: str) -> None:
    (row,) = lines(WEB, service(f"type: LoadBalancer, {NO_NODE_PORTS}, selector: {{app: web}}, ports: [{ports}]"))
    assert row.endswith(f"-> {expected}")


def test_a_named_port_may_be_one_of_a_sidecar() -> None:
    sidecar = "initContainers: [{name: proxy, restartPolicy: Always, ports: [{name: admin, containerPort: 9901}]}]"
    text = WEB.replace("      containers:", f"      {sidecar}\n      containers:")
    spec = f"type: LoadBalancer, {NO_NODE_PORTS}, selector: {{app: web}}, ports: [{{port: 80, targetPort: admin}}]"
    assert lines(text, service(spec)) == ["internet LoadBalancer 80/TCP -> web:9901 yes"]
    ended = text.replace("restartPolicy: Always, ", "")
    assert lines(ended, service(spec)) == ["internet LoadBalancer 80/TCP -> web:admin no"]


def test_a_named_port_of_pods_that_differ() -> None:
    other = WEB.replace("name: web, namespace", "name: other, namespace").replace("8080", "9090")
    assert lines(WEB, other, service(BALANCER)) == [
        "internet LoadBalancer 80/TCP -> web:8080 yes",
        "internet LoadBalancer 80/TCP -> other:9090 yes",
    ]


@pytest.mark.parametrize(("whole", "answer"), [(True, "no"), (False, "unknown")])
def test_a_service_that_selects_nothing_is_a_dead_end_only_where_all_was_read(*, whole: bool, answer: str) -> None:
    spec = BALANCER.replace("app: web", "app: basket")
    (row,) = rows(WEB, service(spec), whole=whole)
    assert row.target.answer.name.lower() == answer
    assert ("--estate" in row.target.why) is not whole


def test_labels_that_are_filled_in_later_leave_it_open() -> None:
    assert lines(WEB, service(BALANCER.replace("app: web", "app: '${APP}'"))) == [
        "internet LoadBalancer 80/TCP -> web:8080 unknown"
    ]


def test_a_service_without_a_selector_leads_where_its_endpoints_say() -> None:
    bare = f"type: LoadBalancer, {NO_NODE_PORTS}, ports: [{{port: 80}}]"
    endpoints = "{apiVersion: v1, kind: Endpoints, metadata: {name: web, namespace: shop}, subsets: []}"
    assert lines(service(bare)) == ["internet LoadBalancer 80/TCP -> - unknown"]
    (row,) = rows(service(bare), endpoints)
    assert row.target.text == 'the addresses of Endpoints "shop/web"'


def test_pods_of_another_namespace_are_not_selected() -> None:
    (row,) = rows(WEB.replace("namespace: shop", "namespace: other"), service(BALANCER))
    assert row.target.pod is None


def test_ports_that_are_filled_in_later_do_not_hide_the_workload() -> None:
    text = service(f"type: LoadBalancer, {NO_NODE_PORTS}, selector: {{app: web}}, ports: '${{PORTS}}'")
    assert lines(WEB, text) == ["internet LoadBalancer ${PORTS}/TCP -> web unknown"]


def test_public_addresses_of_nodes_are_told_beside_node_ports() -> None:
    node = (
        "{apiVersion: v1, kind: Node, metadata: {name: a}, "
        "status: {addresses: [{type: ExternalIP, address: 198.51.100.8}]}}"
    )
    (row,) = rows(WEB, node, service(f"type: NodePort, {SELECTS}"))
    assert "198.51.100.8" in row.entry.assumes[0]


@pytest.mark.parametrize(("policy", "caller"), [("", "replaced"), ("externalTrafficPolicy: Local, ", "kept")])
def test_whether_pods_see_who_calls(policy: str, caller: str) -> None:
    (row,) = rows(WEB, service(f"type: NodePort, {policy}{SELECTS}"))
    assert row.entry.caller == caller


def test_the_chain_names_each_object_and_its_place() -> None:
    (row,) = rows(WEB, service(BALANCER))
    assert [(step.resource.kind, step.path[-1]) for step in row.via if step.resource is not None] == [
        ("Service", "type"),
        ("Service", "selector"),
        ("Service", 0),
        ("Deployment", 0),
    ]


def test_overlays_of_one_base_that_are_read_together_are_told_once() -> None:
    assert lines(WEB, service(BALANCER), WEB, service(BALANCER)) == ["internet LoadBalancer 80/TCP -> web:8080 yes"]
