from __future__ import annotations

import pytest

from seawall.core import Document
from seawall.data.frameworks import controls_of_concept, frameworks
from seawall.findings import judge
from seawall.inventory import collect
from seawall.model import Estate
from seawall.reports.compliance import compliance
from seawall.reports.compliance_rows import Standing, scanned
from seawall.rules.catalog import catalog
from seawall.rules.controls import all_controls_of
from seawall.yamltext import Broken, read


def test_every_control_names_known_concepts_and_has_a_title() -> None:
    table = frameworks()
    for framework in table.frameworks.values():
        for control in framework.controls:
            assert control.title, (framework.key, control.id)
            assert set(control.concepts) <= set(table.concepts), (framework.key, control.id)
            assert control.concepts or framework.name == "pss" or control.evidence == "host"


def test_capabilities_are_a_control_of_level_two() -> None:
    cis = frameworks().frameworks["cis-1.12"]
    levels = {control.id: control.level for control in cis.controls}
    assert levels["5.2.9"] == 2
    assert sum(level == 2 for level in levels.values()) == 15


@pytest.mark.parametrize(
    ("rule_id", "frameworks_"),
    [
        ("non-root-not-enforced", {"pss"}),
        ("image-registry-implicit", set()),
        ("ephemeral-storage-unlimited", set()),
        ("capabilities-added-back", {"pss"}),
        ("liveness-equals-readiness", set()),
    ],
)
def test_a_rule_stricter_than_a_control_does_not_fail_it(rule_id: str, frameworks_: set[str]) -> None:
    (rule,) = [rule for rule in catalog() if rule.id == rule_id]
    assert {control.partition(":")[0] for control in all_controls_of(rule)} == frameworks_


def test_being_root_in_a_user_namespace_is_no_control_of_those_who_ask_for_another_user() -> None:
    (rule,) = [rule for rule in catalog() if rule.id == "no-user-namespace"]
    assert not any(control.startswith("nsa") for control in all_controls_of(rule))


def test_keys_are_made_of_name_and_revision() -> None:
    assert all(key == framework.key for key, framework in frameworks().frameworks.items())


def test_a_name_alone_is_the_edition_that_findings_carry() -> None:
    table = frameworks()
    for name, key in [("cis", "cis-1.12"), ("owasp", "owasp-2025"), ("pss", "pss"), ("cis-eks", "cis-eks-1.8")]:
        framework = table.get(name)
        assert framework is not None
        assert framework.key == key
    assert table.get("pci") is None


def test_cis_is_whole() -> None:
    cis = frameworks().frameworks["cis-1.12"]
    assert len(cis.controls) == 131
    assert {control.assessment for control in cis.controls} == {"automated", "manual"}
    assert {control.level for control in cis.controls} == {1, 2}
    (privileged,) = [control for control in cis.controls if control.id == "5.2.2"]
    assert (privileged.evidence, privileged.section) == ("api", "pod security")


def test_doubtful_entries_stay_marked() -> None:
    nsa = {control.id: control for control in frameworks().frameworks["nsa-1.2"].controls}
    assert nsa["pod-enforcement"].verified
    assert not nsa["net-cloud"].verified


def test_a_concept_knows_its_controls() -> None:
    controls = controls_of_concept("privileged-container")
    assert {"cis-1.12:5.2.2", "nsa-1.2:pod-enforcement", "owasp-2025:K01", "attack-18.1:T1611", "kubescape:C-0057"} <= {
        *controls
    }
    assert controls == tuple(sorted(controls))
    assert controls_of_concept("no-such-concept") == ()


def test_objects_are_no_answer_to_controls_of_flags_and_files() -> None:
    controls = controls_of_concept("long-lived-sa-token")
    assert "owasp-2025:K09" in controls
    assert not any(control.startswith("cis-1.12:1.2") for control in controls)
    assert "cis-gke-1.9:4.1.8" in controls_of_concept("rbac-anonymous")
    assert controls_of_concept("api-server-public") == tuple(
        sorted(c for c in controls_of_concept("api-server-public") if not c.startswith("cis"))
    )


@pytest.mark.parametrize("control", ["C-0007", "C-0267"])
def test_what_no_rule_looks_for_is_no_pass(control: str) -> None:
    text = "{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: x}, rules: []}"
    documents = [Document("x.yaml", document) for document in read(text) if not isinstance(document, Broken)]
    estate = Estate(collect(documents, whole=True))
    judgement = judge(estate, catalog())
    done = scanned(estate, catalog(), judgement.findings, judgement.problems)
    (row,) = [row for row in compliance(frameworks().frameworks["kubescape"], done) if row.control.id == control]
    assert row.standing is Standing.UNKNOWN
    assert row.why.startswith("no rule looks")
