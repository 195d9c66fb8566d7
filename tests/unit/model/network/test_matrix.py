"""All pairs at once say what each pair says, and a difference is what became of each."""

from __future__ import annotations

import pytest
from tests.unit.model.network.worlds import admin, namespace, network, pod, policy

from seawall.model.network import NONE, Network
from seawall.model.network.difference import State, difference
from seawall.model.network.matrix import Matrix

WEB = pod("web", ports="[{name: http, containerPort: 8080}]")
DB = pod("db", "tier: data", ports="[{name: pg, containerPort: 5432}]")
COPY = pod("db2", "tier: data", ports="[{name: pg, containerPort: 5432}]")
HOST = pod("agent", spec="hostNetwork: true")
FAR = pod("far", "tier: data", namespace="bank")
POLICIES = (
    policy("podSelector: {matchLabels: {tier: data}}, ingress: [{from: [{podSelector: {}}], ports: [{port: pg}]}]"),
    policy("podSelector: {matchLabels: {app: web}}, ingress: [{from: [{ipBlock: {cidr: 8.0.0.0/8}}]}]", "in"),
    policy(
        "podSelector: {matchLabels: {app: '${APP}'}}, policyTypes: [Egress], "
        "egress: [{to: [{namespaceSelector: {}}], ports: [{port: 53, protocol: UDP}, {port: 80, endPort: 9000}]}]",
        "out",
    ),
    policy("podSelector: {}, policyTypes: [Egress], egress: [{ports: [{port: pg}, {port: 443}]}]", "all", "bank"),
    admin(
        "tier: Admin, priority: 1, subject: {namespaces: {matchLabels: {team: a}}}, "
        "egress: [{action: Deny, to: [{networks: [9.0.0.0/8]}]}, {action: Pass, to: [{pods: {namespaceSelector: {}, "
        "podSelector: {matchLabels: {tier: data}}}}], protocols: [{destinationNamedPort: pg}]}, "
        "{action: Accept, to: [{namespaces: {}}], protocols: [{udp: {destinationPort: {number: 53}}}]}]"
    ),
    admin(
        "tier: Baseline, priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]"
    ),
)
WORLDS = [POLICIES[:count] for count in range(len(POLICIES) + 1)]


def world(*policies: str) -> Network:
    return network(namespace(labels="team: a"), namespace("bank"), WEB, DB, COPY, HOST, FAR, *policies)


@pytest.mark.parametrize("policies", WORLDS, ids=len)
def test_the_matrix_says_what_each_pair_says(policies: tuple[str, ...]) -> None:
    found = world(*policies)
    matrix = Matrix(found)
    stands_for = {pod: pods for pods in matrix.classes for pod in pods}
    rows = {row.destination: row for row in matrix.rows()}

    def of_pair(source: int, destination: int) -> tuple[str, str]:
        first, second = stands_for[source][0], stands_for[destination][0]
        for flow in rows[second].flows:
            if flow.sources >> first & 1:
                return str(flow.allowed), str(flow.unknown)
        return str(NONE), str(NONE)

    names = [f"{pod.resource.namespace}/pod/{pod.resource.name}" for pod in found.index.pods]
    for source, name in enumerate(names):
        for destination, other in enumerate(names):
            if source != destination:
                pair = found.connection(name, other)
                assert of_pair(source, destination) == (str(pair.allowed), str(pair.unknown)), (name, other)
        entering, leaving = found.connection("internet", name), found.connection(name, "internet")
        flow = rows[stands_for[source][0]].internet
        told = (flow.allowed, flow.unknown) if flow else (NONE, NONE)
        assert told == (entering.allowed, entering.unknown), name
        out = next((flow for flow in rows[None].flows if flow.sources >> stands_for[source][0] & 1), None)
        assert ((out.allowed, out.unknown) if out else (NONE, NONE)) == (leaving.allowed, leaving.unknown), name


def test_pods_that_no_policy_tells_apart_are_one_class() -> None:
    matrix = Matrix(world(*POLICIES[:1]))
    assert sorted(map(len, matrix.classes)) == [1, 1, 1, 2]
    assert [len(pods) for pods in Matrix(network(WEB, DB, COPY, FAR)).classes] == [4]
    (one,) = [pods for pods in matrix.classes if len(pods) == 2]
    row = next(row for row in matrix.rows() if row.destination == one[0])
    own = next(flow for flow in row.flows if flow.sources >> one[0] & 1)
    assert str(own.allowed) == "TCP 5432"


def test_a_difference_names_what_opened_and_what_closed() -> None:
    closed = policy("podSelector: {matchLabels: {app: db}}")
    opened = policy(
        "podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}], ports: [{port: 80}]}]"
    )
    found = difference(network(WEB, DB, closed), network(WEB, DB, opened))
    (move,) = found.moves
    assert (found.names[move.destination], str(move.ports), move.opens) == ("shop/Pod/db", "TCP 80", True)
    assert [found.names[each] for each in range(3) if move.sources >> each & 1] == ["shop/Pod/web"]
    assert (move.before, move.after) == (State.CLOSED, State.OPEN)
    back = difference(network(WEB, DB, opened), network(WEB, DB, closed))
    assert [move.opens for move in back.moves] == [False]
    assert not difference(network(WEB, DB, opened), network(DB, opened, WEB)).moves


def test_workloads_of_one_side_only_are_named_and_move_no_others() -> None:
    closed = policy("podSelector: {matchLabels: {app: web}}")
    found = difference(network(pod("a"), WEB, DB), network(WEB, DB, pod("z"), pod("b"), closed))
    assert (found.added, found.removed) == (("shop/Pod/b", "shop/Pod/z"), ("shop/Pod/a",))
    moved = {
        (found.names[source], found.names[move.destination])
        for move in found.moves
        for source in range(len(found.names))
        if move.sources >> source & 1
    }
    assert moved == {("shop/Pod/db", "shop/Pod/web"), ("the internet", "shop/Pod/web")}


def test_the_internet_is_an_end_of_pairs_too() -> None:
    out = policy("podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]")
    found = difference(network(WEB, DB, out), network(WEB, DB))
    pairs = {(move.sources, found.names[move.destination]) for move in found.moves}
    assert pairs == {(2, "shop/Pod/db"), (2, "the internet")}
