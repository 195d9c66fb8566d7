"""Ports that pods open on their nodes."""

from __future__ import annotations

import pytest
from tests.unit.model.exposure_helpers import lines, rows


def pod(spec: str) -> str:
    return f"{{apiVersion: v1, kind: Pod, metadata: {{name: web, namespace: shop}}, spec: {{{spec}}}}}"


def container(ports: str) -> str:
    return f"containers: [{{name: web, image: 'web:1', ports: {ports}}}]"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (container("[{containerPort: 80}]"), []),
        (container("[{containerPort: 80, hostPort: 0}]"), []),
        (container("[{containerPort: 80, hostPort: 8080}]"), ["node network hostPort 8080/TCP -> web:80 yes"]),
        (
            container("[{containerPort: 53, hostPort: 53, protocol: UDP}]"),
            ["node network hostPort 53/UDP -> web:53 yes"],
        ),
        (container("[{containerPort: 80, hostPort: 80, hostIP: 127.0.0.1}]"), []),
        (container("[{containerPort: 80, hostPort: 80, hostIP: '::1'}]"), []),
        (
            container("[{containerPort: 80, hostPort: 80, hostIP: '${IP}'}]"),
            ["unknown hostPort 80/TCP -> web:80 yes"],
        ),
        (
            container("[{containerPort: 80, hostPort: '${PORT}'}]"),
            ["unknown hostPort ${PORT}/TCP -> web:80 unknown"],
        ),
        (
            f"hostNetwork: true, {container('[{containerPort: 80, hostPort: 80}]')}",
            ["node network hostNetwork 80/TCP -> web:80 yes"],
        ),
        (f"hostNetwork: true, {container('[]')}", ["node network hostNetwork /TCP -> web unknown"]),
        (f"hostNetwork: '${{NET}}', {container('[]')}", ["unknown hostNetwork /TCP -> web unknown"]),
        (f"hostNetwork: false, {container('[]')}", []),
    ],
)
def test_what_a_pod_opens_on_its_node(spec: str, expected: list[str]) -> None:
    assert lines(pod(spec)) == expected


def test_an_address_of_the_node_is_told() -> None:
    (row,) = rows(pod(container("[{containerPort: 80, hostPort: 80, hostIP: 10.0.0.8}]")))
    assert row.entry.address == "10.0.0.8"


def test_what_an_operator_leaves_out_opens_nothing_by_itself() -> None:
    kafka = (
        "{apiVersion: kafka.strimzi.io/v1beta2, kind: Kafka, metadata: {name: k}, spec: {kafka: {template: {pod: {}}}}}"
    )
    assert lines(kafka) == []


@pytest.mark.parametrize("spec", ["containers: '${ALL}'", container("'${PORTS}'"), container("['${PORT}']")])
def test_ports_that_are_filled_in_later_are_an_open_way(spec: str) -> None:
    assert lines(pod(spec)) == ["unknown hostPort /TCP -> web unknown"]
