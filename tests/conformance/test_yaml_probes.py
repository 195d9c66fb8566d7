"""Seawall's reading of YAML against the recorded one of Kubernetes' own code."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.conformance.yaml_probes import Probe, probes

from seawall.yamltext import Broken, Limits, exact, read
from seawall.yamltext.parts import Refusal

PROBES = {probe.id: probe for probe in probes()}

UTF16 = {"y230": "little endian", "y231": "big endian"}
"""Seawall's sources take UTF-8 alone; kubectl, too, reads only the second of these, by accident of where bytes fall."""


def same(first: Any, second: Any) -> bool:
    return json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


@pytest.mark.parametrize(
    "probe", [probe for name, probe in PROBES.items() if name not in UTF16], ids=lambda probe: probe.id
)
def test_first_document_is_that_of_yaml_to_json(probe: Probe) -> None:
    text = probe.text.removeprefix("\ufeff")
    if probe.is_refused:
        with pytest.raises(Refusal):
            exact.read(text, Limits())
    else:
        assert same(exact.read(text, Limits()).value, probe.value)


@pytest.mark.parametrize(
    "probe", [probe for name, probe in PROBES.items() if name != "y231"], ids=lambda probe: probe.id
)
def test_documents_are_those_of_kubectl(probe: Probe) -> None:
    found = [... if isinstance(each, Broken) else each.value for each in read(probe.text)]
    if ... in probe.documents:
        # kubectl stops here; Seawall goes on to what follows.
        found = found[: len(probe.documents)]
    assert len(found) == len(probe.documents)
    for mine, theirs in zip(found, probe.documents, strict=True):
        assert (mine is ...) == (theirs is ...)
        assert mine is ... or same(mine, theirs)


def test_every_probe_was_there() -> None:
    assert len(PROBES) == 346
    assert UTF16.keys() <= PROBES.keys()
