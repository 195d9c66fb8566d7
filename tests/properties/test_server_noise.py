"""A manifest and the same object as a server gives it back are judged alike, whatever controllers made of it."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from tests.properties.api_server import CLUSTER_SCOPED, Tree, made_of, read_back

from seawall.app.load import Input, load
from seawall.core import Document, Unknown
from seawall.core.objects import ObjectText
from seawall.findings import judge
from seawall.findings.copies import grouped
from seawall.inventory import Inventory, Resource, collect
from seawall.inventory.placeholders import has_placeholder
from seawall.model import NEWEST, Estate, KubeVersion
from seawall.rules.catalog import catalog
from seawall.rules.examples import manifest
from seawall.rules.spec import Example, Rule
from seawall.yamltext import Broken, read

Said = tuple[str, str, str | None, str, str, str, str, str]
SHOP = Path(__file__).parents[2] / "examples" / "shop"
WORKLOADS = frozenset(
    {"Deployment", "ReplicaSet", "ReplicationController", "StatefulSet", "DaemonSet", "Job", "CronJob"}
)

BY_NATURE = {
    "aggregated-role-rules-lost": "the server's rules are what it gathered: nobody can tell what was written",
    "secret-in-manifest": "a Secret of a cluster stands in no repository",
}
"""Rules about what only a file can show."""


REFUSED = frozenset({"image-reference-invalid", "restart-policy-refused"})
"""Rules whose examples show what a server refuses for other reasons than its types."""


def inventory_of(trees: Iterable[Tree], *, whole: bool) -> Inventory:
    return collect((Document("a.yaml", ObjectText(tree, "a.yaml")) for tree in trees), whole=whole)


def said(trees: Iterable[Tree], version: KubeVersion = NEWEST, *, whole: bool = False) -> Counter[Said]:
    inventory = inventory_of(trees, whole=whole)
    judgement = judge(Estate(inventory, version), catalog())
    assert not judgement.problems
    findings = [group.finding for group in grouped(judgement.findings)]
    return Counter(
        (
            *(f.rule.id, f.resource.kind, f.resource.namespace, f.resource.name, f.path_text),
            *(f.verdict.value, f.severity.label, f.fingerprint),
        )
        for f in findings
        if f.rule.id not in BY_NATURE
    )


def placed(resources: Iterable[Resource]) -> list[Tree]:
    """The objects, each in the namespace in which it lands where nobody says another."""
    trees = []
    for resource in resources:
        tree = copy.deepcopy(resource.tree)
        if resource.kind not in CLUSTER_SCOPED:
            tree["metadata"].setdefault("namespace", "default")
        trees.append(tree)
    return trees


def _is_open(value: Any) -> bool:
    """Whether something of a value is still to be filled in, so that no server can hold it."""
    if isinstance(value, dict):
        return any(map(_is_open, value.values()))
    if isinstance(value, list):
        return any(map(_is_open, value))
    return isinstance(value, Unknown) or (isinstance(value, str) and has_placeholder(value))


def _selects_by_a_servers_labels(trees: Iterable[Tree]) -> bool:
    """Whether something selects by labels that pods get from the server: of these a file only knows that they come."""
    told = [str(tree.get("spec", {})) for tree in trees if tree["kind"] in ("Service", "NetworkPolicy")]
    return any(label in text for text in told for label in ("job-name", "kubernetes.io/pod-name", "pod-index"))


def _is_refused(resource: Resource) -> bool:
    is_named = resource.name and not resource.name.endswith("*")
    is_old = "alpha" in resource.version or "beta" in resource.version
    is_endless_job = resource.kind in ("Job", "CronJob") and "restartPolicy" not in str(resource.tree)
    return bool(resource.issues) or _is_open(resource.tree) or not is_named or is_old or is_endless_job


def _accepted(example: Example) -> list[Tree]:
    """The example's objects; none where a server of today would refuse one."""
    trees = [text.value for text in read(manifest(example)) if not isinstance(text, Broken)]
    inventory = inventory_of(trees, whole=False)
    refused = inventory.problems or any(map(_is_refused, inventory.resources))
    return [] if refused or _selects_by_a_servers_labels(trees) else placed(inventory.resources)


CASES = [
    pytest.param(trees, rule, example, id=f"{rule.id}-{number}")
    for rule in catalog()
    for number, example in enumerate(rule.examples)
    if rule.id not in REFUSED and (trees := _accepted(example))
]


def _version(example: Example) -> KubeVersion:
    return KubeVersion.parse(example.kube_version) if example.kube_version else NEWEST


@pytest.mark.parametrize(("trees", "rule", "example"), CASES)
def test_an_example_is_judged_as_a_server_gives_it_back(trees: list[Tree], rule: Rule, example: Example) -> None:
    version = _version(example)

    back = said(map(read_back, trees), version, whole=example.estate)

    assert back == said(trees, version, whole=example.estate)


@pytest.mark.parametrize(("trees", "rule", "example"), CASES)
def test_what_controllers_made_of_an_example_adds_nothing(trees: list[Tree], rule: Rule, example: Example) -> None:
    version = _version(example)
    back = [read_back(tree) for tree in trees]
    made = [copy_ for tree in back if tree["kind"] in WORKLOADS for copy_ in made_of(tree)]

    assert said([*back, *made], version, whole=example.estate) == said(back, version, whole=example.estate)


@pytest.mark.parametrize(("trees", "rule", "example"), CASES)
def test_what_runs_adds_nothing_to_the_manifest_it_runs_of(trees: list[Tree], rule: Rule, example: Example) -> None:
    """As where files are laid over a cluster: the manifest says none of the defaults that its pods show."""
    version = _version(example)
    made = [copy_ for tree in trees if tree["kind"] in WORKLOADS for copy_ in made_of(read_back(tree))]

    assert said([*trees, *made], version, whole=example.estate) == said(trees, version, whole=example.estate)


def _shop() -> list[Tree]:
    resources = load(Input(paths=(str(SHOP / "k8s"),))).resources
    assert len(resources) > 50
    return placed(resource for resource in resources if not _is_open(resource.tree))


@pytest.mark.parametrize("whole", [False, True], ids=["part", "whole"])
def test_the_shop_is_judged_as_a_server_gives_it_back(whole: bool) -> None:
    trees = _shop()
    back = [read_back(tree) for tree in trees]
    made = [copy_ for tree in back if tree["kind"] in WORKLOADS for copy_ in made_of(tree)]

    expected = said(trees, whole=whole)

    assert said(back, whole=whole) == expected
    assert said([*made, *back], whole=whole) == expected
