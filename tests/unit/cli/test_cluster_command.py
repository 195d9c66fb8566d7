"""`--cluster` on the command line: what is printed, and how it ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result
from tests.fake_cluster import Answer, FakeCluster, Request, kubeconfig, pod, served, thing

from seawall.cli.main import cli
from seawall.errors import UsageError


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, catch_exceptions=False, standalone_mode=False)


@pytest.fixture
def shop() -> Iterator[FakeCluster]:
    with served(FakeCluster([thing("Namespace", "shop", None), pod("cart", privileged=True)])) as cluster:
        yield cluster


def test_a_cluster_is_scanned_for_its_version(shop: FakeCluster, tmp_path: Path) -> None:
    said = run("scan", "--cluster", "--kubeconfig", kubeconfig(tmp_path, shop.url), "-o", "json", "--no-config")
    report = json.loads(said.stdout)
    assert said.return_value == 1
    assert report["tool"]["kube_version"] == "1.34"
    assert {row["location"]["precision"] for row in report["findings"]} == {"document"}
    assert {row["location"]["file"] for row in report["findings"]} == {
        "cluster:namespaces/shop",
        "cluster:shop/pods/cart",
    }
    schema = json.loads((Path(__file__).parents[3] / "docs" / "schema" / "report.json").read_text("utf-8"))
    jsonschema_rs.validator_for(schema).validate(report)


@pytest.mark.parametrize(("version", "told"), [("v1.99.0", "1.99"), ("v1.24.17-eks-1", "1.24"), ("strange", "1.37")])
def test_a_version_is_what_the_server_says(shop: FakeCluster, tmp_path: Path, version: str, told: str) -> None:
    shop.version = version
    said = run("scan", "--cluster", "--kubeconfig", kubeconfig(tmp_path, shop.url), "-o", "json", "--no-config")
    assert json.loads(said.stdout)["tool"]["kube_version"] == told
    assert ("what Kubernetes 1.99 changed" in said.stdout) is (told == "1.99")


def test_a_version_that_somebody_says_counts(shop: FakeCluster, tmp_path: Path) -> None:
    config = kubeconfig(tmp_path, shop.url)
    flags = ["scan", "--cluster", "--kubeconfig", config, "-o", "json"]
    said = run(*flags, "--kube-version", "1.37", "--no-config")
    assert json.loads(said.stdout)["tool"]["kube_version"] == "1.37"
    (tmp_path / "seawall.toml").write_text('kube-version = "1.37"\n')
    said = run(*flags, "--config", str(tmp_path / "seawall.toml"))
    assert json.loads(said.stdout)["tool"]["kube_version"] == "1.37"


def test_strict_fails_on_what_was_refused(shop: FakeCluster, tmp_path: Path) -> None:
    shop.objects = [thing("Namespace", "shop", None)]
    flags = ["scan", "--cluster", "--kubeconfig", kubeconfig(tmp_path, shop.url), "--fail-on", "none", "--no-config"]
    assert run(*flags, "--strict").return_value == 0  # Secrets are left alone: nobody asked for them
    shop.rules = [{"apiGroups": [""], "resources": ["namespaces"], "verbs": ["list"]}]
    said = run(*flags, "--strict")
    assert said.return_value == 1
    assert "unread kinds" in said.stderr
    assert "unasked rules (--strict)" in said.stderr
    assert run(*flags).return_value == 0


def test_a_cluster_of_which_nothing_may_be_read_is_no_success(shop: FakeCluster, tmp_path: Path) -> None:
    shop.rules = []
    said = run("scan", "--cluster", "--kubeconfig", kubeconfig(tmp_path, shop.url), "--no-config")
    assert said.return_value == 3
    assert "resources: [configmaps" in said.stdout


def test_a_cluster_that_is_not_there_is_no_success(tmp_path: Path) -> None:
    config = kubeconfig(tmp_path, "http://127.0.0.1:1")
    for command in ("scan", "pss"):
        said = run(command, "--cluster", "--kubeconfig", config, "--no-config")
        assert said.return_value == 3
        assert "http://127.0.0.1:1 cannot be reached" in " ".join(f"{said.stdout} {said.stderr}".split())


def test_an_interrupt_ends_it_while_a_server_keeps_it_waiting(shop: FakeCluster, tmp_path: Path) -> None:
    asked, ended = threading.Event(), threading.Event()

    def hold(request: Request) -> Answer | None:
        if request.path == "/api/v1/pods":
            asked.set()
            ended.wait(60)
        return None

    shop.hooks.append(hold)
    stored = tmp_path / "cluster.snapshot"
    command = ["snapshot", "--cluster", "--kubeconfig", kubeconfig(tmp_path, shop.url), "--to", str(stored)]
    with subprocess.Popen(
        [sys.executable, "-m", "seawall", *command, "--no-config"], stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert asked.wait(60)
            process.send_signal(signal.SIGINT)
            _, said = process.communicate(timeout=20)
        finally:
            process.kill()
            ended.set()
    assert (process.returncode, said.split()) == (130, ["Stopped."])
    assert [each.name for each in tmp_path.iterdir()] == ["kubeconfig"]


def test_pods_of_a_cluster_are_judged(shop: FakeCluster, tmp_path: Path) -> None:
    said = run("pss", "--cluster", "--kubeconfig", kubeconfig(tmp_path, shop.url), "-o", "json", "--no-config")
    assert [(row["file"], row["allowed"]) for row in json.loads(said.stdout)["pods"]] == [
        ("cluster:shop/pods/cart", False)
    ]


def test_pods_that_were_not_read_are_not_taken_for_allowed(shop: FakeCluster, tmp_path: Path) -> None:
    shop.objects = [thing("Namespace", "shop", None), pod("cart")]
    shop.rules = [{"apiGroups": [""], "resources": ["namespaces", "pods"], "verbs": ["list"]}]
    flags = ["pss", "--level", "baseline", "--cluster", "--kubeconfig", kubeconfig(tmp_path, shop.url), "--no-config"]
    said = run(*flags)
    assert "not judged: kind Deployment (apps): the server forbids it (403)" in said.stdout
    assert "kind NetworkPolicy" not in said.stdout
    assert said.stdout.endswith("1 allowed in a running cluster\n")
    assert (said.return_value, run(*flags, "--strict").return_value) == (0, 1)
    shop.rules = None
    assert run(*flags, "--strict").return_value == 0


def test_compliance_passes_nothing_that_was_not_read(shop: FakeCluster, tmp_path: Path) -> None:
    shop.rules = [{"apiGroups": [""], "resources": ["namespaces", "pods"], "verbs": ["list"]}]
    flags = ["scan", "--cluster", "--kubeconfig", kubeconfig(tmp_path, shop.url), "--no-config"]
    table = json.loads(run(*flags, "--compliance", "cis", "-o", "json").stdout)
    standings = {row["id"]: (row["standing"], row.get("why", "")) for row in table["controls"]}
    assert not [name for name, (standing, _) in standings.items() if standing == "pass"]
    assert any("was not read: the server forbids it (403)" in why for _, why in standings.values())


@pytest.mark.parametrize(
    "option", [["--context", "x"], ["--kubeconfig", "x"], ["--secrets", "metadata"], ["--qps", "5"]]
)
def test_an_option_of_clusters_says_nothing_without_one(option: list[str]) -> None:
    with pytest.raises(UsageError, match="says nothing without --cluster"):
        run("scan", *option)


def test_no_context_of_that_name(shop: FakeCluster, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no context 'bank'"):
        run("scan", "--cluster", "--context", "bank", "--kubeconfig", kubeconfig(tmp_path, shop.url))
