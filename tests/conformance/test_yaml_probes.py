"""Seawall's reading of YAML against the recorded one of Kubernetes' own code."""

from __future__ import annotations

import pytest
from tests.conformance.yaml_probes import (
    UTF16,
    Probe,
    agrees_with_kubectl,
    agrees_with_yaml_to_json,
    compare,
    probes,
)

PROBES = {probe.id: probe for probe in probes()}


@pytest.mark.parametrize("probe", [p for p in PROBES.values() if p.id not in UTF16], ids=lambda probe: probe.id)
def test_first_document_is_that_of_yaml_to_json(probe: Probe) -> None:
    assert agrees_with_yaml_to_json(probe)


@pytest.mark.parametrize("probe", [p for p in PROBES.values() if p.id != "y231"], ids=lambda probe: probe.id)
def test_documents_are_those_of_kubectl(probe: Probe) -> None:
    assert agrees_with_kubectl(probe)


def test_every_probe_was_there() -> None:
    assert len(PROBES) == 346
    assert UTF16.keys() <= PROBES.keys()


def test_the_comparison_sums_both_up() -> None:
    assert compare() == (344, 344, [])
