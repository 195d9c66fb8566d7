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
from seawall.reports.compliance import Row, Scanned, Standing, as_json, as_lines, compliance, scanned
from seawall.reports.style import Style
from seawall.rules.namespace.default_namespace import RULE as DEFAULT_NAMESPACE
from seawall.rules.namespace.no_network_policy import RULE as NO_NETWORK_POLICY
from seawall.rules.pod.host_port import RULE as HOST_PORT
from seawall.rules.rbac.rbac_secrets_read import RULE as SECRETS_READ
from seawall.rules.spec import Rule
from seawall.yamltext import Broken, read

RULES = (HOST_PORT, SECRETS_READ, NO_NETWORK_POLICY)
POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: web, namespace: shop}}
spec: {{containers: [{{name: web, image: x, ports: [{{containerPort: 80, hostPort: {port}}}]}}]}}
"""


def scan(text: str, rules: Sequence[Rule] = RULES, *, whole: bool = False, namespace: str | None = None) -> Scanned:
    texts = (text for text in read(text) if not isinstance(text, Broken))
    documents = [Document("x.yaml", text, namespace=namespace) for text in texts]
    estate = Estate(collect(documents, whole=whole))
    judgement = judge(estate, rules)
    return scanned(estate, rules, judgement.findings, judgement.problems)


def cis() -> Framework:
    framework = frameworks().get("cis")
    assert framework is not None
    return framework


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
    assert row(scan(placed, [DEFAULT_NAMESPACE]), "5.6.4").standing is Standing.PASS
    assert row(scan(unplaced, [DEFAULT_NAMESPACE]), "5.6.4").standing is Standing.UNKNOWN
    assert row(scan(placed, [DEFAULT_NAMESPACE], namespace="default"), "5.6.4").standing is Standing.PASS
    assert row(scan(unplaced, [DEFAULT_NAMESPACE], namespace="default"), "5.6.4").standing is Standing.UNKNOWN


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
    assert "privileged-container" in found.why


def test_accepted_findings_are_told_apart_from_passes() -> None:
    done = scan(POD.format(port=80))
    accepted = tuple(msgspec.structs.replace(f, suppressed=Suppression("config", "known")) for f in done.findings)
    found = row(msgspec.structs.replace(done, findings=accepted), "5.2.12")
    assert (found.standing, found.why) == (Standing.ACCEPTED, "1 finding accepted")


def test_a_crashed_rule_passes_nothing() -> None:
    done = scan(POD.format(port=0))
    crash = Problem("x.yaml", 1, 1, "rule-crash", "rule host-port failed on Pod: boom")
    estate = Estate(collect([]))
    crashed = scanned(estate, RULES, (), [crash]).crashed
    assert crashed == {"host-port"}
    assert row(msgspec.structs.replace(done, crashed=crashed), "5.2.12").standing is Standing.UNKNOWN


def test_the_text_names_controls_reasons_and_sums_up() -> None:
    rows = compliance(cis(), scan(POD.format(port=80)))
    lines = list(as_lines(cis(), rows, Style(width=100)))
    assert lines[0] == "CIS Kubernetes Benchmark 1.12"
    assert "pod security" in lines
    assert any("5.2.12" in line and "L1" in line and "1 finding by host-port" in line for line in lines)
    assert lines[-1].startswith("131 controls: 1 fail, ")
    assert max(map(len, lines)) <= 100


def test_doubtful_controls_say_so() -> None:
    doubtful = Framework("x", "", "X", True, (Control("a", "title", (), verified=False),))
    lines = list(as_lines(doubtful, compliance(doubtful, scan(POD.format(port=0))), Style()))
    assert any("not checked" in line for line in lines)


def test_json_holds_every_control() -> None:
    rows = compliance(cis(), scan(POD.format(port=80)))
    table = json.loads(as_json(cis(), rows))
    assert len(table["controls"]) == sum(table["summary"].values()) == 131
    (port,) = [control for control in table["controls"] if control["id"] == "cis-1.12:5.2.12"]
    assert (port["standing"], port["findings"], port["assessment"]) == ("fail", 1, "manual")


@pytest.mark.parametrize("key", sorted(frameworks().frameworks))
def test_every_framework_can_be_told(key: str) -> None:
    framework = frameworks().frameworks[key]
    rows = compliance(framework, scan(POD.format(port=80)))
    assert len(rows) == len(framework.controls)
    assert list(as_lines(framework, rows, Style(colour=True)))
