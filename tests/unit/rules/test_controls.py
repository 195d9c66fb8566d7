from __future__ import annotations

import pytest

from seawall.rules.catalog import catalog
from seawall.rules.controls import all_controls_of, concept_of, controls_of, is_selector, known_selectors, selects
from seawall.rules.pod.host_port import RULE as HOST_PORT


def test_explicit_and_derived_controls_are_sorted_together() -> None:
    controls = controls_of(HOST_PORT)
    assert controls == tuple(sorted(controls))
    assert {"pss:baseline:hostPorts", "cis-1.12:5.2.12", "nsa-1.2:pod-enforcement"} <= set(controls)
    assert not any(control.startswith(("cis-eks", "owasp-2022")) for control in controls)


@pytest.mark.parametrize(
    "selector",
    [
        "host-port",
        "pod",
        "cis",
        "CIS",
        "cis-1.12",
        "cis-1.12:5.2.12",
        "cis:5.2.12",
        "cis:5.2",
        "cis:5",
        "nsa",
        "nsa-1.2",
        "nsa:pod-enforcement",
        "pss",
        "pss:baseline",
        "pss:restricted",
        "pss:baseline:hostPorts",
        "kubescape:C-0044",
    ],
)
def test_selectors_that_mean_the_rule(selector: str) -> None:
    assert selects(HOST_PORT, selector)
    assert is_selector(selector, catalog())


@pytest.mark.parametrize(
    "selector", ["", "host", "cis-1.11", "cis:5.2.1", "cis:5.2.", "owasp", "cis-gke", "pss:privileged", "rbac"]
)
def test_selectors_that_do_not(selector: str) -> None:
    assert not selects(HOST_PORT, selector)


def test_restricted_contains_baseline_and_not_the_reverse() -> None:
    baseline = [rule.id for rule in catalog() if selects(rule, "pss:baseline")]
    restricted = [rule.id for rule in catalog() if selects(rule, "pss:restricted")]
    assert set(baseline) <= set(restricted)


def test_every_explicit_control_exists() -> None:
    from seawall.data.frameworks import frameworks

    table = frameworks().frameworks
    for rule in catalog():
        for control in rule.controls:
            key, _, rest = control.partition(":")
            assert key in table, (rule.id, control)
            assert rest in {row.id for row in table[key].controls}, (rule.id, control)


def test_a_named_concept_exists() -> None:
    from seawall.data.frameworks import frameworks

    for rule in catalog():
        assert not rule.concept or concept_of(rule) in frameworks().concepts, rule.id
        assert set(controls_of(rule)) <= all_controls_of(rule)


def test_known_selectors_are_sorted_and_hold_every_kind_of_word() -> None:
    words = known_selectors(catalog())
    assert list(words) == sorted(set(words))
    assert {"host-port", "pod", "cis", "cis-1.12", "cis:5.2", "pss:restricted", "attack:T1611", "owasp:K01"} <= set(
        words
    )
    assert not is_selector("hots-port", catalog())
