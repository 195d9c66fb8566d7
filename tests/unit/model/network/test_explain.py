"""The facts that make an answer name what decides, and nothing that does not; the changes named do flip it."""

from __future__ import annotations

import pytest
from tests.unit.model.network.worlds import admin, network, pod, policy, service

WEB, DB = pod("web"), pod("db", ports="[{name: pg, containerPort: 5432}]")
CLOSED_DB = policy("podSelector: {matchLabels: {app: db}}", "closed")
ALL = "subject: {namespaces: {}}"
EVERY = "from: [{namespaces: {}}]"


def cnp(action: str, priority: int = 1, tier: str = "Admin", more: str = "") -> str:
    rule = f"{{action: {action}, {EVERY}{more}}}"
    return admin(f"tier: {tier}, priority: {priority}, {ALL}, ingress: [{rule}]", name=f"{tier.lower()}-{priority}")


def facts(*policies: str, source: str = "shop/pod/web", to: str = "shop/pod/db") -> list[str]:
    return [fact.text for fact in network(WEB, DB, *policies).connection(source, to).because]


def flips(*policies: str, source: str = "shop/pod/web", to: str = "shop/pod/db") -> list[str]:
    world = network(WEB, DB, *policies)
    return [fact.text for fact in world.flips(world.connection(source, to))]


def test_a_rule_that_decides_everything_ends_the_tale() -> None:
    told = facts(cnp("Accept"), cnp("Deny", 2), CLOSED_DB)
    assert [text for text in told if "ingress" in text] == [
        'ClusterNetworkPolicy "admin-1", ingress[0]: Allow for ingress, all ports'
    ]


def test_a_rule_for_some_ports_and_one_that_passes_do_not() -> None:
    some = ", protocols: [{tcp: {destinationPort: {number: 80}}}]"
    told = facts(cnp("Deny", more=some), cnp("Pass", 2), cnp("Deny", 3), CLOSED_DB, cnp("Deny", tier="Baseline"))
    assert [text.partition(":")[0].partition(";")[0] for text in told if "for ingress" in text] == [
        'ClusterNetworkPolicy "admin-1", ingress[0]',
        'ClusterNetworkPolicy "admin-2", ingress[0]',
        'NetworkPolicy "shop/closed" selects Pod "shop/db" for ingress',
    ]


def test_the_baseline_is_told_where_no_policy_selects() -> None:
    told = facts(cnp("Deny", tier="Baseline"))
    assert told[-2:] == [
        'no NetworkPolicy selects Pod "shop/db" for ingress',
        'ClusterNetworkPolicy "baseline-1", ingress[0]: Deny for ingress, all ports',
    ]


def test_equal_priorities_are_all_told() -> None:
    other = cnp("Accept").replace("admin-1", "other")
    assert len([text for text in facts(cnp("Deny"), other) if "ClusterNetworkPolicy" in text]) == 2


def test_places_point_at_rules() -> None:
    allow = policy("podSelector: {matchLabels: {app: db}}, ingress: [{ports: [{port: 80}]}, {ports: [{port: 81}]}]")
    paths = [fact.path for fact in network(WEB, DB, allow).connection("shop/pod/web", "shop/pod/db").because[1:]]
    assert paths == [("spec", "ingress", 0), ("spec", "ingress", 1)]


def test_addresses_are_called_as_they_were_asked() -> None:
    pods = policy("podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {}}]}]")
    assert any("names the internet" in text for text in facts(pods, source="internet"))
    assert any("names 8.8.8.8" in text for text in facts(pods, source="8.8.8.8"))
    assert any("it lets nothing through" in text for text in facts(CLOSED_DB, source="8.8.8.8"))


@pytest.mark.parametrize(
    ("policies", "start"),
    [
        ((), 'add a NetworkPolicy that selects Pod "shop/db" for ingress'),
        ((CLOSED_DB,), 'add to NetworkPolicy "shop/closed" a rule of ingress from pods {app: web} of namespace shop'),
        ((cnp("Deny"),), 'let ClusterNetworkPolicy "admin-1" accept all ports before ingress[0] denies it'),
        ((cnp("Accept"), CLOSED_DB), 'take ingress[0] out of ClusterNetworkPolicy "admin-1"'),
        (
            (policy("podSelector: {matchLabels: {app: db}}, ingress: [{}]", "open"),),
            'take all ports out of ingress[0] of NetworkPolicy "shop/open"',
        ),
        (
            (policy("podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]", "out"),),
            'add to NetworkPolicy "shop/out" a rule of egress to pods {app: db} of namespace shop',
        ),
    ],
)
def test_the_first_change_that_would_flip_an_answer(policies: tuple[str, ...], start: str) -> None:
    found = flips(*policies)
    assert len(found) == 1
    assert found[0].startswith(start)


def test_both_sides_may_have_to_change() -> None:
    out = policy("podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]", "out")
    assert [text.split('"')[1] for text in flips(CLOSED_DB, out)] == ["shop/out", "shop/closed"]


def test_of_a_service_the_target_port_is_named() -> None:
    behind = service("selector: {app: db}, ports: [{port: 80, targetPort: pg}]")
    assert "for TCP 5432" in flips(CLOSED_DB, behind, to="svc:shop/db")[0]


def test_nothing_flips_what_no_policy_decides() -> None:
    assert not flips(source="shop/pod/db")
    assert not flips(source="8.8.8.8", to="9.9.9.9")


DENY_ALL = policy("podSelector: {}", "deny-all")


def test_a_rule_is_added_where_it_opens_the_fewest() -> None:
    """A rule in a policy that selects every pod would open every pod."""
    assert flips(DENY_ALL, CLOSED_DB) == [
        'add to NetworkPolicy "shop/closed" a rule of ingress from pods {app: web} of namespace shop for all ports'
    ]
    assert flips(DENY_ALL) == [
        "add a NetworkPolicy to namespace shop that selects pods {app: db}, with a rule of ingress from pods "
        "{app: web} of namespace shop for all ports"
    ]


def test_whom_else_a_change_is_about_is_said() -> None:
    twins = [pod(f"db-{number}").replace(f"app: db-{number}", "app: db") for number in range(4)]
    assert flips(DENY_ALL, *twins)[0].endswith(
        '; it selects Pod "shop/db-0", Pod "shop/db-1", Pod "shop/db-2" and 1 more too'
    )
    bare = pod("bare").replace("labels: {app: bare}", "labels: {}")
    told = flips(DENY_ALL, bare, to="shop/pod/bare")[0]
    assert told.startswith('add to NetworkPolicy "shop/deny-all"')
    assert told.endswith('; it selects Pod "shop/db", Pod "shop/web" too')
    told = flips(DENY_ALL, bare, source="shop/pod/bare")[0]
    assert "from all pods of namespace shop" in told
    other = pod("web-2").replace("app: web-2", "app: web")
    assert "from pods {app: web} of namespace shop (and 1 more of these labels)" in flips(CLOSED_DB, other)[0]


def test_a_rule_that_is_narrowed_may_be_about_others() -> None:
    every = policy("podSelector: {}, ingress: [{}]", "open")
    assert flips(every) == [
        'take all ports out of ingress[0] of NetworkPolicy "shop/open"; it selects Pod "shop/web" too'
    ]


def test_labels_of_one_roll_out_select_nothing_for_long() -> None:
    rolled = pod("api", "pod-template-hash: abc")
    told = flips(DENY_ALL, rolled, to="shop/pod/api")[0]
    assert "selects pods {app: api}, with" in told
