"""The role that a scan of a cluster needs: enough, and nothing more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from tests.fake_cluster import FakeCluster, kubeconfig, pod, served, thing

from seawall.app.reader_role import RoleWish, reader_role
from seawall.cli.main import cli
from seawall.data.api import api_types
from seawall.errors import UsageError
from seawall.findings.unread import kinds_of
from seawall.rules.catalog import catalog
from seawall.sources.cluster.kinds import READ


def documents(*arguments: str) -> list[dict[str, Any]]:
    said = run("reader-role", *arguments)
    assert said.return_value == 0, said.stderr
    return list(yaml.safe_load_all(said.stdout))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, catch_exceptions=False, standalone_mode=False)


def resources(role: dict[str, Any]) -> set[tuple[str, str]]:
    return {(rule["apiGroups"][0], name) for rule in role["rules"] for name in rule["resources"]}


def test_it_may_list_and_nothing_else() -> None:
    [role] = documents()
    assert (role["kind"], role["metadata"]["name"]) == ("ClusterRole", "seawall-reader")
    assert {verb for rule in role["rules"] for verb in rule["verbs"]} == {"list"}
    assert all("*" not in rule["resources"] and "*" not in rule["apiGroups"] for rule in role["rules"])
    assert ("", "secrets") not in resources(role)


@pytest.mark.parametrize("secrets", [False, True])
def test_the_role_is_enough_for_a_scan(tmp_path: Path, secrets: bool) -> None:
    wanted = ["--secrets", "metadata"] if secrets else []
    [role] = documents(*wanted)
    with served(FakeCluster([thing("Namespace", "shop", None), pod("cart"), thing("Secret", "db")])) as cluster:
        cluster.rules = role["rules"]
        flags = ["--cluster", "--kubeconfig", kubeconfig(tmp_path, cluster.url), *wanted]
        said = run("scan", *flags, "-o", "json", "--no-config")
    assert "403" not in said.stdout
    assert ("--secrets metadata" in said.stdout) is not secrets


def test_custom_resources_come_with_a_cluster(tmp_path: Path) -> None:
    with served(FakeCluster()) as cluster:
        cluster.add("shop.example", "v1", "carts", "Cart")
        [role] = documents("--cluster", "--kubeconfig", kubeconfig(tmp_path, cluster.url))
    assert ("shop.example", "carts") in resources(role)
    assert ("coordination.k8s.io", "leases") not in resources(role)
    assert ("", "secrets") not in resources(role)


def test_only_what_some_rules_look_at() -> None:
    [role] = documents("--select", "no-network-policy", "--name", "reader: 1")
    assert ("networking.k8s.io", "networkpolicies") in resources(role)
    assert ("rbac.authorization.k8s.io", "roles") not in resources(role)
    assert role["metadata"]["name"] == "reader: 1"


@pytest.mark.parametrize(
    ("subject", "expected"),
    [
        ("sa:seawall/scanner", {"kind": "ServiceAccount", "name": "scanner", "namespace": "seawall"}),
        ("user:jane", {"kind": "User", "name": "jane", "apiGroup": "rbac.authorization.k8s.io"}),
        ("group:ops", {"kind": "Group", "name": "ops", "apiGroup": "rbac.authorization.k8s.io"}),
    ],
)
def test_it_is_bound_to_whom_one_says(subject: str, expected: dict[str, str]) -> None:
    role, binding = documents("--binding", subject)
    assert binding["roleRef"]["name"] == role["metadata"]["name"]
    assert binding["subjects"] == [expected]


def test_a_subject_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError):
        list(reader_role(RoleWish(binding="jane")))


def test_a_cluster_that_does_not_answer_gives_no_role(tmp_path: Path) -> None:
    with served(FakeCluster()) as cluster:
        cluster.token = "right"
        said = run("reader-role", "--cluster", "--kubeconfig", kubeconfig(tmp_path, cluster.url))
    assert (said.return_value, said.stdout) == (3, "")
    assert "does not take the credentials (401)" in said.stderr


def test_every_kind_that_a_rule_looks_at_is_read() -> None:
    """Of Kubernetes' own: custom resources are read whatever they are."""
    known = {kind for table in READ.values() for kind in table.values()}
    built_in = {key.rpartition("/")[2] for key in api_types().kinds}
    for rule in catalog():
        assert kinds_of(rule) & built_in <= known, rule.id
