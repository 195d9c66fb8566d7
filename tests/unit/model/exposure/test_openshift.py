"""Routes of OpenShift: hosts, TLS, limits, and the ports of the Services they send to."""

from __future__ import annotations

import pytest
from tests.unit.model.exposure_helpers import WEB, lines, rows, service

from seawall.model.permissions import Answer

CLUSTER = service("selector: {app: web}, ports: [{name: web, port: 80, targetPort: http}]")


def route(spec: str = "", to: str = "{kind: Service, name: web}", annotations: str = "") -> str:
    metadata = f"{{name: web, namespace: shop, annotations: {{{annotations}}}}}"
    return (
        f"{{apiVersion: route.openshift.io/v1, kind: Route, metadata: {metadata}, "
        f"spec: {{host: a.example, to: {to}{spec}}}}}"
    )


@pytest.mark.parametrize(
    "port", ["", ", port: {targetPort: web}", ", port: {targetPort: http}", ", port: {targetPort: 80}"]
)
def test_a_route_leads_to_the_pods_of_its_service(port: str) -> None:
    assert lines(WEB, CLUSTER, route(port)) == ["internet Route 80/HTTP -> web:8080 yes"]


@pytest.mark.parametrize(
    ("tls", "answer"),
    [
        ("", Answer.NO),
        (", tls: {termination: edge}", Answer.YES),
        (", tls: {termination: passthrough}", Answer.YES),
        (", tls: {termination: '${TLS}'}", Answer.UNKNOWN),
        (", tls: '${TLS}'", Answer.UNKNOWN),
    ],
)
def test_whether_it_is_encrypted(tls: str, answer: Answer) -> None:
    (row,) = rows(WEB, CLUSTER, route(tls))
    assert row.entry.tls is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        (route(to="{kind: Service, name: gone}"), Answer.NO),
        (route(", port: {targetPort: admin}"), Answer.NO),
        (route(", port: {targetPort: '${PORT}'}"), Answer.UNKNOWN),
        (route(to="{kind: Service, name: '${NAME}'}"), Answer.UNKNOWN),
        (route(to="'${TO}'"), Answer.UNKNOWN),
    ],
)
def test_where_it_leads_nowhere_or_is_not_decided(text: str, answer: Answer) -> None:
    (row,) = rows(WEB, CLUSTER, text)
    assert row.target.answer is answer


def test_what_gets_no_share_of_the_traffic_is_not_reached() -> None:
    others = ", alternateBackends: [{kind: Service, name: web, weight: 1}]"
    assert lines(WEB, CLUSTER, route(others, to="{kind: Service, name: old, weight: 0}")) == [
        "internet Route 80/HTTP -> web:8080 yes"
    ]


def test_an_allow_list_is_told() -> None:
    limit = "haproxy.router.openshift.io/ip_allowlist: '192.0.2.0/24 198.51.100.7'"
    (row,) = rows(WEB, CLUSTER, route(annotations=limit))
    assert row.entry.sources == ("192.0.2.0/24", "198.51.100.7")
