"""A scan of a running cluster finds what a scan of the files finds that were applied to it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.e2e.client import Client
from tests.e2e.plane import ControlPlane, control_plane
from tests.e2e.running import run, written
from tests.e2e.standing import wait

Tree = dict[str, Any]

EXAMPLES = Path(__file__).parents[2] / "examples"
FILLED_IN = {"${IMAGE_TAG}": "v1", "${REPLICAS}": "3"}
"""What the pipeline of the example fills in before it applies."""
GONE = {("policy/v1beta1", "PodDisruptionBudget")}
"""What a server of today no longer serves, and the example holds on purpose."""
PRUNED = {("misspelt-security-field", "Deployment shop/cart None")}
"""What no cluster can show: a server drops fields that it does not know."""
LAST = ("ValidatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding")
"""What would look at, or refuse, what is applied after it."""


@pytest.fixture(scope="module", params=["shop", "shop-hardened"])
def applied(request: pytest.FixtureRequest) -> Iterator[tuple[ControlPlane, list[Tree]]]:
    objects = ordered(manifests(EXAMPLES / request.param / "k8s"))
    with control_plane() as plane:
        with Client(plane.server, plane.folder) as client:
            for item in objects:
                apply(client, item)
        yield plane, objects


def manifests(folder: Path) -> Iterator[Tree]:
    for path in sorted(folder.rglob("*.yaml")):
        text = path.read_text("utf-8")
        for placeholder, value in FILLED_IN.items():
            text = text.replace(placeholder, value)
        for item in yaml.safe_load_all(text):
            if item and (item["apiVersion"], item["kind"]) not in GONE:
                yield item


def ordered(objects: Iterator[Tree]) -> list[Tree]:
    """Definitions and namespaces first, what guards the door last; with the accounts that a controller would make."""
    ranks = {"CustomResourceDefinition": -2, "Namespace": -1, "ServiceAccount": 0, **dict.fromkeys(LAST, 2)}
    found = list(objects)
    found += foreign(found)
    accounts = [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "default", "namespace": namespace}}
        for namespace in sorted({item["metadata"].get("namespace") or "default" for item in found})
    ]
    given = {identity(item) for item in found}
    found += [account for account in accounts if identity(account) not in given]
    return sorted(found, key=lambda item: ranks.get(item["kind"], 1))


def foreign(objects: list[Tree]) -> list[Tree]:
    """Definitions for the kinds of operators whose own definitions the example does not hold."""
    defined = {item["spec"]["group"] for item in objects if item["kind"] == "CustomResourceDefinition"}
    kinds = {
        (*item["apiVersion"].split("/"), item["kind"], "namespace" in item["metadata"])
        for item in objects
        if "." in item["apiVersion"].split("/")[0]
    }
    return [definition(*each) for each in sorted(kinds) if each[0] not in defined and not each[0].endswith(".k8s.io")]


def definition(group: str, version: str, kind: str, namespaced: bool) -> Tree:
    """A definition that accepts every field."""
    plural = f"{kind.lower()}s"
    anything = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    served = {"name": version, "served": True, "storage": True, "schema": {"openAPIV3Schema": anything}}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"{plural}.{group}"},
        "spec": {
            "group": group,
            "scope": "Namespaced" if namespaced else "Cluster",
            "names": {"kind": kind, "plural": plural},
            "versions": [served],
        },
    }


def apply(client: Client, item: Tree) -> None:
    client.create(item)
    if item["kind"] == "CustomResourceDefinition":
        for version in item["spec"]["versions"]:
            path = f"/apis/{item['spec']['group']}/{version['name']}"
            wait(lambda: serves(client, path, item["spec"]["names"]["plural"]), f"{path} is served")  # noqa: B023


def serves(client: Client, path: str, plural: str) -> bool:
    status, found = client.ask("GET", path)
    return status == 200 and any(each["name"] == plural for each in found["resources"])


def test_a_scan_of_the_cluster_finds_what_the_files_give(
    applied: tuple[ControlPlane, list[Tree]], tmp_path: Path
) -> None:
    plane, objects = applied
    files = written(objects, tmp_path / "estate.json")
    common = ("--fail-on", "none", "-o", "json", "--no-config")
    of_files = json.loads(run("scan", str(files), "--estate", "--kube-version", "1.37", *common))
    of_cluster = json.loads(run("scan", "--cluster", "--kubeconfig", str(plane.kubeconfig), *common))
    mine = {identity(item) for item in objects}
    wanted, found = findings(of_files, mine), findings(of_cluster, mine)
    assert wanted
    assert {(rule, where) for rule, _, _, where, _ in wanted - found} == PRUNED & {
        (each[0], each[3]) for each in wanted
    }
    assert not sorted(found - wanted), "only in the cluster"


def test_a_snapshot_of_the_cluster_gives_what_the_cluster_gives(
    applied: tuple[ControlPlane, list[Tree]], tmp_path: Path
) -> None:
    plane, _ = applied
    cluster = ("--cluster", "--kubeconfig", str(plane.kubeconfig))
    stored = tmp_path / "cluster.snapshot"
    run("snapshot", *cluster, "--to", str(stored))
    common = ("--fail-on", "none", "-o", "json", "--no-config")
    live, kept = (json.loads(run("scan", *source, *common)) for source in (cluster, (str(stored),)))
    assert sorted(each["fingerprint"] for each in kept["findings"]) == sorted(
        each["fingerprint"] for each in live["findings"]
    )
    assert kept["coverage"]["unread"] == live["coverage"]["unread"]
    assert kept["tool"]["kube_version"] == live["tool"]["kube_version"] == "1.37"


def identity(item: Tree) -> tuple[str, str | None, str]:
    return item["kind"], item["metadata"].get("namespace"), item["metadata"]["name"]


def findings(report: Tree, mine: set[tuple[str, str | None, str]]) -> Counter[tuple[str, ...]]:
    """Findings about the objects that were applied. A cluster's Secrets are not read, so theirs are left out."""
    found: Counter[tuple[str, ...]] = Counter()
    for each in report["findings"]:
        subject = each["subject"]
        if (subject["kind"], subject["namespace"], subject["name"]) in mine and subject["kind"] != "Secret":
            where = f"{subject['kind']} {subject['namespace']}/{subject['name']} {subject['container']}"
            found[each["rule"], each["verdict"], each["severity"], where, each["location"]["path"]] += 1
    return found
