"""What is read of a cluster, and what is said of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.fake_cluster import FakeCluster, kubeconfig, pod, served, thing

from seawall.core import Document
from seawall.errors import ConfigError
from seawall.sources.cluster.reading import read_cluster
from seawall.sources.cluster.transport import Pace
from seawall.sources.cluster.wanted import Live, Wanted

FAST = Pace(qps=10_000, tries=3, pause=0.001, timeout=5)


def quiet(_what: str, _done: int) -> None:
    pass


def read(cluster: FakeCluster, folder: Path, **wanted: str) -> Live:
    asked = Wanted(kubeconfig=kubeconfig(folder, cluster.url), **wanted)  # type: ignore[arg-type]  # one of its words
    return read_cluster(asked, {}, quiet, FAST)


def named(live: Live) -> list[str]:
    return [document.file for document in live.documents]


def tree(document: Document) -> dict[str, object]:
    value: dict[str, object] = document.text.value
    return value


@pytest.mark.parametrize("aggregated", [True, False])
def test_everything_of_use_is_read(tmp_path: Path, aggregated: bool) -> None:
    cluster = FakeCluster(
        [
            thing("Namespace", "shop", None),
            pod("cart"),
            thing("Deployment", "web", api_version="apps/v1", spec={}),
            thing("Cart", "mine", api_version="shop.example/v1"),
            thing("Lease", "node", api_version="coordination.k8s.io/v1"),
            thing("Event", "started"),
        ],
        aggregated=aggregated,
    )
    cluster.add("shop.example", "v1", "carts", "Cart")
    with served(cluster):
        live = read(cluster, tmp_path)
    assert named(live) == [
        "cluster:namespaces/shop",
        "cluster:shop/pods/cart",
        "cluster:shop/deployments.apps/web",
        "cluster:shop/carts.shop.example/mine",
    ]
    assert live.version == "v1.34.2"
    assert not live.problems
    assert [gap.kind for gap in live.gaps] == ["Secret"]
    assert [what for what, _ in live.aside] == ["2 kinds of the cluster (events, leases.coordination.k8s.io)"]
    assert cluster.methods == {"GET"}
    assert not any("watch" in request.query for request in cluster.requests)
    assert all(path.count("/secrets") == 0 for path in cluster.paths())


def test_an_object_is_what_the_server_holds_less_its_book_keeping(tmp_path: Path) -> None:
    with served(FakeCluster([pod("cart")])) as cluster:
        [document] = read(cluster, tmp_path).documents
    assert tree(document)["apiVersion"] == "v1"
    assert tree(document)["kind"] == "Pod"
    assert tree(document)["metadata"] == {"name": "cart", "namespace": "shop", "uid": "uid-Pod-cart"}


@pytest.mark.parametrize("aggregated", [True, False])
def test_a_version_that_is_known_is_preferred_to_the_server_s_own(tmp_path: Path, aggregated: bool) -> None:
    cluster = FakeCluster([thing("CronJob", "old", api_version="batch/v1")], aggregated=aggregated)
    cluster.add("batch", "v9", "cronjobs", "CronJob")
    cluster.add("batch", "v1", "cronjobs", "CronJob")
    cluster.add("shop.example", "v2", "carts", "Cart")
    cluster.add("shop.example", "v1", "carts", "Cart")
    with served(cluster):
        live = read(cluster, tmp_path)
    assert named(live) == ["cluster:shop/cronjobs.batch/old"]
    assert "/apis/batch/v9/cronjobs" not in cluster.paths()
    assert "/apis/shop.example/v2/carts" in cluster.paths()  # nobody knows it: the server's own
    assert "/apis/shop.example/v1/carts" not in cluster.paths()


def test_pages_are_joined(tmp_path: Path) -> None:
    with served(FakeCluster([pod(f"p{number}") for number in range(23)])) as cluster:
        cluster.page = 5
        live = read(cluster, tmp_path)
    assert [tree(each)["metadata"]["name"] for each in live.documents] == [f"p{number}" for number in range(23)]  # type: ignore[index]
    assert cluster.paths().count("/api/v1/pods") == 5
    assert {r.query["limit"] for r in cluster.requests if r.path == "/api/v1/pods"} == {"500"}


def test_what_rbac_refuses_is_a_gap_and_the_rest_is_read(tmp_path: Path) -> None:
    with served(FakeCluster([pod("cart"), thing("ConfigMap", "settings")])) as cluster:
        cluster.rules = [{"apiGroups": [""], "resources": ["pods"], "verbs": ["list"]}]
        live = read(cluster, tmp_path)
    assert named(live) == ["cluster:shop/pods/cart"]
    [config_maps] = [gap for gap in live.gaps if gap.kind == "ConfigMap"]
    assert (config_maps.resource, config_maps.group, config_maps.refused) == ("configmaps", "", True)
    assert config_maps.why == "the server forbids it (403)"


def test_the_context_s_namespace_is_read_where_all_are_refused(tmp_path: Path) -> None:
    with served(FakeCluster([pod("cart"), pod("other", "bank")])) as cluster:
        plain = cluster.answer

        def answer(path: str, headers: dict[str, str]) -> object:
            cluster.rules = None if path.startswith("/api/v1/namespaces/shop/pods") else []
            return plain(path, headers)

        cluster.answer = answer  # type: ignore[method-assign, assignment]
        asked = Wanted(kubeconfig=kubeconfig(tmp_path, cluster.url, namespace="shop"))
        live = read_cluster(asked, {}, quiet, Pace(qps=1000, tries=2, pause=0.001, workers=1))
    assert named(live) == ["cluster:shop/pods/cart"]
    [pods] = [gap for gap in live.gaps if gap.kind == "Pod"]
    assert (pods.why, pods.refused) == ("the server forbids it (403) but in namespace shop", True)


def test_secrets_come_without_values_when_they_are_asked_for(tmp_path: Path) -> None:
    applied = {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"password":"aHVudGVyMg=="}}', "a": "b"}
    secret = thing("Secret", "db", type="Opaque", data={"password": "aHVudGVyMg=="})
    secret["metadata"]["annotations"] = applied
    token = thing("Secret", "old", type="kubernetes.io/service-account-token", data={"token": "ZXlK"})
    with served(FakeCluster([secret, token])) as cluster:
        live = read(cluster, tmp_path, secrets="metadata")
    lists = [request for request in cluster.requests if request.path == "/api/v1/secrets"]
    accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
    assert [request.headers["Accept"] for request in lists] == [accept, accept]
    db, old = (tree(document) for document in live.documents)
    assert db["metadata"]["annotations"] == {"a": "b"}  # type: ignore[index]
    assert repr(db["data"]) == "Unknown('')"
    assert repr(db["type"]) == "Unknown('')"
    assert old["type"] == "kubernetes.io/service-account-token"
    assert "aHVudGVyMg" not in repr(live.documents)
    assert ("what 2 Secrets hold", "only the metadata of Secrets is read") in live.aside
    assert not live.gaps


def test_a_server_that_gives_values_all_the_same_is_not_listened_to(tmp_path: Path) -> None:
    from tests.fake_cluster import answer

    secrets = {"kind": "SecretList", "items": [thing("Secret", "db", data={"password": "aHVudGVyMg=="})]}
    with served(FakeCluster()) as cluster:
        cluster.hooks.append(lambda request: answer(secrets) if request.path == "/api/v1/secrets" else None)
        live = read(cluster, tmp_path, secrets="metadata")
    assert not live.documents
    [gap] = live.gaps
    assert gap.why == "the server answered with SecretList where PartialObjectMetadataList was asked for"


def test_no_kubeconfig_and_no_pod_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no kubeconfig"):
        read_cluster(Wanted(), {"KUBECONFIG": str(tmp_path / "absent")}, quiet, FAST)
