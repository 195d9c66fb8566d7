"""Routes of the Gateway API: which listeners take them, and where they lead."""

from __future__ import annotations

import pytest
from tests.unit.model.exposure_helpers import WEB, lines, rows, service

from seawall.model.exposure.gateways import intersection
from seawall.model.permissions import Answer

GATEWAY = "gateway.networking.k8s.io"
CLUSTER = service("selector: {app: web}, ports: [{name: web, port: 80, targetPort: http}]")
HTTP = "{name: web, port: 80, protocol: HTTP}"
TO_WEB = "backendRefs: [{name: web, port: 80}]"


def gateway(*listeners: str, namespace: str = "shop", more: str = "", name: str = "edge") -> str:
    metadata = f"{{name: {name}, namespace: {namespace}}}"
    spec = f"{{gatewayClassName: any, listeners: [{', '.join(listeners)}]{more}}}"
    return f"{{apiVersion: {GATEWAY}/v1, kind: Gateway, metadata: {metadata}, spec: {spec}}}"


def route(
    rules: str = f"{{{TO_WEB}}}",
    *,
    parent: str = "name: edge",
    hosts: str = "",
    kind: str = "HTTPRoute",
    version: str = "v1",
    namespace: str = "shop",
) -> str:
    named = f", hostnames: [{hosts}]" if hosts else ""
    spec = f"{{parentRefs: [{{{parent}}}], rules: [{rules}]{named}}}"
    metadata = f"{{name: web, namespace: {namespace}}}"
    return f"{{apiVersion: {GATEWAY}/{version}, kind: {kind}, metadata: {metadata}, spec: {spec}}}"


def grant(*, kind: str = "HTTPRoute", source: str = "front", to: str = "{group: '', kind: Service}") -> str:
    spec = f"{{from: [{{group: {GATEWAY}, kind: {kind}, namespace: {source}}}], to: [{to}]}}"
    metadata = "{name: front, namespace: shop}"
    return f"{{apiVersion: {GATEWAY}/v1beta1, kind: ReferenceGrant, metadata: {metadata}, spec: {spec}}}"


def namespace(name: str, labels: str = "") -> str:
    return f"{{apiVersion: v1, kind: Namespace, metadata: {{name: {name}, labels: {{{labels}}}}}}}"


@pytest.mark.parametrize("version", ["v1", "v1beta1", "v1alpha2"])
def test_a_route_leads_to_the_pods_of_its_service(version: str) -> None:
    assert lines(WEB, CLUSTER, gateway(HTTP), route(version=version)) == ["internet HTTPRoute 80/HTTP -> web:8080 yes"]


def test_the_chain_goes_from_the_gateway_to_the_pods() -> None:
    (row,) = rows(WEB, CLUSTER, gateway(HTTP), route())
    kinds = list(dict.fromkeys(step.resource.kind for step in row.via if step.resource is not None))
    assert kinds == ["Gateway", "HTTPRoute", "Service", "Deployment"]


@pytest.mark.parametrize(
    ("kind", "protocol", "takes"),
    [
        ("HTTPRoute", "HTTPS", True),
        ("GRPCRoute", "HTTPS", True),
        ("HTTPRoute", "TLS", False),
        ("TLSRoute", "TLS", True),
        ("TLSRoute", "HTTPS", False),
        ("TCPRoute", "TCP", True),
        ("TCPRoute", "TLS", True),
        ("TCPRoute", "UDP", False),
        ("UDPRoute", "UDP", True),
    ],
)
def test_a_listener_takes_routes_of_its_protocol(kind: str, protocol: str, *, takes: bool) -> None:
    listener = f"{{name: web, port: 1, protocol: {protocol}}}"
    assert bool(lines(WEB, CLUSTER, gateway(listener), route(kind=kind, version="v1alpha2"))) is takes


def test_what_a_protocol_of_its_own_takes_is_up_to_the_controller() -> None:
    found = rows(WEB, CLUSTER, gateway("{name: web, port: 1, protocol: example.com/own}"), route())
    assert [row.target.answer for row in found] == [Answer.UNKNOWN]


@pytest.mark.parametrize(
    ("parent", "ports"),
    [
        ("name: edge", ["80", "8080"]),
        ("name: edge, sectionName: other", ["8080"]),
        ("name: edge, port: 80", ["80"]),
        ("name: edge, sectionName: none", []),
        ("name: edge, kind: Service, group: ''", []),
        ("name: edge, namespace: shop", ["80", "8080"]),
    ],
)
def test_a_reference_may_name_one_listener(parent: str, ports: list[str]) -> None:
    found = rows(WEB, CLUSTER, gateway(HTTP, "{name: other, port: 8080, protocol: HTTP}"), route(parent=parent))
    assert [row.entry.port for row in found] == ports


@pytest.mark.parametrize(
    ("allowed", "space", "answer"),
    [
        ("", "", Answer.NO),
        ("from: Same", "", Answer.NO),
        ("from: None", "", Answer.NO),
        ("from: All", "", Answer.YES),
        ("from: '${FROM}'", "", Answer.UNKNOWN),
        ("from: Selector, selector: {matchLabels: {team: a}}", "team: a", Answer.YES),
        ("from: Selector, selector: {matchLabels: {team: a}}", "team: b", Answer.NO),
        ("from: Selector, selector: {matchLabels: {team: a}}", "team: '${TEAM}'", Answer.UNKNOWN),
        ("from: Selector, selector: {matchLabels: {team: a}}", None, Answer.UNKNOWN),
        ("from: Selector, selector: {matchExpressions: [{key: x, operator: DoesNotExist}]}", None, Answer.UNKNOWN),
        ("from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: shop}}", None, Answer.YES),
        ("from: Selector, selector: {matchLabels: {kubernetes.io/metadata.name: other}}", None, Answer.NO),
    ],
)
def test_a_gateway_of_another_namespace_says_whose_routes_it_takes(
    allowed: str, space: str | None, answer: Answer
) -> None:
    listener = f"{{name: web, port: 80, protocol: HTTP, allowedRoutes: {{namespaces: {{{allowed}}}}}}}"
    texts = [] if space is None else [namespace("shop", space)]
    found = rows(WEB, CLUSTER, gateway(listener, namespace="edge"), route(parent="name: edge, namespace: edge"), *texts)
    assert [row.target.answer for row in found] == ([] if answer is Answer.NO else [answer])


def test_a_listener_may_take_some_kinds_only() -> None:
    listener = "{name: web, port: 80, protocol: HTTP, allowedRoutes: {kinds: [{kind: GRPCRoute}]}}"
    assert lines(WEB, CLUSTER, gateway(listener), route()) == []
    assert lines(WEB, CLUSTER, gateway(listener), route(kind="GRPCRoute")) != []


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        ("a.example", "a.example", "a.example"),
        ("a.example", "b.example", ""),
        ("*.example", "a.example", "a.example"),
        ("a.b.example", "*.example", "a.b.example"),
        ("*.example", "*.b.example", "*.b.example"),
        ("*.example", "example", ""),
        ("*.example", "aexample", ""),
        ("A.Example", "a.example", "a.example"),
    ],
)
def test_hosts_that_both_name(one: str, other: str, common: str) -> None:
    assert intersection(one, other) == intersection(other, one) == common


@pytest.mark.parametrize(
    ("own", "hosts", "address"),
    [
        ("", "", "any host"),
        ("a.example", "", "a.example"),
        ("", "a.example, b.example", "a.example, b.example"),
        ("'*.example'", "a.example, b.other", "a.example"),
        ("b.other", "a.example", None),
        ("b.other", "'${HOST}'", "${HOST}"),
    ],
)
def test_a_route_answers_for_the_hosts_that_both_name(own: str, hosts: str, address: str | None) -> None:
    hostname = f", hostname: {own}" if own else ""
    found = rows(WEB, CLUSTER, gateway(HTTP[:-1] + hostname + "}"), route(hosts=hosts))
    assert [row.entry.address for row in found] == ([] if address is None else [address])


@pytest.mark.parametrize(
    ("texts", "answer"),
    [
        ([], Answer.NO),
        ([grant()], Answer.YES),
        ([grant(kind="GRPCRoute")], Answer.NO),
        ([grant(source="other")], Answer.NO),
        ([grant(to="{group: '', kind: Secret}")], Answer.NO),
        ([grant(to="{group: '', kind: Service, name: web}")], Answer.YES),
        ([grant(to="{group: '', kind: Service, name: other}")], Answer.NO),
        ([grant(source="'${SOURCE}'")], Answer.UNKNOWN),
    ],
)
def test_another_namespace_has_to_grant_what_is_sent_to_it(texts: list[str], answer: Answer) -> None:
    sent = "{backendRefs: [{name: web, namespace: shop, port: 80}]}"
    found = rows(WEB, CLUSTER, gateway(HTTP, namespace="front"), route(sent, namespace="front"), *texts)
    assert [row.target.answer for row in found] == [answer]


def test_a_grant_that_may_not_have_been_read_leaves_it_open() -> None:
    sent = "{backendRefs: [{name: web, namespace: shop, port: 80}]}"
    texts = WEB, CLUSTER, gateway(HTTP, namespace="front"), route(sent, namespace="front")
    (row,) = rows(*texts, whole=False)
    assert row.target.answer is Answer.UNKNOWN
    assert "--estate" in row.target.why


@pytest.mark.parametrize(("whole", "count"), [(True, 0), (False, 1)])
def test_a_gateway_that_is_not_there(*, whole: bool, count: int) -> None:
    found = rows(WEB, CLUSTER, route(), whole=whole)
    assert len(found) == count
    assert all(row.target.answer is Answer.UNKNOWN and "--estate" in row.target.why for row in found)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("{backendRefs: [{name: gone, port: 80}]}", ["- no"]),
        ("{backendRefs: [{name: web, port: 81}]}", ["- no"]),
        ("{backendRefs: [{name: web, port: 80, weight: 0}]}", []),
        ("{filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]}", []),
        (
            "{filters: [{type: RequestMirror, requestMirror: {backendRef: {name: web, port: 80}}}]}",
            ["web:8080 yes"],
        ),
        ("{backendRefs: [{name: web, port: 80}, {name: gone, port: 80}]}", ["web:8080 yes", "- no"]),
        ("{backendRefs: [{kind: Bucket, group: x.example, name: b}]}", ['Bucket "b" yes']),
        ("'${RULE}'", ["- unknown"]),
        ("{backendRefs: '${REFS}'}", ["- unknown"]),
        ("{backendRefs: [{name: '${NAME}', port: 80}]}", ["- unknown"]),
        ("{backendRefs: [{name: web, port: '${PORT}'}]}", ["web unknown"]),
        ("{backendRefs: [{name: web, kind: '${KIND}', port: 80}]}", ["- unknown"]),
    ],
)
def test_where_a_rule_sends_to(rules: str, expected: list[str]) -> None:
    found = lines(WEB, CLUSTER, gateway(HTTP), route(rules))
    assert [each.partition("-> ")[2] for each in found] == expected


def test_paths_of_rules_that_send_to_one_service_are_one_row() -> None:
    rules = ", ".join(f"{{matches: [{{path: {{value: {path}}}}}], {TO_WEB}}}" for path in ("/a", "/b"))
    (row,) = rows(WEB, CLUSTER, gateway(HTTP), route(rules))
    assert row.entry.paths == ("/a", "/b")


@pytest.mark.parametrize(
    ("more", "reach"),
    [
        ("", "internet"),
        (", addresses: [{value: 10.0.0.9}]", "private network"),
        (", addresses: [{value: 203.0.113.5}]", "internet"),
        (
            ", infrastructure: {annotations: {service.beta.kubernetes.io/azure-load-balancer-internal: 'true'}}",
            "private network",
        ),
        (", infrastructure: {annotations: {networking.gke.io/load-balancer-type: '${TYPE}'}}", "unknown"),
        (", infrastructure: {annotations: {networking.istio.io/service-type: ClusterIP}}", "cluster only"),
    ],
)
def test_from_where_a_gateway_answers(more: str, reach: str) -> None:
    (row,) = rows(WEB, CLUSTER, gateway(HTTP, more=more), route())
    assert row.reach.label == reach


@pytest.mark.parametrize(
    ("name", "reach"),
    [
        ("gke-l7-rilb", "private network"),
        ("gke-l7-global-external-managed", "internet"),
        ("istio", "internet"),
        ("'${CLASS}'", "unknown"),
    ],
)
def test_classes_whose_names_say_it(name: str, reach: str) -> None:
    (row,) = rows(WEB, CLUSTER, gateway(HTTP).replace("gatewayClassName: any", f"gatewayClassName: {name}"), route())
    assert row.reach.label == reach


def test_listeners_that_are_filled_in_later_may_take_it() -> None:
    text = gateway(HTTP).replace(f"[{HTTP}]", "'${LISTENERS}'")
    (row,) = rows(WEB, CLUSTER, text, route())
    assert row.target.answer is Answer.UNKNOWN


def test_a_gateway_answers_where_the_service_made_for_it_does() -> None:
    made = (
        "{apiVersion: v1, kind: Service, metadata: {name: edge-any, namespace: shop, "
        "labels: {gateway.networking.k8s.io/gateway-name: edge}}, "
        "spec: {type: NodePort, selector: {app: edge}, ports: [{port: 80}]}}"
    )
    found = [row for row in rows(WEB, CLUSTER, gateway(HTTP), route(), made) if row.entry.how == "HTTPRoute"]
    assert [(row.reach.label, row.entry.assumes) for row in found] == [("node network", ())]
