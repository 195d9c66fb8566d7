"""Files and a running cluster together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.fake_cluster import FakeCluster, kubeconfig, pod, served, thing

from seawall.cli.main import cli

Tree = dict[str, Any]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments, catch_exceptions=False, standalone_mode=False)


def deployment(name: str, *, image: str = "web:latest", namespace: str | None = "shop", **container: object) -> Tree:
    spec = {"template": {"spec": {"containers": [{"name": "web", "image": image, **container}]}}}
    return thing("Deployment", name, namespace, "apps/v1", spec=spec)


def written(folder: Path, *trees: Tree) -> str:
    """As a person writes them: without what a server adds."""
    for tree in trees:
        metadata = {key: value for key, value in tree["metadata"].items() if key not in ("uid", "managedFields")}
        (folder / f"{metadata['name']}.yaml").write_text(json.dumps({**tree, "metadata": metadata}), "utf-8")
    return str(folder)


def made_by(owner: Tree, kind: str, name: str, api_version: str, spec: Tree) -> Tree:
    made = thing(kind, name, owner["metadata"]["namespace"], api_version, spec=spec)
    reference = {"controller": True, "kind": owner["kind"], "name": owner["metadata"]["name"]}
    made["metadata"]["ownerReferences"] = [{**reference, "uid": owner["metadata"]["uid"]}]
    return made


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[FakeCluster]:
    old = deployment("cart", image="cart:latest", securityContext={"privileged": True})
    replicas = made_by(old, "ReplicaSet", "cart-1", "apps/v1", old["spec"])
    running = made_by(replicas, "Pod", "cart-1-x", "v1", old["spec"]["template"]["spec"])
    with served(
        FakeCluster(
            [
                thing("Namespace", "shop", None),
                *(old, replicas, running),
                *(pod("stray"), pod("elsewhere", "bank")),
                *(thing("ConfigMap", "kube-root-ca.crt"), thing("ServiceAccount", "default")),
            ]
        )
    ) as cluster:
        yield cluster


@pytest.fixture
def k8s(tmp_path: Path) -> Path:
    folder = tmp_path / "k8s"
    folder.mkdir()
    return folder


def scanned(shop: FakeCluster, tmp_path: Path, *arguments: str) -> Tree:
    flags = ["--cluster", "--kubeconfig", kubeconfig(tmp_path, shop.url), "--no-config"]
    said = run("scan", *arguments, *flags, "-o", "json")
    tree: Tree = json.loads(said.stdout)
    return tree


def test_what_is_in_one_of_them_only_is_said(shop: FakeCluster, tmp_path: Path, k8s: Path) -> None:
    folder = written(k8s, deployment("cart"), deployment("new"), thing("Secret", "db"))
    drift = scanned(shop, tmp_path, folder)["drift"]
    assert drift["both"] == 1
    assert [(each["kind"], each["name"]) for each in drift["only_files"]] == [("Deployment", "new")]
    assert drift["only_cluster"] == [
        {"apiVersion": "v1", "kind": "Pod", "namespace": "shop", "name": "stray", "file": "cluster:shop/pods/stray"}
    ]
    assert [each["name"] for each in drift["undecided"]] == ["db"]


def test_a_finding_says_whether_it_is_live_already(shop: FakeCluster, tmp_path: Path, k8s: Path) -> None:
    """The file takes the privilege away, keeps the mutable tag that the cluster has, and adds a host port."""
    files = deployment("cart", image="cart:latest", ports=[{"containerPort": 80, "hostPort": 80}])
    report = scanned(shop, tmp_path, written(k8s, files))
    found = {(row["rule"], row["subject"]["name"]): row for row in report["findings"]}
    assert found["image-tag-mutable", "cart"]["live"] is True
    assert found["image-tag-mutable", "cart"]["location"]["file"] == f"{k8s}/cart.yaml"
    assert found["host-port", "cart"]["live"] is False
    assert found["naked-pod", "stray"]["live"] is True
    # What runs now goes when the file is applied, and its findings with it.
    assert not [row for row in report["findings"] if row["rule"] == "privileged-container"]
    assert not [row for row in report["findings"] if row["subject"]["name"].startswith("cart-1")]


def test_an_object_without_a_namespace_is_that_of_default(shop: FakeCluster, tmp_path: Path, k8s: Path) -> None:
    shop.objects.append(deployment("web", namespace="default"))
    report = scanned(shop, tmp_path, written(k8s, deployment("web", namespace=None)))
    assert report["drift"]["both"] == 1
    rows = [row for row in report["findings"] if row["subject"]["name"] == "web"]
    assert {row["live"] for row in rows if row["verdict"] == "fail"} == {True}


def test_one_alone_has_no_drift(shop: FakeCluster, tmp_path: Path, k8s: Path) -> None:
    report = scanned(shop, tmp_path)
    assert "drift" not in report
    assert not any("live" in row for row in report["findings"])


def test_the_terminal_sums_it_up(shop: FakeCluster, tmp_path: Path, k8s: Path) -> None:
    folder = written(k8s, deployment("cart", image="cart:latest"), deployment("new"))
    flags = ["--cluster", "--kubeconfig", kubeconfig(tmp_path, shop.url), "--no-config"]
    text = run("scan", folder, *flags).stdout
    assert "of 2 files and a running cluster" in text
    assert "Files and cluster\n  1 object in both; of what was found in files" in text
    assert "  only in files: Deployment shop/new\n" in text
    assert "  only in the cluster, in namespaces that the files fill: Pod shop/stray\n" in text


def test_a_cluster_that_is_not_reached_is_code_3_whatever_the_files_say(
    shop: FakeCluster, tmp_path: Path, k8s: Path
) -> None:
    shop.token = "right"
    folder = written(k8s, thing("ConfigMap", "settings", data={}))
    flags = ["--cluster", "--kubeconfig", kubeconfig(tmp_path, shop.url), "--no-config"]
    said = run("scan", folder, *flags, "--fail-on", "none")
    assert said.return_value == 3
    assert "was not read: the server does not take the credentials (401)" in " ".join(said.stdout.split())
    report = scanned(shop, tmp_path, folder)
    assert "drift" not in report
    # What is not in the files may well be in the cluster.
    asked = [row["what"] for row in report["coverage"]["not_looked_at"] if "--estate" in row["why"]]
    assert "rule no-network-policy" in asked
