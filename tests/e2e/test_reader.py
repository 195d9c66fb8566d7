"""What an account sees that may not see everything: unknowns, and the rules to add, which are right."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.e2e.client import Client
from tests.e2e.plane import ControlPlane
from tests.e2e.running import answers, run
from tests.e2e.standing import settle
from tests.e2e.worlds import RBAC, namespaces

Tree = dict[str, Any]

READER = {"kind": "ServiceAccount", "name": "seawall-reader", "namespace": "alpha"}
QUIET = ("-o", "json", "--no-config", "--fail-on", "none")


@pytest.fixture(scope="module", autouse=True)
def ground(client: Client) -> None:
    """A Deployment in a namespace without network policies, somebody with rights, and the account that reads."""
    labels = {"app": "web"}
    container = {"name": "web", "image": "shop.example/web:1", "ports": [{"containerPort": 8080}]}
    template = {"metadata": {"labels": labels}, "spec": {"containers": [container]}}
    head = {"apiVersion": "v1", "metadata": {"name": READER["name"], "namespace": READER["namespace"]}}
    for item in (
        *namespaces(),
        {**head, "kind": "ServiceAccount"},
        {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": {"name": "web", "namespace": "alpha"},
            "spec": {"selector": {"matchLabels": labels}, "template": template},
        },
        binding("devs", "view", {"kind": "Group", "apiGroup": RBAC, "name": "devs"}),
    ):
        client.create(item)


@pytest.fixture
def kubeconfig(client: Client, plane: ControlPlane, tmp_path: Path) -> Path:
    """The reader's, with a token that the server signed."""
    path = f"/api/v1/namespaces/{READER['namespace']}/serviceaccounts/{READER['name']}/token"
    request = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {}}
    status, answer = client.ask("POST", path, request)
    assert status == 201
    config = json.loads(plane.kubeconfig.read_text("utf-8"))
    config["users"][0]["user"] = {"token": answer["status"]["token"]}
    found = tmp_path / "reader.kubeconfig"
    found.write_text(json.dumps(config), encoding="utf-8")
    return found


def binding(name: str, role: str, subject: Tree) -> Tree:
    reference = {"apiGroup": RBAC, "kind": "ClusterRole", "name": role}
    head = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRoleBinding", "metadata": {"name": name}}
    return {**head, "roleRef": reference, "subjects": [subject]}


def reader_rules() -> list[Tree]:
    role = next(iter(yaml.safe_load_all(run("reader-role"))))
    rules: list[Tree] = role["rules"]
    return rules


def without(rules: Sequence[Tree], resource: str) -> list[Tree]:
    return [{**rule, "resources": [name for name in rule["resources"] if name != resource]} for rule in rules]


@pytest.fixture
def granted(client: Client) -> Iterator[Any]:
    """Gives the reader these rules for as long as the test runs."""
    made: list[Tree] = []

    def grant(rules: Sequence[Tree]) -> None:
        name = f"reader-{len(made)}"
        kept = [rule for rule in rules if rule["resources"]]
        role = {"apiVersion": f"{RBAC}/v1", "kind": "ClusterRole", "metadata": {"name": name}, "rules": kept}
        made.extend(client.create(item) for item in (role, binding(name, name, READER)))
        settle(client)

    yield grant
    client.delete(made)
    settle(client)


def scanned(kubeconfig: Path, *words: str) -> Tree:
    report: Tree = json.loads(run("scan", "--cluster", "--kubeconfig", str(kubeconfig), *QUIET, *words))
    return report


def refused(report: Tree) -> set[str]:
    return {each["resource"] for each in report["coverage"]["unread"] if each["cause"] == "refused"}


def hint(report: Tree) -> list[Tree]:
    """The rules that the report says to add, read as YAML."""
    (row,) = (each["why"] for each in report["coverage"]["not_looked_at"] if each["what"] == "what RBAC refused")
    rules: list[Tree] = yaml.safe_load(row.partition("rules: ")[2])
    return rules


def found(report: Tree) -> set[tuple[str, str, str | None]]:
    return {(each["rule"], each["verdict"], each["subject"]["name"]) for each in report["findings"]}


def test_the_role_that_it_prints_is_enough(kubeconfig: Path, granted: Any, plane: ControlPlane) -> None:
    granted(reader_rules())
    report = scanned(kubeconfig)
    assert refused(report) == set()
    of_administrator = scanned(plane.kubeconfig)
    assert found(report) == found(of_administrator)
    assert ("no-network-policy", "fail", "alpha") in found(report)


@pytest.mark.parametrize("resource", ["networkpolicies", "clusterrolebindings", "namespaces", "resourcequotas"])
def test_what_it_may_not_list_is_unknown_and_the_hint_mends_it(resource: str, kubeconfig: Path, granted: Any) -> None:
    granted(without(reader_rules(), resource))
    partial = scanned(kubeconfig)
    assert refused(partial) == {resource}
    assert [(rule["resources"], rule["verbs"]) for rule in hint(partial)] == [([resource], ["list"])]
    granted(hint(partial))
    mended = scanned(kubeconfig)
    assert refused(mended) == set()
    # What could not be read takes findings away or makes them unknown, and finds nothing of its own.
    assert {rule for rule, verdict, _ in found(partial) if verdict == "fail"} <= {rule for rule, _, _ in found(mended)}
    assert found(partial) != found(mended)


def test_a_rule_that_needs_what_was_refused_is_not_passed(kubeconfig: Path, granted: Any) -> None:
    granted(without(reader_rules(), "networkpolicies"))
    report = scanned(kubeconfig)
    assert "no-network-policy" not in {rule for rule, _, _ in found(report)}
    rows = {each["what"]: each["why"] for each in report["coverage"]["not_looked_at"]}
    assert "NetworkPolicy" in rows["rule no-network-policy"]
    assert "403" in rows["rule no-network-policy"]


def test_an_account_without_rights_has_judged_nothing(kubeconfig: Path) -> None:
    report = json.loads(run("scan", "--cluster", "--kubeconfig", str(kubeconfig), *QUIET, codes=(3,)))
    assert report["findings"] == []
    assert {"pods", "networkpolicies", "clusterroles"} <= refused(report)


def test_a_question_about_what_was_not_read_is_unknown(kubeconfig: Path, granted: Any) -> None:
    line = {"id": 1, "groups": ["devs"], "resourceAttributes": {"verb": "get", "resource": "pods", "namespace": "beta"}}
    source = ("--cluster", "--kubeconfig", str(kubeconfig))
    granted(without(reader_rules(), "clusterrolebindings"))
    assert answers([line], *source)[1]["allowed"] == "unknown"
    granted(reader_rules())
    assert answers([line], *source)[1]["allowed"] is True


def test_it_lists_and_does_nothing_else(kubeconfig: Path, granted: Any, plane: ControlPlane) -> None:
    granted(reader_rules())
    scanned(kubeconfig)
    asked = [json.loads(line) for line in plane.audit_log.read_text("utf-8").splitlines()]
    assert len(asked) > 20
    assert {each["verb"] for each in asked} <= {"get", "list"}
    touched = {each.get("objectRef", {}).get("resource") for each in asked}
    assert "pods" in touched
    assert "secrets" not in touched
