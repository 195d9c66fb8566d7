"""What runs in a cluster is told of the object that a person edits; what differs from it, of what runs."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from tests.properties.api_server import MOMENT, UID, Tree, made_of, read_back, reference

from seawall.core import Document
from seawall.core.objects import ObjectText
from seawall.findings import Finding, judge
from seawall.findings.copies import grouped
from seawall.inventory import collect
from seawall.model import Estate
from seawall.rules.catalog import catalog

TEMPLATE: Tree = {
    "metadata": {"labels": {"app": "cart"}},
    "spec": {"containers": [{"name": "web", "image": "registry.example/cart:1.0"}]},
}
DEPLOYMENT: Tree = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "cart", "namespace": "shop"},
    "spec": {"selector": {"matchLabels": {"app": "cart"}}, "template": TEMPLATE},
}
NODE: Tree = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-1", "uid": UID}, "spec": {}, "status": {}}


def estate() -> list[Tree]:
    deployment = read_back(DEPLOYMENT)
    return [deployment, *made_of(deployment)]


def pods(trees: list[Tree]) -> list[Tree]:
    return [tree for tree in trees if tree["kind"] == "Pod"]


def found(trees: list[Tree]) -> list[Finding]:
    inventory = collect(Document(f"cluster:{number}", ObjectText(tree, "x")) for number, tree in enumerate(trees))
    judgement = judge(Estate(inventory), catalog())
    assert not judgement.problems
    return [group.finding for group in grouped(judgement.findings)]


def subjects(findings: list[Finding], rule: str) -> list[tuple[str, str, int]]:
    return [(f.resource.kind, f.resource.name, f.copies) for f in findings if f.rule.id == rule]


def test_a_deployment_tells_for_its_revision_and_its_pods() -> None:
    findings = found(estate())

    assert {finding.resource.kind for finding in findings} == {"Deployment"}
    # The revision that runs and its two pods; the one that is kept to go back to runs nothing.
    assert subjects(findings, "allow-privilege-escalation") == [("Deployment", "cart", 3)]


def test_a_container_for_debugging_is_told_of_the_pod() -> None:
    trees = estate()
    trees[-1]["spec"]["ephemeralContainers"] = [
        {"name": "debugger-x", "image": "busybox", "securityContext": {"privileged": True}, "stdin": True, "tty": True}
    ]

    findings = found(trees)

    assert subjects(findings, "privileged-container") == [("Pod", trees[-1]["metadata"]["name"], 0)]
    assert subjects(findings, "allow-privilege-escalation")[0] == ("Deployment", "cart", 3)


def test_an_injected_sidecar_is_told_once_for_all_pods() -> None:
    trees = estate()
    for pod in pods(trees):
        pod["spec"]["containers"].append(
            {"name": "proxy", "image": "mesh:1.0", "securityContext": {"capabilities": {"add": ["NET_ADMIN"]}}}
        )
        pod["metadata"].setdefault("annotations", {})["sidecar.mesh.example/status"] = "injected"

    ((kind, name, copies),) = subjects(found(trees), "dangerous-capabilities")

    assert (kind, name) == ("Pod", min(pod["metadata"]["name"] for pod in pods(trees)))
    assert copies == 1


def test_a_pod_that_was_edited_by_hand_is_told_of_itself() -> None:
    trees = estate()
    edited = pods(trees)[1]
    edited["spec"]["containers"][0]["image"] = "registry.example/cart:latest"
    edited["metadata"]["labels"] = {"app": "cart"}

    findings = found(trees)

    assert ("Pod", edited["metadata"]["name"], 0) in subjects(findings, "image-tag-mutable")
    assert all(name != "cart" for _, name, _ in subjects(findings, "image-tag-mutable"))


def test_a_pod_whose_owner_is_gone_stands_for_itself() -> None:
    (orphan, *_) = pods(estate())

    assert {(f.resource.kind, f.resource.name) for f in found([orphan])} == {("Pod", orphan["metadata"]["name"])}


def test_a_pod_whose_owner_is_of_another_uid_stands_for_itself() -> None:
    """A Deployment was deleted with `--cascade=orphan` and made anew: the old ReplicaSet names what is gone."""
    trees = estate()
    for tree in trees[1:]:
        tree["metadata"]["ownerReferences"][0]["uid"] = "11111111-0000-0000-0000-000000000000"

    assert {f.resource.kind for f in found(trees)} >= {"Deployment", "Pod"}


def _static_pod(**spec: Any) -> Tree:
    pod = read_back(
        {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": "etcd-node-1",
                "namespace": "kube-system",
                "annotations": {
                    "kubernetes.io/config.hash": "0f3c",
                    "kubernetes.io/config.mirror": "0f3c",
                    "kubernetes.io/config.seen": MOMENT,
                    "kubernetes.io/config.source": "file",
                },
                "ownerReferences": [reference(NODE)],
            },
            "spec": {"hostNetwork": True, "containers": [{"name": "etcd", "image": "registry.k8s.io/etcd:3.6.4-0"}]}
            | spec,
        }
    )
    pod["spec"]["tolerations"] = [{"effect": "NoExecute", "operator": "Exists"}]
    return pod


def test_a_static_pod_stands_for_itself_beside_its_node() -> None:
    findings = found([copy.deepcopy(NODE), _static_pod()])

    assert subjects(findings, "host-network") == [("Pod", "etcd-node-1", 0)]


def test_a_static_pod_is_no_naked_pod() -> None:
    """The kubelet restarts it on its node, and no controller could make it."""
    assert subjects(found([_static_pod()]), "naked-pod") == []


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet"])
def test_every_controller_tells_for_what_it_made(kind: str) -> None:
    template = copy.deepcopy(TEMPLATE)
    version = "batch/v1" if kind in ("Job", "CronJob") else "apps/v1"
    spec: Tree = {"selector": {"matchLabels": {"app": "cart"}}, "template": template}
    if version == "batch/v1":
        template["spec"]["restartPolicy"] = "Never"
        spec = {"template": template}
    if kind == "CronJob":
        spec = {"schedule": "0 0 * * *", "jobTemplate": {"spec": spec}}
    owner = read_back({"apiVersion": version, "kind": kind, "metadata": {"name": "cart"}, "spec": spec})

    findings = found([*made_of(owner), owner])

    assert {(f.resource.kind, f.resource.name) for f in findings} == {(kind, "cart")}
    assert all(copies for _, _, copies in subjects(findings, "allow-privilege-escalation"))
