"""What a running cluster did not let be read is never taken for absent."""

from __future__ import annotations

from urllib.parse import unquote

import msgspec
import pytest
from tests.fake_cluster import pod, thing

from seawall.app.scan import Options, report_on
from seawall.core import Document
from seawall.core.objects import ObjectText
from seawall.findings import judge
from seawall.inventory import Coverage, Inventory, Unread, collect
from seawall.model import Estate
from seawall.reports.formats import FORMATS
from seawall.reports.reader_role import LACKING, missing_rules
from seawall.reports.report import Report
from seawall.reports.style import Style
from seawall.rules.catalog import catalog
from seawall.rules.spec import Rule

RULES = {rule.id: rule for rule in catalog()}
FORBIDDEN = "the server forbids it (403)"


def live(*unread: Unread) -> Inventory:
    trees = [thing("Namespace", "shop", None), pod("cart", privileged=True)]
    found = collect((Document("cluster:x", ObjectText(tree, "cluster:x")) for tree in trees), whole=True)
    return msgspec.structs.replace(found, unread=unread, live=True)


def told(inventory: Inventory, *names: str) -> tuple[list[str], tuple[tuple[str, str], ...], int]:
    rules: list[Rule] = [RULES[name] for name in names]
    judgement = judge(Estate(inventory), rules)
    return [finding.rule.id for finding in judgement.findings], judgement.not_looked_at, judgement.unasked


def test_a_rule_is_asked_where_all_it_needs_was_read() -> None:
    assert told(live(), "no-network-policy") == (["no-network-policy"], (), 0)


@pytest.mark.parametrize(
    ("kind", "group", "rule"),
    [
        ("NetworkPolicy", "networking.k8s.io", "no-network-policy"),  # needs
        ("LimitRange", "", "no-memory-limit"),  # uses
    ],
)
def test_a_rule_is_not_asked_where_absence_would_decide(kind: str, group: str, rule: str) -> None:
    found, aside, number = told(live(Unread(kind, group, why=FORBIDDEN, cause="refused")), rule)
    assert (found, number) == ([], 1)
    assert aside == ((f"rule {rule}", f"needs every {kind}: {FORBIDDEN}"),)


def test_pods_are_not_all_there_where_what_makes_them_was_not_read() -> None:
    hidden = live(Unread("Deployment", "apps", why=FORBIDDEN))
    assert told(hidden, "service-selects-nothing")[2] == 1
    assert told(hidden, "removed-api")[2] == 0


def test_what_a_role_would_only_add_to_is_still_found() -> None:
    binding = thing(
        "ClusterRoleBinding",
        "all",
        None,
        "rbac.authorization.k8s.io/v1",
        roleRef={"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "cluster-admin"},
        subjects=[{"kind": "User", "name": "eve", "apiGroup": "rbac.authorization.k8s.io"}],
    )
    found = collect([Document("a", ObjectText(binding, "a"))], whole=True)
    hidden = msgspec.structs.replace(found, unread=(Unread("ClusterRole", why=FORBIDDEN),), live=True)
    names, aside, number = told(hidden, "cluster-admin-binding")
    assert names == ["cluster-admin-binding"]
    assert (aside, number) == ((("what rule cluster-admin-binding finds by ClusterRole", FORBIDDEN),), 1)


def report(*unread: Unread) -> Report:
    rows = tuple((each.label, each.why) for each in unread)
    rules = missing_rules(unread)
    inventory = live(*unread)
    coverage = Coverage(0, 2, 2, 0, (*rows, *([(LACKING, rules)] if rules else [])))
    return report_on(msgspec.structs.replace(inventory, coverage=coverage), tuple(catalog()), Options(jobs=1))


REFUSED = (
    Unread("NetworkPolicy", "networking.k8s.io", "networkpolicies", why=FORBIDDEN, cause="refused"),
    Unread("Ingress", "networking.k8s.io", "ingresses", why=FORBIDDEN, cause="refused"),
    Unread("ConfigMap", "", "configmaps", why=FORBIDDEN, cause="refused"),
)


def test_the_terminal_ends_with_the_rules_to_add() -> None:
    text = "".join(FORMATS["terminal"](report(*REFUSED), Style()))
    block = """
  - apiGroups: [""]
    resources: [configmaps]
    verbs: [list]
  - apiGroups: [networking.k8s.io]
    resources: [ingresses, networkpolicies]
    verbs: [list]
"""
    assert block in text
    assert "in 2 objects of a running cluster" in text
    assert "1 │" not in text


def test_json_holds_what_was_not_read_and_the_rules_to_add() -> None:
    tree = msgspec.json.decode("".join(FORMATS["json"](report(*REFUSED), Style())))
    assert tree["coverage"]["unread"][2] == {
        "kind": "ConfigMap",
        "group": "",
        "resource": "configmaps",
        "namespace": "",
        "why": FORBIDDEN,
        "cause": "refused",
    }
    [why] = [row["why"] for row in tree["coverage"]["not_looked_at"] if row["what"] == LACKING]
    assert why == (
        'add to the reader\'s ClusterRole: rules: [{apiGroups: [""], resources: [configmaps], verbs: [list]}, '
        "{apiGroups: [networking.k8s.io], resources: [ingresses, networkpolicies], verbs: [list]}]"
    )


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_every_format_takes_objects_without_text(form: str) -> None:
    assert "cluster:x" in unquote("".join(FORMATS[form](report(), Style())))


def test_secrets_that_nobody_asked_for_fail_no_pipeline() -> None:
    chosen = Unread("Secret", "", "secrets", why="they are left alone", cause="chosen")
    assert report(chosen).failed_kinds == 0
    assert report(chosen, *REFUSED).failed_kinds == 3
    assert missing_rules([chosen]) == ""


def test_what_a_kind_would_only_add_to_is_found_and_said_to_be_partial() -> None:
    rule = msgspec.structs.replace(RULES["privileged-container"], finds_by=("RoleBinding",))
    role_bindings = Unread("RoleBinding", "rbac.authorization.k8s.io", "rolebindings", "", FORBIDDEN)
    judgement = judge(Estate(live(role_bindings)), [rule])
    assert [finding.rule.id for finding in judgement.findings] == ["privileged-container"]
    assert ("what rule privileged-container finds by RoleBinding", FORBIDDEN) in judgement.not_looked_at
