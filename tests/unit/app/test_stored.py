"""What a snapshot keeps of an inventory beside its objects, that of a running cluster too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from seawall.app.load import Input, judged_version, load
from seawall.app.snapshot import head_of
from seawall.app.stored import lines_of
from seawall.core import Document, Origin, Precision, Problem, Unknown
from seawall.core.objects import ObjectText
from seawall.inventory import Coverage, Inventory, Unread, collect
from seawall.model import KubeVersion
from seawall.sources.snapshot import write_snapshot

POD: dict[str, Any] = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {"name": "web", "uid": "5b2c1f0e"},
    "spec": {"hostPID": True, "containers": [{"name": "web", "image": "web:1.0"}]},
}


def back(inventory: Inventory, file: Path, version: str = "") -> Inventory:
    write_snapshot(str(file), head_of(inventory, version, 0), lines_of(inventory), 0)
    return load(Input(paths=(str(file),), version_said=False))


def test_what_a_running_cluster_did_not_let_be_read_is_kept(tmp_path: Path) -> None:
    unread = (
        Unread("NetworkPolicy", "networking.k8s.io", "networkpolicies", "", "the server forbids it (403)", "refused"),
        Unread("Secret", "", "secrets", "", "nobody asked for it", "chosen"),
    )
    live = collect([Document("cluster:web", ObjectText(POD, "cluster:web"))])
    live = msgspec.structs.replace(live, whole=True, live=True, unread=unread, server_version="v1.34.2-gke.1")

    again = back(live, tmp_path / "x", live.server_version)

    assert again.unread == unread
    assert (again.whole, again.live, again.server_version) == (True, True, "v1.34.2-gke.1")
    assert judged_version(Input(version_said=False), again) == KubeVersion.parse("1.34")
    (pod,) = again.resources
    place = pod.locate(("spec", "hostPID"))
    assert (place.file, place.precision) == ("cluster:web", Precision.DOCUMENT)
    assert pod.tree == POD


def test_a_chart_keeps_where_nobody_placed_it_and_what_it_makes_anew(tmp_path: Path) -> None:
    tree = {**POD, "metadata": {"name": Unknown("web-<random>", "it is made anew")}, "data": [1, Unknown("x", "y")]}
    document = Document("c/templates/a.yaml", ObjectText(tree, "x"), (Origin("chart", "c"),), "default", unplaced=True)

    (pod,) = back(collect([document]), tmp_path / "x").resources

    assert pod.document.origin == (Origin("chart", "c"),)
    assert (pod.namespace, pod.chosen_namespace) == ("default", None)
    assert pod.name == "web-<random>"
    name = pod.tree["metadata"]["name"]
    assert isinstance(name, Unknown)
    assert (name.text, name.why) == ("web-<random>", "it is made anew")
    assert isinstance(pod.tree["data"][1], Unknown)


def test_problems_come_back_in_their_order_and_once(tmp_path: Path) -> None:
    def problem(number: int) -> Problem:
        return Problem("a.yaml", number, 1, "yaml", "is broken", "Mend it")

    wrong = {**POD, "spec": {"hostPID": "maybe", "hostIPC": "maybe"}}
    things: list[Document | Problem] = [
        problem(1),
        Document("a.yaml", ObjectText(POD, "a.yaml")),
        problem(2),
        Document("a.yaml", ObjectText(wrong, "a.yaml")),
        problem(3),
        problem(3),
    ]
    inventory = collect(things)
    assert len(inventory.problems) == 6

    assert back(inventory, tmp_path / "x").problems == inventory.problems


def test_coverage_is_kept_with_the_documents_that_hold_nothing(tmp_path: Path) -> None:
    coverage = Coverage(files=7, not_kubernetes=3, not_looked_at=(("charts", "there is no helm"),))
    inventory = collect([Document("a.yaml", ObjectText(POD, "a.yaml"))], coverage=coverage)
    seen = msgspec.structs.replace(inventory.coverage, documents=4)
    inventory = msgspec.structs.replace(inventory, coverage=seen, read=frozenset({"a.yaml", "b.yaml"}))

    again = back(inventory, tmp_path / "x")

    assert again.coverage == inventory.coverage
    assert again.read == inventory.read


def test_an_object_that_is_too_deep_is_told_and_does_no_harm(tmp_path: Path) -> None:
    deep: dict[str, Any] = {}
    for _ in range(5000):
        deep = {"x": deep}
    odd = {"apiVersion": "example.com/v1", "kind": "Thing", "metadata": {"name": "a"}, "spec": deep}
    inventory = collect([Document(name, ObjectText(tree, name)) for name, tree in (("a", odd), ("b", POD))])

    again = back(inventory, tmp_path / "x")

    assert [resource.name for resource in again.resources] == ["web"]
    assert [(problem.file, problem.kind) for problem in again.problems] == [("a", "depth")]
