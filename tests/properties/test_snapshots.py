"""A snapshot is judged as what it was made of, and holds none of its credentials."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from tests.properties.estates import ESTATES, Tree, as_yaml

from seawall.app.load import Input, load
from seawall.app.scan import Options, report_on
from seawall.app.snapshot import head_of
from seawall.app.stored import lines_of
from seawall.core import Profile
from seawall.inventory import Inventory
from seawall.model import NEWEST, KubeVersion
from seawall.reports.json import finding_row
from seawall.rules.catalog import catalog
from seawall.rules.examples import manifest
from seawall.rules.spec import Example
from seawall.sources.snapshot import write_snapshot

SHOP = Path(__file__).parents[2] / "examples" / "shop"
EXAMPLES = [
    pytest.param(example, id=f"{rule.id}-{number}")
    for rule in catalog()
    for number, example in enumerate(rule.examples)
]
MODEST = settings(max_examples=25, deadline=None, print_blob=True)


def stored(inventory: Inventory, file: Path) -> Inventory:
    """The inventory as it comes back from a snapshot."""
    write_snapshot(str(file), head_of(inventory, "", 0), lines_of(inventory), 0)
    return load(Input(paths=(str(file),)))


def said(inventory: Inventory, version: KubeVersion = NEWEST) -> Iterator[str]:
    options = Options(input=Input(kube_version=version), profile=Profile.STRICT, jobs=1)
    report = report_on(inventory, catalog(), options)
    for row in report.findings:
        yield json.dumps(_plain(finding_row(row)), sort_keys=True)
    yield from map(repr, report.problems)
    yield repr(report.coverage)


def _plain(row: object) -> object:
    import msgspec

    plain = msgspec.to_builtins(row, enc_hook=repr)
    for evidence in plain["evidence"]:
        if "withheld" in repr(evidence) or "redacted" in repr(evidence):
            evidence["value"] = None
    return plain


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_judged_as_before(example: Example, tmp_path: Path) -> None:
    version = KubeVersion.parse(example.kube_version) if example.kube_version else NEWEST
    manifests = tmp_path / "a.yaml"
    manifests.write_text(manifest(example))
    inventory = load(Input(paths=(str(manifests),), whole=example.estate, kube_version=version))

    back = stored(inventory, tmp_path / "snapshot")

    assert back.whole == inventory.whole
    assert Counter(said(back, version)) == Counter(said(inventory, version))


def test_the_shop_is_judged_as_before(tmp_path: Path) -> None:
    inventory = load(Input(paths=(str(SHOP),), whole=True))

    assert list(said(stored(inventory, tmp_path / "snapshot"))) == list(said(inventory))


@MODEST
@given(trees=ESTATES)
def test_any_estate_is_judged_as_before(tmp_path_factory: pytest.TempPathFactory, trees: list[Tree]) -> None:
    folder = tmp_path_factory.mktemp("estate")
    (folder / "a.yaml").write_text(as_yaml(trees))
    inventory = load(Input(paths=(str(folder),)))

    assert list(said(stored(inventory, folder / "snapshot"))) == list(said(inventory))
