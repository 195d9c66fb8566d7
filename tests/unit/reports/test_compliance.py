from __future__ import annotations

import json
from collections.abc import Sequence

import msgspec
import pytest

from seawall.core import Document, Problem
from seawall.data.frameworks import Control, Framework, frameworks
from seawall.findings import Suppression, judge
from seawall.inventory import collect
from seawall.model import Estate
from seawall.reports.compliance import compliance
from seawall.reports.compliance_rows import Row, Scanned, Standing, scanned
from seawall.reports.compliance_table import Table, as_json, as_lines
from seawall.reports.style import Style
from seawall.rules.catalog import catalog
from seawall.rules.namespace.default_namespace import RULE as DEFAULT_NAMESPACE
from seawall.rules.namespace.default_namespace_objects import RULE as DEFAULT_OBJECTS
from seawall.rules.namespace.no_network_policy import RULE as NO_NETWORK_POLICY
from seawall.rules.pod.host_port import RULE as HOST_PORT
from seawall.rules.rbac.rbac_secrets_read import RULE as SECRETS_READ
from seawall.rules.spec import Rule
from seawall.yamltext import Broken, read

RULES = (HOST_PORT, SECRETS_READ, NO_NETWORK_POLICY)
PLACES = (DEFAULT_NAMESPACE, DEFAULT_OBJECTS)
POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: shop}}
spec: {{containers: [{{name: web, image: x, ports: [{{containerPort: 80, hostPort: {port}}}]}}]}}
"""


def scan(text: str, rules: Sequence[Rule] = RULES, *, whole: bool = False, unplaced: bool = False) -> Scanned:
    texts = (text for text in read(text) if not isinstance(text, Broken))
    namespace = "default" if unplaced else None
    documents = [Document("x.yaml", text, namespace=namespace, unplaced=unplaced) for text in texts]
    estate = Estate(collect(documents, whole=whole))
    judgement = judge(estate, rules)
    return scanned(estate, rules, judgement.findings, judgement.problems)


def cis() -> Framework:
    framework = frameworks().get("cis")
    assert framework is not None
    return framework


def table(done: Scanned, framework: Framework | None = None) -> Table:
    framework = framework or cis()
    return Table(framework, compliance(framework, done), objects=1)


def row(done: Scanned, control: str, framework: Framework | None = None) -> Row:
    (found,) = [row for row in compliance(framework or cis(), done) if row.control.id == control]
    return found


def test_every_control_has_a_row_in_the_frameworks_order() -> None:
    rows = compliance(cis(), scan(POD.format(port=80)))
    assert [row.control.id for row in rows] == [control.id for control in cis().controls]


def test_a_finding_fails_its_control() -> None:
    found = row(scan(POD.format(port=80)), "5.2.12")
    assert (found.standing, found.rules, found.findings, found.subjects) == (Standing.FAIL, ("host-port",), 1, 1)


def test_what_was_judged_and_is_good_passes() -> None:
    assert row(scan(POD.format(port=0)), "5.2.12").standing is Standing.PASS


def test_an_undecided_value_is_unknown() -> None:
    found = row(scan(POD.format(port="'${PORT}'")), "5.2.12")
    assert (found.standing, found.why) == (Standing.UNKNOWN, "1 value not decided here")


def test_what_an_operator_fills_in_is_unknown() -> None:
    prometheus = (
        "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: p, namespace: shop}\nspec: {}"
    )
    found = row(scan(prometheus), "5.2.12")
    assert (found.standing, found.why) == (Standing.UNKNOWN, "an operator completes 1 pod")


def test_a_workload_without_a_namespace_may_land_in_default() -> None:
    placed, unplaced = POD.format(port=0), POD.format(port=0).replace(", namespace: shop", "")
    assert row(scan(placed, PLACES), "5.6.4").standing is Standing.PASS
    assert row(scan(unplaced, PLACES), "5.6.4").standing is Standing.UNKNOWN
    assert row(scan(placed, PLACES, unplaced=True), "5.6.4").standing is Standing.PASS
    assert row(scan(unplaced, PLACES, unplaced=True), "5.6.4").standing is Standing.UNKNOWN
    assert row(scan(placed.replace("shop", "default"), PLACES), "5.6.4").standing is Standing.FAIL


def test_the_file_of_a_program_lands_in_no_namespace() -> None:
    text = f"{POD.format(port=0)}---\nkind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\n"
    assert row(scan(text, PLACES), "5.6.4").standing is Standing.PASS


def settings(metadata: str, kind: str = "ConfigMap") -> str:
    return f"{POD.format(port=0)}---\napiVersion: v1\nkind: {kind}\nmetadata: {{{metadata}}}\n"


@pytest.mark.parametrize("kind", ["ConfigMap", "Service", "PersistentVolumeClaim"])
def test_the_default_namespace_is_empty_only_without_any_kind(kind: str) -> None:
    found = row(scan(settings("name: x, namespace: default", kind), PLACES), "5.6.4")
    assert (found.standing, found.why) == (Standing.FAIL, "found by default-namespace-objects")


@pytest.mark.parametrize(
    ("metadata", "standing"),
    [
        ("name: x, namespace: shop", Standing.PASS),
        ("name: kube-root-ca.crt, namespace: default", Standing.PASS),
        ("name: x", Standing.UNKNOWN),
        ("name: x, namespace: '${WHERE}'", Standing.UNKNOWN),
    ],
)
def test_an_object_whose_namespace_is_not_said_may_be_in_default(metadata: str, standing: Standing) -> None:
    assert row(scan(settings(metadata), PLACES), "5.6.4").standing is standing


def test_a_custom_resource_of_a_whole_cluster_needs_no_namespace() -> None:
    issuer = settings("name: x", "ClusterIssuer").replace("---\napiVersion: v1", "---\napiVersion: cert-manager.io/v1")
    assert row(scan(issuer, PLACES, whole=True), "5.6.4").standing is Standing.PASS
    assert row(scan(issuer, PLACES), "5.6.4").standing is Standing.UNKNOWN


def test_nothing_of_its_kind_is_unknown_unless_this_is_the_whole_cluster() -> None:
    found = row(scan(POD.format(port=0)), "5.1.2")
    assert (found.standing, found.why) == (Standing.UNKNOWN, "nothing of its kind was read")
    assert row(scan(POD.format(port=0), whole=True), "5.1.2").standing is Standing.PASS


def test_a_closed_world_control_needs_the_whole_cluster() -> None:
    found = row(scan(POD.format(port=0)), "5.3.2")
    assert found.standing is Standing.UNKNOWN
    assert "--estate" in found.why
    assert row(scan(POD.format(port=0), whole=True), "5.3.2").standing is Standing.FAIL


def test_flags_and_files_are_out_of_reach() -> None:
    done = scan(POD.format(port=0))
    assert row(done, "1.1.1").standing is Standing.OUT_OF_REACH
    assert row(done, "1.2.16").why == "it is about a flag of the control plane"


def test_a_control_without_rule_is_unknown() -> None:
    found = row(scan(POD.format(port=0)), "5.2.2")
    assert (found.standing, found.why) == (Standing.UNKNOWN, "no rule looks at it")


def test_a_control_of_several_concepts_passes_only_when_all_are_looked_at() -> None:
    nsa = frameworks().get("nsa")
    found = row(scan(POD.format(port=0)), "pod-enforcement", nsa)
    assert found.standing is Standing.UNKNOWN
    assert "container runs with securityContext.privileged" in found.why


def test_what_no_rule_looks_for_is_said_in_words() -> None:
    nsa = frameworks().get("nsa")
    found = row(scan(POD.format(port=0), tuple(catalog())), "net-secrets", nsa)
    assert found.why == "no rule looks for: Secrets stored in clear text in etcd"


def test_seccomp_in_audit_mode_is_a_file_of_the_nodes() -> None:
    nsa = frameworks().get("nsa")
    assert row(scan(POD.format(port=0), tuple(catalog())), "audit-seccomp", nsa).standing is Standing.OUT_OF_REACH


def test_a_user_other_than_root_is_what_cis_asks_for() -> None:
    user = POD.format(port=0).replace("image: x,", "image: x, securityContext: {runAsUser: 1000},")
    assert row(scan(user, tuple(catalog())), "5.2.7").standing is Standing.PASS
    assert row(scan(POD.format(port=0), tuple(catalog())), "5.2.7").standing is Standing.FAIL


TWO_PORTS = POD.format(port=80).replace("]}]", ", {containerPort: 81, hostPort: 81}]}]")


def covered(text: str, *by: str) -> Scanned:
    """The scan of a text whose findings are accepted by these, in order; those after the last stay open."""
    done = scan(text)
    covers = [Suppression(each, "known") for each in by]
    findings = tuple(
        msgspec.structs.replace(f, suppressed=covers[n] if n < len(covers) else None)
        for n, f in enumerate(done.findings)
    )
    return msgspec.structs.replace(done, findings=findings)


def test_accepted_findings_are_told_apart_from_passes() -> None:
    found = row(covered(POD.format(port=80), "config"), "5.2.12")
    assert (found.standing, found.why) == (Standing.ACCEPTED, "1 finding relaxed")
    assert (found.findings, found.baseline, found.relaxed) == (0, 0, 1)


def test_a_baseline_is_nobody_who_accepts() -> None:
    found = row(covered(POD.format(port=80), "baseline"), "5.2.12")
    assert (found.standing, found.why) == (Standing.FAIL, "1 finding held by the baseline")
    assert (found.findings, found.baseline, found.relaxed) == (0, 1, 0)


def test_it_is_said_who_holds_what() -> None:
    both = row(covered(TWO_PORTS, "baseline", "annotation"), "5.2.12")
    assert (both.standing, both.why) == (Standing.FAIL, "2 findings: 1 held by the baseline, 1 relaxed")
    half = row(covered(TWO_PORTS, "annotation"), "5.2.12")
    assert (half.standing, half.findings, half.why) == (Standing.FAIL, 1, "found by host-port; besides 1 relaxed")


def test_a_crashed_rule_passes_nothing() -> None:
    done = scan(POD.format(port=0))
    crash = Problem("x.yaml", 1, 1, "rule-crash", "rule host-port failed on Pod: boom")
    estate = Estate(collect([]))
    crashed = scanned(estate, RULES, (), [crash]).crashed
    assert crashed == {"host-port"}
    assert row(msgspec.structs.replace(done, crashed=crashed), "5.2.12").standing is Standing.UNKNOWN


def test_the_text_names_controls_reasons_and_sums_up() -> None:
    lines = list(as_lines(table(scan(POD.format(port=80))), Style(width=100)))
    assert lines[0] == "CIS Kubernetes Benchmark 1.12"
    assert "pod security" in lines
    assert any("5.2.12" in line and "L1" in line and "1 finding by host-port" in line for line in lines)
    assert lines[-1].startswith("131 controls: 1 fail, ")
    assert max(map(len, lines)) <= 100


def test_doubtful_controls_say_so() -> None:
    doubtful = Framework("x", "", "X", True, (Control("a", "title", (), verified=False),))
    lines = list(as_lines(table(scan(POD.format(port=0)), doubtful), Style()))
    assert any("not checked" in line for line in lines)


def test_json_holds_every_control() -> None:
    told = json.loads(as_json(table(scan(POD.format(port=80)))))
    assert len(told["controls"]) == sum(told["summary"].values()) == 131
    (port,) = [control for control in told["controls"] if control["id"] == "cis-1.12:5.2.12"]
    assert (port["standing"], port["findings"], port["assessment"]) == ("fail", 1, "manual")


@pytest.mark.parametrize("key", sorted(frameworks().frameworks))
def test_every_framework_can_be_told(key: str) -> None:
    framework = frameworks().frameworks[key]
    told = table(scan(POD.format(port=80)), framework)
    assert len(told.rows) == len(framework.controls)
    assert list(as_lines(told, Style(colour=True)))


def test_a_table_says_what_its_passes_are_worth() -> None:
    told = table(scan(POD.format(port=80)))
    alone = list(as_lines(told, Style(width=200)))
    assert "1 object read for" in alone[1]
    assert "not the whole cluster" in alone[1]
    named = msgspec.structs.replace(told, whole=True, settings="seawall.toml", baseline="known.json")
    lines = list(as_lines(named, Style(width=200)))
    assert "not the whole" not in lines[1]
    assert lines[2] == "  in force: settings seawall.toml, baseline known.json"
    told_json = json.loads(as_json(named))
    assert [told_json[key] for key in ("objects", "whole", "settings", "baseline")] == [
        1,
        True,
        "seawall.toml",
        "known.json",
    ]
