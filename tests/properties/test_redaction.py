"""Pseudonyms change no verdict but of the rules that know names, and no name is left where names stand."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from pathlib import Path

import pytest
from tests.properties.test_snapshots import EXAMPLES, SHOP

from seawall.app.load import Input, load
from seawall.app.scan import Options, report_on
from seawall.app.snapshot import head_of
from seawall.app.stored import lines_of
from seawall.core import Profile
from seawall.inventory import Inventory
from seawall.model import NEWEST, KubeVersion
from seawall.model.pseudonyms import Pseudonyms
from seawall.model.well_known import NAMES, WORDS_OF_PATHS
from seawall.rules.catalog import catalog
from seawall.rules.spec import Example
from seawall.sources.snapshot import write_snapshot

BY_NAME = {
    "dashboard-exposed": "a dashboard is known by the name of its Service",
    "eol-component": "a product is known by its image",
    "image-untrusted-registry": "the registries that are approved are named in the settings",
    "sensitive-interface-exposed": "what listens on a port that much else uses is known by name or image",
    "ssh-in-container": "a server for SSH is known by its image",
    "webhook-fail-open": "that a webhook guards something is known by what it is called",
}
"""Rules that know names, and why; docs/snapshot.md lists them."""

Row = tuple[str, str, str, str, str, int]


def redacted(inventory: Inventory, file: Path, key: bytes = b"key") -> Inventory:
    write_snapshot(str(file), head_of(inventory, "", 0), lines_of(inventory, Pseudonyms(key)), 0)
    return load(Input(paths=(str(file),)))


def rows(inventory: Inventory, version: KubeVersion = NEWEST) -> Counter[Row]:
    options = Options(input=Input(kube_version=version), profile=Profile.STRICT, jobs=1)
    report = report_on(inventory, catalog(), options)
    return Counter(
        (
            *(row.finding.rule.id, row.finding.verdict.value, row.finding.severity.label),
            *(row.finding.resource.kind, row.finding.path_text, row.place.span.line),
        )
        for row in report.findings
        if row.finding.rule.id not in BY_NAME
    )


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_judged_as_before(example: Example, tmp_path: Path) -> None:
    from seawall.rules.examples import manifest

    version = KubeVersion.parse(example.kube_version) if example.kube_version else NEWEST
    (tmp_path / "a.yaml").write_text(manifest(example))
    inventory = load(Input(paths=(str(tmp_path / "a.yaml"),), whole=example.estate, kube_version=version))

    back = redacted(inventory, tmp_path / "snapshot")

    assert rows(back, version) == rows(inventory, version)
    assert Counter(problem.kind for problem in back.problems) == Counter(p.kind for p in inventory.problems)


@pytest.mark.parametrize("whole", [False, True], ids=["part", "whole"])
def test_the_shop_is_judged_as_before(whole: bool, tmp_path: Path) -> None:
    inventory = load(Input(paths=(str(SHOP),), whole=whole))

    assert rows(redacted(inventory, tmp_path / "snapshot")) == rows(inventory)


def test_no_name_of_the_shop_is_left(tmp_path: Path) -> None:
    inventory = load(Input(paths=(str(SHOP),)))
    redacted(inventory, tmp_path / "snapshot")
    lines = gzip.decompress((tmp_path / "snapshot").read_bytes()).decode().splitlines()
    # A definition of a kind is the vendor's text.
    text = "\n".join(line for line in lines if "CustomResourceDefinition" not in line)
    # Of what is no word of something else: containers and ports keep theirs, and an object may be called like one.
    names = {name for each in inventory.resources for name in (each.name, each.namespace or "") if "-" in name}
    hosts = set(re.findall(r"[a-z0-9-]+\.larkfield\.example|larkfield", (SHOP / "README.md").read_text()))

    left = {name for name in (names | hosts) - NAMES if re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text)}

    assert not left
    assert not any(f'"{name}' in text for name in WORDS_OF_PATHS if name == "shop")
    assert '"name":"shop"' not in text
    assert '"namespace":"shop"' not in text


def test_one_key_gives_one_pseudonym_and_another_gives_another(tmp_path: Path) -> None:
    inventory = load(Input(paths=(str(SHOP / "k8s"),)))

    names = [
        [resource.name for resource in redacted(inventory, tmp_path / "x", key).resources] for key in (b"a", b"a", b"b")
    ]

    assert names[0] == names[1]
    assert names[0] != names[2]
