"""What opens ways and is not followed is named, once for each kind."""

from __future__ import annotations

import msgspec
from tests.unit.model.exposure_helpers import WEB, estate, service

from seawall.inventory import Unread
from seawall.model import Estate
from seawall.model.exposure import exposed

VIRTUAL = "{apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: {name: %s}, spec: {}}"
KAFKA = "{apiVersion: kafka.strimzi.io/v1beta2, kind: Kafka, metadata: {name: k}, spec: {kafka: {template: {pod: {}}}}}"


def test_each_kind_is_named_once() -> None:
    found = exposed(estate(VIRTUAL % "a", VIRTUAL % "b")).not_followed
    assert [what for what, _ in found] == ["2 VirtualServices of Istio"]


def test_a_kind_of_the_same_name_in_another_group_is_none_of_these() -> None:
    text = (VIRTUAL % "a").replace("networking.istio.io", "example.com")
    assert exposed(estate(text)).not_followed == ()


def test_what_a_cluster_did_not_let_be_read_is_unknown() -> None:
    read = estate(WEB).inventory
    unread = (Unread("Service", resource="services", namespace="shop", why="the server forbids it (403)"),)
    (line,) = exposed(Estate(msgspec.structs.replace(read, unread=unread))).not_followed
    assert line[0] == "services of namespace shop"
    assert "403" in line[1]


def test_a_service_that_could_not_be_read_is_no_dead_end() -> None:
    text = (
        "{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: shop}, "
        "spec: {defaultBackend: {service: {name: gone, port: {number: 80}}}}}"
    )
    unread = (Unread("Service", namespace="shop", why="the server forbids it (403)"),)
    held = msgspec.structs.replace(estate(text).inventory, unread=unread)
    (row,) = exposed(Estate(held)).rows
    assert row.target.answer.name == "UNKNOWN"


def test_what_operators_decide_is_said_apart() -> None:
    found = exposed(estate(KAFKA, WEB, service("ports: []")))
    assert found.not_followed == ()
    assert [what for what, _ in found.left_out] == ["pods of Kafka"]
