"""Writing the safe value into a field never makes a verdict worse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.properties.estates import GOOD, POD_SAFE, Tree, as_yaml, pod_specs, report

from seawall.core import Verdict

_RANK = {Verdict.UNKNOWN: 1, Verdict.FAIL: 2}

_NEXT_STEP = {
    "no-user-namespace": ("hostNetwork", "hostPID", "hostIPC"),
    "non-root-not-enforced": ("runAsUser",),
}
"""Milder rules that ask for the next step once a field is safe, and before that leave the word to a graver one.

A pod in its node's namespaces cannot have user namespaces; a container that runs as root has a finding for that.
"""


def _fields(spec: Tree) -> Iterator[tuple[Tree, str, Any]]:
    """(holder, field, safe value) of every field of the pod that can be hardened alone."""
    yield from ((spec, name, value) for name, value in POD_SAFE.items())
    for container in (*spec["containers"], *spec.get("initContainers", ())):
        security = container.get("securityContext")
        if isinstance(security, dict):
            yield from ((security, name, value) for name, value in GOOD.items())
        elif "securityContext" not in container:
            yield container, "securityContext", dict(GOOD)


def _worst(spec: Tree) -> dict[tuple[str, str], int]:
    """The gravest verdict of each rule on each subject that it was asked about."""
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "alpha", "namespace": "nsone"}, "spec": spec}
    worst: dict[tuple[str, str], int] = {}
    for row in report({"a.yaml": as_yaml([pod])}).findings:
        key = (row.finding.rule.id, row.finding.subject.label)
        worst[key] = max(worst.get(key, 0), _RANK[row.finding.verdict])
    return worst


@settings(max_examples=100, deadline=None, print_blob=True)
@given(spec=pod_specs(), data=st.data())
def test_hardening_a_field_never_adds_a_finding(spec: Tree, data: st.DataObject) -> None:
    before = _worst(spec)
    # A deep copy would keep an object that stands in two places one object, and harden it in both.
    hardened = json.loads(json.dumps(spec))
    places = list(_fields(hardened))
    holder, field, value = places[data.draw(st.integers(0, len(places) - 1), label="which field")]
    holder[field] = value

    after = _worst(hardened)

    worse = {key for key, rank in after.items() if rank > before.get(key, 0)}
    assert {key for key in worse if field not in _NEXT_STEP.get(key[0], ())} == set()
