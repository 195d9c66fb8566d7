"""Each corner of the semantics of network policies, by its number in the project's reference, asked in JSON lines.

What the engine's own tests take apart is here once more as `seawall reach --questions` answers it. The references are
k8s.io/api networking/v1 and network-policy-api apis/v1alpha1 and v1alpha2.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.model.network.worlds import admin, namespace, network, pod, policy, service

from seawall.app.reach import answers
from seawall.reports.reach import as_json_line

SHOP, BANK = namespace(labels="team: a"), namespace("bank")
WEB, DB = pod("web"), pod("db", ports="[{name: pg, containerPort: 5432}]")
FAR = pod("far", namespace="bank")
TO_DB = "podSelector: {matchLabels: {app: db}}"
OF_WEB = "podSelector: {matchLabels: {app: web}}"
EVERYONE = "subject: {namespaces: {}}"


def ask(*texts: str, source: Any = "shop/pod/web", to: Any = "shop/pod/db", assume: tuple[str, ...] = ()) -> Any:
    """What is allowed, or with ports left open the pair of both."""
    line = json.dumps({"id": 1, "from": source, "to": to})
    (found,) = answers(network(SHOP, BANK, WEB, DB, FAR, *texts, assume=assume), [line])
    said = json.loads(as_json_line(found))
    return (said["allowed"], said["unknown"]) if "unknown" in said else said["allowed"]


def ingress(rule: str) -> str:
    return policy(f"{TO_DB}, ingress: [{rule}]")


@pytest.mark.parametrize(
    ("spec", "into_db", "out_of_db"),
    [
        ("", {}, "ALL"),
        ("policyTypes: []", {}, "ALL"),
        ("egress: []", {}, "ALL"),
        ("egress: [{ports: [{port: 1}]}]", {}, {"TCP": [[1, 1]]}),
        ("policyTypes: [Egress], ingress: [{}]", "ALL", {}),
        ("policyTypes: [Ingress], egress: [{ports: [{port: 1}]}], ingress: [{}]", "ALL", "ALL"),
    ],
)
def test_corner_1_policy_types_and_both_ends(spec: str, into_db: Any, out_of_db: Any) -> None:
    limits = policy(f"{TO_DB}, {spec}" if spec else TO_DB)
    assert ask(limits) == into_db
    assert ask(limits, source="shop/pod/db", to="shop/pod/web") == out_of_db
    assert ask(limits, policy(f"{OF_WEB}, policyTypes: [Egress]", "other")) == {}


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("ingress: []", {}),
        ("ingress: [{}]", "ALL"),
        ("ingress: [{from: []}]", "ALL"),
        ("ingress: [{ports: [{}]}]", {"TCP": [[1, 65535]]}),
        ("ingress: [{ports: [{port: 80}, {port: 80, protocol: UDP}]}]", {"TCP": [[80, 80]], "UDP": [[80, 80]]}),
    ],
)
def test_corner_2_empty_and_missing_lists(rules: str, allowed: Any) -> None:
    assert ask(policy(f"{TO_DB}, {rules}")) == allowed
    assert ask(policy(f"{TO_DB}, {rules}"), source={"ip": "203.0.113.5"}) == allowed


@pytest.mark.parametrize(
    ("peers", "web", "far"),
    [
        ("{podSelector: {}}", "ALL", {}),
        ("{namespaceSelector: {}}", "ALL", "ALL"),
        ("{namespaceSelector: {matchLabels: {team: a}}, podSelector: {matchLabels: {app: other}}}", {}, {}),
        ("{namespaceSelector: {matchLabels: {team: b}}}, {podSelector: {matchLabels: {app: web}}}", "ALL", {}),
        ("{namespaceSelector: {matchExpressions: [{key: team, operator: DoesNotExist}]}}", {}, "ALL"),
        ("{namespaceSelector: {matchExpressions: [{key: team, operator: NotIn, values: [a]}]}}", {}, "ALL"),
        ("{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: bank}}}", {}, "ALL"),
    ],
)
def test_corner_3_peers(peers: str, web: Any, far: Any) -> None:
    assert ask(ingress(f"{{from: [{peers}]}}")) == web
    assert ask(ingress(f"{{from: [{peers}]}}"), source="bank/pod/far") == far


def test_corner_3_a_namespace_that_is_not_in_the_input_has_unknown_labels() -> None:
    stranger = pod("web", namespace="elsewhere")
    allow = ingress("{from: [{namespaceSelector: {matchLabels: {team: a}}}]}")
    assert ask(stranger, allow, source="elsewhere/pod/web") == "unknown"
    by_name = ingress("{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: elsewhere}}}]}")
    assert ask(stranger, by_name, source="elsewhere/pod/web") == "ALL"


def test_corner_4_labels_of_pods_count() -> None:
    owned = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: api, namespace: shop, labels: {app: db}}
spec: {template: {metadata: {labels: {app: api}}, spec: {containers: [{name: c, image: a}]}}}
"""
    assert ask(owned, policy(TO_DB), to="shop/deployment/api") == "ALL"
    assert ask(owned, policy("podSelector: {matchLabels: {app: api}}"), to="shop/deployment/api") == {}


def test_corner_5_named_ports_and_ranges() -> None:
    other = pod("api", ports="[{name: pg, containerPort: 6000, protocol: SCTP}]")
    named = policy("podSelector: {}, ingress: [{ports: [{port: pg}]}]")
    assert ask(other, named) == {"TCP": [[5432, 5432]]}
    assert ask(other, named, to="shop/pod/api") == {}
    assert ask(ingress("{ports: [{port: 80, endPort: 90, protocol: SCTP}]}")) == {"SCTP": [[80, 90]]}
    leaving = policy(f"{OF_WEB}, policyTypes: [Egress], egress: [{{ports: [{{port: pg}}]}}]")
    assert ask(leaving) == {"TCP": [[5432, 5432]]}
    assert ask(leaving, to={"ip": "203.0.113.5"}) == {}
    sidecar = "initContainers: [{name: s, image: a, restartPolicy: Always, ports: [{name: pg, containerPort: 7}]}]"
    assert ask(pod("side", spec=sidecar), named, to="shop/pod/side") == {"TCP": [[7, 7]]}
    assert ask(pod("once", spec=sidecar.replace(" restartPolicy: Always,", "")), named, to="shop/pod/once") == {}


def test_corner_6_blocks_of_addresses() -> None:
    less = ingress("{from: [{ipBlock: {cidr: 203.0.113.0/24, except: [203.0.113.128/25]}}]}")
    assert ask(less, source={"ip": "203.0.113.127"}) == "ALL"
    assert ask(less, source={"ip": "203.0.113.128"}) == {}
    assert ask(less, source={"ip": "2001:db8::1"}) == {}
    wide = policy(f"{TO_DB}, ingress: [{{from: [{{ipBlock: {{cidr: 203.0.113.0/24}}}}]}}]", "wide")
    assert ask(less, wide, source={"ip": "203.0.113.128"}) == "ALL"
    every = ingress("{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}")
    assert ask(every) == "unknown"
    assert ask(every, assume=("ipblock-matches-pods=no",)) == {}


def test_corner_7_the_network_of_the_host_and_a_pod_itself() -> None:
    host = pod("agent", spec="hostNetwork: true")
    closed = policy("podSelector: {}")
    apart = ("same-node=no",)
    assert ask(closed, source="shop/pod/db") == "ALL"
    assert ask(host, closed, to="shop/pod/agent", assume=apart) == "unknown"
    assert ask(host, closed, to="shop/pod/agent", assume=(*apart, "host-network-pods=unselected")) == "ALL"
    deny = admin(f"tier: Admin, priority: 1, {EVERYONE}, ingress: [{{action: Deny, from: [{{namespaces: {{}}}}]}}]")
    assert ask(host, deny, to="shop/pod/agent", assume=apart) == "ALL"


def test_corner_8_a_service_is_its_pods_and_their_ports() -> None:
    front = service("selector: {app: db}, ports: [{port: 80, targetPort: pg}]")
    assert ask(front, to="shop/service/db") == {"TCP": [[80, 80]]}
    assert ask(front, ingress("{ports: [{port: 5432}]}"), to="shop/service/db") == {"TCP": [[80, 80]]}
    assert ask(front, ingress("{ports: [{port: 80}]}"), to="shop/service/db") == {}, "a common dead rule"


def tier(name: str, priority: int, *actions: str) -> str:
    rules = ", ".join(f"{{action: {action}, from: [{{namespaces: {{}}}}]}}" for action in actions)
    spec = f"tier: {name}, priority: {priority}, {EVERYONE}, ingress: [{rules}]"
    return admin(spec, name=f"{name.lower()}-{priority}-{'-'.join(actions).lower()}")


def test_corner_9_tiers_priorities_and_actions() -> None:
    closed = policy(TO_DB)
    assert ask(closed, tier("Admin", 1, "Accept")) == "ALL"
    assert ask(tier("Admin", 2, "Accept"), tier("Admin", 1, "Deny")) == {}
    assert ask(closed, tier("Admin", 1, "Pass", "Accept"), tier("Admin", 2, "Accept")) == {}
    assert ask(tier("Baseline", 1, "Deny")) == {}
    assert ask(tier("Baseline", 1, "Deny"), ingress("{}")) == "ALL"
    assert ask(tier("Baseline", 1, "Pass"), tier("Baseline", 2, "Deny")) == "ALL"
    assert ask(tier("Admin", 1, "Accept"), tier("Admin", 1, "Deny")) == "unknown"
    assert ask(tier("Admin", 1, "Deny"), source={"ip": "203.0.113.5"}) == "ALL"


def test_corner_9_accepting_egress_opens_no_ingress_and_networks_match_pods() -> None:
    leaves = admin(f"tier: Admin, priority: 1, {EVERYONE}, egress: [{{action: Accept, to: [{{namespaces: {{}}}}]}}]")
    assert ask(leaves, policy(TO_DB)) == {}
    to_network = admin(
        f"tier: Admin, priority: 1, {EVERYONE}, egress: [{{action: Deny, to: [{{networks: [10.0.0.0/8]}}]}}]"
    )
    assert ask(to_network) == "unknown"
    assert ask(to_network, assume=("pod-cidrs=10.1.0.0/16",)) == {}


def test_corner_10_what_plugins_add_is_unknown_where_it_touches() -> None:
    calico = "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: g}\nspec: {}\n"
    assert ask(calico) == "unknown"
    assert ask(policy(TO_DB), assume=("policies-enforced=no",)) == "ALL"
