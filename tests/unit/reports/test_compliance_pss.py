"""`--compliance pss` and `seawall pss` are two views of one evaluation."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import msgspec
import pytest

from seawall.app.pss import report_on
from seawall.core import Document, Verdict
from seawall.data.frameworks import Framework, frameworks
from seawall.findings import Finding, Suppression, judge
from seawall.inventory import collect
from seawall.model import NEWEST, Estate, KubeVersion
from seawall.model.podsecurity import CHECKS, Level
from seawall.reports.compliance import compliance
from seawall.reports.compliance_rows import Row, Scanned, Standing, scanned
from seawall.rules.catalog import catalog
from seawall.rules.controls import all_controls_of
from seawall.rules.examples import manifest
from seawall.yamltext import Broken, read

VERSIONS = (KubeVersion(18), KubeVersion(24), KubeVersion(34), NEWEST)
EXAMPLES = sorted({manifest(example) for rule in catalog() for example in rule.examples})


def standards() -> Framework:
    framework = frameworks().get("pss")
    assert framework is not None
    return framework


def estate_of(text: str, version: KubeVersion = NEWEST) -> Estate:
    documents = [Document("x.yaml", document) for document in read(text) if not isinstance(document, Broken)]
    return Estate(collect(documents), version)


def scan(text: str, version: KubeVersion = NEWEST, cover: Callable[[Finding], str] = lambda _: "") -> Scanned:
    """What every rule says; `cover` names what accepts a finding."""
    estate = estate_of(text, version)
    judgement = judge(estate, catalog())
    findings = [
        msgspec.structs.replace(finding, suppressed=Suppression(by, "known") if (by := cover(finding)) else None)
        for finding in judgement.findings
    ]
    return scanned(estate, catalog(), findings, judgement.problems)


def rows(done: Scanned) -> dict[str, Row]:
    return {row.control.id: row for row in compliance(standards(), done)}


def refusals(estate: Estate) -> set[str]:
    """What `seawall pss` refuses any pod by, at either level, as ids of the framework."""
    return {
        f"{result.check.level.label}:{result.check.id}"
        for level in (Level.BASELINE, Level.RESTRICTED)
        for judged in report_on(estate.inventory, level, estate.kube_version).pods
        for result in judged.results
        if result.verdict is Verdict.FAIL
    }


def pod(security: str = "", spec: str = "", name: str = "web") -> str:
    return (
        f"apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop}}\n"
        f"spec: {{{spec} containers: [{{name: web, image: x, securityContext: {{{security}}}}}]}}\n"
    )


def generated() -> Iterator[str]:
    choices = [
        ("", "runAsUser: 0,", "runAsUser: 1000,", "runAsUser: '${USER}',"),
        ("", "runAsNonRoot: true,", "runAsNonRoot: false,"),
        ("", "privileged: true,", "capabilities: {drop: [ALL], add: [CHOWN]},", "procMount: Unmasked,"),
        ("", "seccompProfile: {type: Unconfined},", "allowPrivilegeEscalation: false,"),
    ]
    for words in itertools.product(*choices):
        for spec in ("", "hostNetwork: true,", "hostPID: true,", "hostUsers: false,", "os: {name: windows},"):
            yield pod("".join(words), spec)


def test_the_framework_is_the_standard() -> None:
    assert {control.id for control in standards().controls} == {f"{each.level.label}:{each.id}" for each in CHECKS}


@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_a_control_fails_exactly_where_the_check_refuses_a_pod(version: KubeVersion) -> None:
    for text in (*EXAMPLES, *generated()):
        estate = estate_of(text, version)
        done = scanned(estate, catalog(), (), ())
        failing = {name for name, row in rows(done).items() if row.standing is Standing.FAIL}
        assert failing == refusals(estate), text


def test_the_two_checks_of_root_are_told_apart() -> None:
    user = rows(scan(pod("runAsUser: 1000")))
    assert user["restricted:runAsNonRoot"].standing is Standing.FAIL
    assert user["restricted:runAsUser"].standing is Standing.PASS
    root = rows(scan(pod("runAsUser: 0, runAsNonRoot: true")))
    assert root["restricted:runAsNonRoot"].standing is Standing.PASS
    assert root["restricted:runAsUser"].why == "refuses 1 pod: Pod shop/web"


def test_a_check_of_a_later_version_refuses_nobody() -> None:
    row = rows(scan(pod("runAsUser: 0"), KubeVersion(22)))["restricted:runAsUser"]
    assert (row.standing, row.why) == (Standing.PASS, "v1.22 does not ask for it")


def test_what_is_not_decided_is_unknown() -> None:
    row = rows(scan(pod("runAsUser: '${USER}'")))["restricted:runAsUser"]
    assert (row.standing, row.why) == (Standing.UNKNOWN, "1 pod not decided here")


def test_what_an_operator_completes_is_unknown() -> None:
    text = "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: {name: p, namespace: shop}\nspec: {}"
    row = rows(scan(text))["baseline:privileged"]
    assert (row.standing, row.why) == (Standing.UNKNOWN, "an operator completes 1 pod")


def test_without_pods_nothing_passes() -> None:
    row = rows(scan("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, namespace: shop}"))["baseline:privileged"]
    assert (row.standing, row.why) == (Standing.UNKNOWN, "nothing of its kind was read")


@pytest.mark.parametrize(
    ("by", "standing", "why"),
    [
        ("config", Standing.ACCEPTED, "1 pod relaxed"),
        ("baseline", Standing.FAIL, "1 pod held by the baseline"),
        ("", Standing.FAIL, "refuses 1 pod: Pod shop/web"),
    ],
)
def test_a_refusal_is_accepted_as_the_findings_about_it_are(by: str, standing: Standing, why: str) -> None:
    def cover(finding: Finding) -> str:
        return by if finding.rule.id == "privileged-container" else ""

    row = rows(scan(pod("privileged: true"), cover=cover))["baseline:privileged"]
    assert (row.standing, row.why) == (standing, why)


def test_what_is_accepted_of_one_container_is_not_of_another() -> None:
    def cover(finding: Finding) -> str:
        return "annotation" if finding.container is not None and finding.container.name == "web" else ""

    both = pod("privileged: true").replace(
        "}]}\n", "}, {name: side, image: x, securityContext: {privileged: true}}]}\n"
    )
    assert rows(scan(both, cover=cover))["baseline:privileged"].standing is Standing.FAIL
    one = both.replace("x, securityContext: {privileged: true}}]", "x}]")
    assert rows(scan(one, cover=cover))["baseline:privileged"].standing is Standing.ACCEPTED


def test_what_no_rule_found_nobody_accepted() -> None:
    done = msgspec.structs.replace(scan(pod("privileged: true")), findings=())
    assert rows(done)["baseline:privileged"].standing is Standing.FAIL


OWNER = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: x, securityContext: {privileged: true}}]}
"""


def owned(text: str) -> str:
    references = "ownerReferences: [{kind: Deployment, name: web, controller: true}]"
    return text.replace("namespace: shop}", f"namespace: shop, {references}}}")


def test_a_pod_is_accepted_with_its_controller() -> None:
    done = scan(f"{OWNER}---\n{owned(pod('privileged: true', name='web-1'))}", cover=lambda _: "annotation")
    row = rows(done)["baseline:privileged"]
    assert (row.standing, row.relaxed) == (Standing.ACCEPTED, 2)


def test_what_is_accepted_of_a_copy_is_not_of_its_controller() -> None:
    def cover(finding: Finding) -> str:
        return "annotation" if finding.resource.kind == "Pod" else ""

    row = rows(scan(f"{OWNER}---\n{owned(pod('privileged: true', 'hostPID: true,'))}", cover=cover))
    assert row["baseline:privileged"].findings == 2
    assert row["baseline:hostNamespaces"].standing is Standing.ACCEPTED


def test_what_a_rollout_left_behind_is_not_judged() -> None:
    old = owned(OWNER.replace("Deployment", "ReplicaSet").replace("name: web,", "name: web-1,"))
    idle = old.replace("spec:\n", "spec:\n  replicas: 0\n", 1).replace("spec: {", "spec: {hostPID: true, ")
    row = rows(scan(f"{OWNER}---\n{idle}"))["baseline:hostNamespaces"]
    assert (row.standing, row.subjects) == (Standing.PASS, 1)
    assert rows(scan(idle))["baseline:hostNamespaces"].standing is Standing.FAIL


def test_what_is_accepted_of_one_field_is_not_of_another_that_the_same_check_refuses() -> None:
    def cover(finding: Finding) -> str:
        return "config" if finding.rule.id == "host-ipc" else ""

    row = rows(scan(pod(spec="hostIPC: true, hostPID: true,"), cover=cover))["baseline:hostNamespaces"]
    assert (row.standing, row.findings) == (Standing.FAIL, 1)


def test_what_is_accepted_of_one_copy_is_not_of_another() -> None:
    def cover(finding: Finding) -> str:
        return "annotation" if finding.resource.name == "web-1" else ""

    copies = [owned(pod(spec="hostPID: true,", name=name)) for name in ("web-1", "web-2", "web-3")]
    row = rows(scan("---\n".join((OWNER, *copies)), cover=cover))["baseline:hostNamespaces"]
    assert (row.standing, row.findings, row.relaxed) == (Standing.FAIL, 2, 1)
    assert row.why == "refuses 2 pods: Pod shop/web-2, Pod shop/web-3; besides 1 relaxed"


@pytest.mark.parametrize(("accepted", "standing"), [("host-network", Standing.ACCEPTED), ("host-port", Standing.FAIL)])
def test_who_accepts_the_nodes_network_accepts_its_ports(accepted: str, standing: Standing) -> None:
    def cover(finding: Finding) -> str:
        return "config" if finding.rule.id == accepted else ""

    text = pod(spec="hostNetwork: true,").replace("image: x,", "image: x, ports: [{containerPort: 80}],")
    assert rows(scan(text, cover=cover))["baseline:hostPorts"].standing is standing


@pytest.mark.parametrize("version", VERSIONS, ids=str)
def test_whoever_accepts_all_that_is_found_accepts_all_that_is_refused(version: KubeVersion) -> None:
    for text in (*EXAMPLES, *generated()):
        done = scan(text, version, cover=lambda _: "annotation")
        failing = {name for name, row in rows(done).items() if row.standing is Standing.FAIL}
        assert not failing, text


def test_a_rule_that_names_a_check_finds_what_the_check_refuses() -> None:
    """`--select pss:restricted` asks rules: each finding of one must be about a check that refuses the pod."""
    for rule in catalog():
        own = {control.removeprefix("pss:") for control in all_controls_of(rule) if control.startswith("pss:")}
        for example in rule.examples if own else ():
            version = KubeVersion.parse(example.kube_version) if example.kube_version else NEWEST
            estate = estate_of(manifest(example), version)
            failed = any(finding.verdict is Verdict.FAIL for finding in judge(estate, [rule]).findings)
            assert not failed or own & refusals(estate), (rule.id, manifest(example))


def test_what_a_check_refuses_some_rule_that_names_it_finds() -> None:
    """Else nobody could accept it."""
    for text in generated():
        done = scan(text)
        fails = {finding.rule.id for finding in done.findings if finding.verdict is Verdict.FAIL}
        for row in rows(done).values():
            assert row.standing is not Standing.FAIL or fails & set(row.rules), (row.control.id, text)
