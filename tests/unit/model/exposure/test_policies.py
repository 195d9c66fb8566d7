"""What network policies make of open ways, and where nobody can say."""

from __future__ import annotations

import pytest
from tests.unit.model.exposure.test_ingresses import CLUSTER, CONTROLLER, NUMBERED, of_controller, rule
from tests.unit.model.exposure_helpers import WEB, estate, ingress, service

from seawall.model.exposure import Exposure, exposed
from seawall.model.exposure.policies import with_policies
from seawall.model.network import Assumptions, Network
from seawall.model.network.assumptions import assumptions
from seawall.model.permissions import Answer

PORTS = "selector: {app: web}, ports: [{port: 80, targetPort: http, nodePort: 30080}]"
KEPT = f"type: NodePort, externalTrafficPolicy: Local, {PORTS}"
REPLACED = f"type: NodePort, {PORTS}"
YES, UNKNOWN, NO = Answer.YES, Answer.UNKNOWN, Answer.NO


def policy(ingress_rules: str, *, selector: str = "{}", more: str = "policyTypes: [Ingress]") -> str:
    spec = f"{{podSelector: {selector}, {more}, ingress: {ingress_rules}}}"
    return (
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: limits, namespace: shop}, "
        f"spec: {spec}}}"
    )


def judged(*texts: str, assumed: Assumptions = Assumptions()) -> list[Exposure]:  # noqa: B008  # a frozen value
    held = estate(*texts)
    return list(with_policies(exposed(held), Network(held, assumed)).rows)


def answers(*texts: str) -> list[Answer | None]:
    return [row.let.answer if row.let is not None else None for row in judged(*texts)]


def test_where_no_policy_is_about_the_pods_nothing_is_said() -> None:
    assert answers(WEB, service(KEPT)) == [None]
    assert answers(WEB, service(KEPT), policy("[]", selector="{matchLabels: {app: other}}")) == [None]
    assert answers(WEB, service(KEPT), policy("[]", more="policyTypes: [Egress]")) == [None]


@pytest.mark.parametrize(
    ("rules", "kept"),
    [
        ("[]", NO),
        ("[{}]", YES),
        ("[{from: [{podSelector: {}}]}]", NO),
        ("[{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]", YES),
        ("[{from: [{ipBlock: {cidr: 198.51.0.0/16}}]}]", YES),
        ("[{ports: [{port: 8080}]}]", YES),
        ("[{ports: [{port: http}]}]", YES),
        ("[{ports: [{port: 80}]}]", NO),
        ("[{ports: [{port: 8080, protocol: UDP}]}]", NO),
        ("[{from: [{ipBlock: {cidr: '${OFFICE}'}}]}]", UNKNOWN),
        ("'${RULES}'", UNKNOWN),
    ],
)
def test_a_caller_whose_address_is_kept(rules: str, kept: Answer) -> None:
    assert answers(WEB, service(KEPT), policy(rules)) == [kept]


def test_a_policy_that_was_not_read_may_open_what_others_close() -> None:
    held = estate(WEB, service(KEPT), policy("[]"), whole=False)
    (row,) = with_policies(exposed(held), Network(held)).rows
    assert row.let is not None
    assert row.let.answer is UNKNOWN
    assert "--estate" in row.let.why


def test_only_those_count_whom_the_load_balancer_lets_in() -> None:
    only = policy("[{from: [{ipBlock: {cidr: 9.9.0.0/16}}]}]")
    text = f"type: LoadBalancer, allocateLoadBalancerNodePorts: false, externalTrafficPolicy: Local, {PORTS}"
    assert answers(WEB, service(f"loadBalancerSourceRanges: [9.9.9.0/24], {text}"), only) == [YES]
    assert answers(WEB, service(f"loadBalancerSourceRanges: [8.8.8.0/24], {text}"), only) == [NO]


@pytest.mark.parametrize(
    ("rules", "replaced"),
    [("[]", UNKNOWN), ("[{}]", YES), ("[{from: [{podSelector: {}}]}]", UNKNOWN)],
)
def test_a_node_s_address_in_place_of_the_caller_s_may_be_let_in(rules: str, replaced: Answer) -> None:
    """A pod's own node always reaches it, so that nobody may call such a way closed."""
    assert answers(WEB, service(REPLACED), policy(rules)) == [replaced]


@pytest.mark.parametrize(
    ("rules", "answer"),
    [
        ("[]", NO),
        ("[{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: edge}}}]}]", YES),
        ("[{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: other}}}]}]", NO),
        ("[{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]", UNKNOWN),
    ],
)
def test_of_an_ingress_it_is_the_controller_that_has_to_be_let_in(rules: str, answer: Answer) -> None:
    own = ingress(f"ingressClassName: nginx, rules: [{rule(NUMBERED)}]")
    found = judged(WEB, CLUSTER, CONTROLLER, of_controller("type: LoadBalancer"), own, policy(rules))
    (row,) = [row for row in found if row.entry.how == "Ingress"]
    assert row.let is not None
    assert row.let.answer is answer


def test_of_a_controller_that_was_not_read_nobody_can_say() -> None:
    (row,) = judged(WEB, CLUSTER, ingress(f"ingressClassName: nginx, rules: [{rule(NUMBERED)}]"), policy("[]"))
    assert row.let is not None
    assert (row.let.answer, row.answer) == (UNKNOWN, UNKNOWN)


@pytest.mark.parametrize(
    ("rules", "answer"),
    [("[{}]", YES), ("[{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]", UNKNOWN), ("[{from: [{podSelector: {}}]}]", UNKNOWN)],
)
def test_a_controller_that_was_not_read_is_let_in_where_everyone_is(rules: str, answer: Answer) -> None:
    other = WEB.replace("web", "other")
    own = ingress(f"ingressClassName: nginx, rules: [{rule(NUMBERED)}]")
    (row,) = judged(WEB, other, CLUSTER, own, policy(rules))
    assert row.let is not None
    assert row.let.answer is answer


def test_policies_of_plugins_leave_it_open() -> None:
    cilium = (
        "{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: a, namespace: shop}, "
        "spec: {endpointSelector: {}}}"
    )
    assert answers(WEB, service(KEPT), cilium) == [UNKNOWN]


def test_a_plugin_that_enforces_nothing_closes_nothing() -> None:
    assert [row.let for row in judged(WEB, service(KEPT), policy("[]"), assumed=assumptions((), "none"))] == [None]


def test_a_pod_on_its_node_s_network_is_never_called_closed() -> None:
    pod = WEB.replace("      containers:", "      hostNetwork: true\n      containers:")
    assert answers(pod, policy("[]")) == [UNKNOWN]


def test_the_policies_that_decide_are_named() -> None:
    (row,) = judged(WEB, service(KEPT), policy("[]"))
    assert row.let is not None
    assert {fact.resource.kind for fact in row.let.because if fact.resource is not None} == {"NetworkPolicy"}
    assert row.answer is NO
