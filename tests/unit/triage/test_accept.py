"""What is accepted stays in the report and is not open; what no longer holds is told."""

from __future__ import annotations

import datetime
import textwrap

import pytest

from seawall.core import Document, Severity
from seawall.findings import Finding, judge
from seawall.inventory import collect
from seawall.model import Estate
from seawall.rules.catalog import catalog
from seawall.rules.spec import Rule
from seawall.triage.accept import Policy, accepted
from seawall.triage.baseline import Baseline, entry_of
from seawall.triage.config import ConfigFile, Relax
from seawall.triage.grammar import in_comments
from seawall.triage.toml import TomlText
from seawall.yamltext import Broken, read

TODAY = datetime.date(2026, 11, 24)
KNOWN = frozenset(rule.id for rule in catalog())
WEB = """
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
      namespace: shop
      annotations: {ANNOTATIONS}
    spec:
      template:
        metadata:
          annotations: {INNER}
        spec:
          hostPID: true
          containers:
          - name: web
            image: registry.example/web:1.0
            ports:
            - containerPort: 80
              hostPort: 80
          - name: side
            image: registry.example/side:1.0
            ports: [{containerPort: 81, hostPort: 81}]
"""


def rules(*ids: str) -> list[Rule]:
    wanted = {*ids, "relaxation-expired", "relaxation-no-reason", "relaxation-unused"}
    return [rule for rule in catalog() if rule.id in wanted]


def run(text: str, policy: Policy | None = None, ids: tuple[str, ...] = ("host-port", "host-pid")) -> list[Finding]:
    texts = read(textwrap.dedent(text).lstrip())
    documents = [Document("web.yaml", text) for text in texts if not isinstance(text, Broken) and text.value]
    estate = Estate(collect(documents))
    policy = policy or Policy(today=TODAY, known=KNOWN)
    return list(accepted(estate, judge(estate, rules(*ids)), rules(*ids), policy).findings)


def web(annotations: str = "{}", inner: str = "{}") -> str:
    return WEB.replace("{ANNOTATIONS}", annotations).replace("{INNER}", inner)


def told(findings: list[Finding]) -> list[str]:
    """`rule`, with the mechanism that accepts it: `host-port=comment`."""
    return [f.rule.id + (f"={f.suppressed.by}" if f.suppressed else "") for f in findings]


OPEN = ["host-pid", "host-port", "host-port"]


def test_nothing_accepted_changes_nothing() -> None:
    assert told(run(web())) == OPEN


def test_an_annotation_speaks_for_the_object() -> None:
    findings = run(web('{seawall.dev/relax.host-port: "the ingress; until 2027-01-31"}'))
    assert told(findings) == ["host-pid", "host-port=annotation", "host-port=annotation"]
    assert findings[1].suppressed is not None
    assert findings[1].suppressed.reason == "the ingress"
    assert findings[1].suppressed.until == "2027-01-31"


def test_an_annotation_of_the_pod_template_speaks_for_its_pod() -> None:
    assert told(run(web(inner="{seawall.dev/relax.host-pid: an agent}"))) == [
        "host-pid=annotation",
        "host-port",
        "host-port",
    ]


@pytest.mark.parametrize(
    ("until", "complaint"),
    [("2026-11-24", None), ("2026-11-23", "relaxation-expired"), ("soon", "relaxation-expired")],
)
def test_the_last_day_still_counts(until: str, complaint: str | None) -> None:
    found = told(run(web(f'{{seawall.dev/relax.host-pid: "an agent; until {until}"}}')))
    if complaint:
        assert found == [*OPEN, complaint]
    else:
        assert found == ["host-pid=annotation", "host-port", "host-port"]


@pytest.mark.parametrize("reason", ["an agent until %s", "until %s: an agent", "an agent, until %s, then gone"])
@pytest.mark.parametrize(("day", "ended"), [("2026-11-23", True), ("2027-01-31", False)])
def test_a_last_day_inside_a_reason_is_one(reason: str, day: str, ended: bool) -> None:
    words = reason % day
    annotated = run(web(f'{{seawall.dev/relax.host-pid: "{words}"}}'))
    commented = run(web().replace("hostPID: true", f"hostPID: true # seawall: relax host-pid {words}"))
    if ended:
        assert told(annotated) == told(commented) == [*OPEN, "relaxation-expired"]
        return
    assert told(annotated) == ["host-pid=annotation", *OPEN[1:]]
    assert told(commented) == ["host-pid=comment", *OPEN[1:]]


def test_until_without_a_day_is_a_reason() -> None:
    found = run(web('{seawall.dev/relax.host-pid: "known until the vendor repairs it"}'))
    assert told(found) == ["host-pid=annotation", *OPEN[1:]]


@pytest.mark.parametrize("value", ["", "until 2027-01-31", "; until 2027-01-31"])
def test_without_a_reason_it_does_not_hold(value: str) -> None:
    assert told(run(web(f'{{seawall.dev/relax.host-pid: "{value}"}}'))) == [*OPEN, "relaxation-no-reason"]


def test_an_unused_one_is_told_only_where_its_rule_was_asked() -> None:
    text = web("{seawall.dev/relax.run-as-root: an old image}")
    assert told(run(text)) == OPEN
    text = web("{seawall.dev/relax.host-ipc: shared memory}")
    findings = run(text, ids=("host-ipc",))
    assert told(findings) == ["relaxation-unused"]
    assert findings[0].path_text == "metadata.annotations['seawall.dev/relax.host-ipc']"


def test_a_misspelt_rule_is_told() -> None:
    (finding,) = run(web("{seawall.dev/relax.host-prt: x}"))[3:]
    assert "there is no rule 'host-prt'. Did you mean 'host-port'" in finding.message


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("          hostPID: true", ["host-pid=comment", "host-port", "host-port"]),
        ("              hostPort: 80", ["host-pid", "host-port=comment", "host-port"]),
        ("          - name: web", ["host-pid", "host-port=comment", "host-port"]),
        ("          containers:", ["host-pid", "host-port=comment", "host-port=comment"]),
        ("    apiVersion: apps/v1", ["host-pid=comment", "host-port=comment", "host-port=comment"]),
        ("      name: web", [*OPEN, "relaxation-unused"]),
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_a_comment_speaks_for_what_starts_there(line: str, expected: list[str], above: bool) -> None:
    comment = "# seawall: relax host-pid, host-port until=2027-01-31 because"
    indent = " " * (len(line) - len(line.lstrip()))
    text = f"{indent}{comment}\n\n{line}\n" if above else f"{line} {comment}\n"
    assert told(run(web().replace(f"{line}\n", text, 1))) == expected


def test_the_head_of_a_document_is_not_the_next_document() -> None:
    listed = textwrap.dedent(
        """
        {{- if .Values.web }}
        # seawall: relax host-pid not at the head, about the next line
        a: 1
        ---
        # seawall: relax host-pid at the head
        # more

        b: 1
        ---
        c: 1
        """
    ).splitlines()
    comments = list(in_comments(listed, 1))
    assert [(comment.line, comment.target, comment.end) for comment in comments] == [(3, 4, 5), (6, 9, 10)]


def test_the_place_of_a_comment_is_the_comment() -> None:
    findings = run(web().replace("hostPID: true", "hostPID: true # seawall: relax host-pid"))
    assert told(findings) == [*OPEN, "relaxation-no-reason"]
    span = findings[-1].locate().span
    assert (span.line, span.column) == (12, 21)


def test_a_comment_of_one_document_is_not_of_the_next() -> None:
    text = textwrap.dedent(web()).lstrip()
    both = f"# seawall: relax host-pid an agent\n{text}---\n{text}"
    assert told(run(both)).count("host-pid=comment") == 1
    assert told(run(both)).count("host-pid") == 1


@pytest.mark.parametrize(
    ("annotations", "by"),
    [
        ('{ignore-check.kube-linter.io/host-pid: ""}', "kube-linter"),
        ("{kube-linter.io/ignore-all: ours}", "kube-linter"),
        ("{checkov.io/skip1: CKV_K8S_17=ours}", "checkov"),
        ("{bridgecrew.io/skip: CKV_K8S_17=ours}", "checkov"),
    ],
)
def test_annotations_of_other_scanners(annotations: str, by: str) -> None:
    findings = run(web(annotations))
    assert told(findings) == [f"host-pid={by}", "host-port", "host-port"]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# checkov:skip=CKV_K8S_17:an agent", ["host-pid=checkov", "host-port", "host-port"]),
        ("#checkov:skip=CKV_K8S_17", ["host-pid=checkov", "host-port", "host-port"]),
        ("# trivy:ignore:AVD-KSV-0024", ["host-pid", "host-port=trivy", "host-port=trivy"]),
        ("# trivy:ignore:ksv024 trivy:ignore:KSV-0010", ["host-pid=trivy", "host-port=trivy", "host-port=trivy"]),
        ("#trivy:ignore:*", ["host-pid=trivy", "host-port=trivy", "host-port=trivy"]),
        ("# trivy:ignore:KSV-0010:exp:2027-01-01", ["host-pid=trivy", "host-port", "host-port"]),
        ("# trivy:ignore:KSV-0010:exp:2024-01-01", [*OPEN, "relaxation-expired"]),
        ("# trivy:ignore:KSV-0008:exp:2024-01-01", OPEN),
        ("# trivy:ignore:KSV-9999", OPEN),
        ("# checkov:skip=CKV_K8S_18:no such finding", OPEN),
        ("# see seawall: relax", OPEN),
    ],
)
def test_comments_of_other_scanners(comment: str, expected: list[str]) -> None:
    assert told(run(f"    {comment}{web()}")) == expected


def settings(*entries: Relax, covered: bool = True) -> Policy:
    text = "".join(f"[[relax]]\nrule = '{entry.rule}'\n" for entry in entries)
    table = {"relax": [{"rule": entry.rule} for entry in entries]}
    file = ConfigFile("../seawall.toml", "/repo", TomlText(text, table))
    return Policy(today=TODAY, known=KNOWN, relax=entries, file=file, folder="/repo/k8s", covered=covered)


def entry(index: int = 0, **fields: object) -> Relax:
    return Relax(rule="host-port", reason="ours", index=index, **fields)  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (entry(), ["host-pid", "host-port=config", "host-port=config"]),
        (entry(namespace="sh*", kind="Deployment", name="web"), ["host-pid", "host-port=config", "host-port=config"]),
        (entry(container="side"), ["host-pid", "host-port", "host-port=config"]),
        (entry(value=80), ["host-pid", "host-port=config", "host-port"]),
        (entry(file="k8s/web.yaml"), ["host-pid", "host-port=config", "host-port=config"]),
        (entry(file="web.yaml"), [*OPEN, "relaxation-unused"]),
        (entry(namespace="other"), [*OPEN, "relaxation-unused"]),
        (entry(until=datetime.date(2026, 1, 1)), [*OPEN, "relaxation-expired"]),
    ],
)
def test_settings(wanted: Relax, expected: list[str]) -> None:
    assert told(run(web(), settings(wanted))) == expected


def copies(*annotations: str) -> str:
    """A Deployment, and of it one Pod for each text, which is in the node's process namespace unlike its owner."""
    reference = "ownerReferences: [{kind: Deployment, name: web, controller: true}]"
    owner = (
        "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: shop}, "
        "spec: {template: {spec: {containers: [{name: web}]}}}}"
    )
    pods = (
        f"{{apiVersion: v1, kind: Pod, metadata: {{name: web-{number}, namespace: shop, {reference}, "
        f"annotations: {{{text}}}}}, spec: {{hostPID: true, containers: [{{name: web}}]}}}}"
        for number, text in enumerate(annotations, 1)
    )
    return "\n---\n".join((owner, *pods))


def told_of(findings: list[Finding]) -> list[tuple[str, str, int]]:
    names = [(finding, f"{finding.suppressed.by}" if finding.suppressed else "") for finding in findings]
    return [(finding.resource.name, by or finding.rule.id, finding.copies) for finding, by in names]


def test_a_relaxation_of_one_copy_is_not_one_of_the_others() -> None:
    text = copies("", 'seawall.dev/relax.host-pid: "for now"', "", 'seawall.dev/relax.host-port: "another"')
    assert told_of(run(text))[:2] == [("web-1", "host-pid", 2), ("web-2", "annotation", 0)]
    one = Relax(rule="host-pid", reason="ours", name="web-2")
    assert told_of(run(copies("", "", ""), settings(one))) == [("web-1", "host-pid", 1), ("web-2", "config", 0)]


def test_a_relaxation_of_a_copy_that_ended_is_told_once() -> None:
    past = 'seawall.dev/relax.host-pid: "for now; until 2026-01-01"'
    assert told_of(run(copies(past, past))) == [("web-1", "host-pid", 1), ("web-1", "relaxation-expired", 1)]


@pytest.mark.parametrize(
    "day", ["Until 2026-01-01", "until the 2026-01-01", "UNTIL: 2026-01-01T10:00", "until 2026-1-1"]
)
def test_a_day_may_be_written_in_many_ways(day: str) -> None:
    assert told(run(web(), settings(Relax(rule="host-port", reason=f"a proxy {day}")))) == [*OPEN, "relaxation-expired"]


def test_a_day_in_the_reason_of_settings_ends_them() -> None:
    past = Relax(rule="host-port", reason="a proxy, until 2026-01-01 at the latest")
    assert told(run(web(), settings(past))) == [*OPEN, "relaxation-expired"]
    later = Relax(rule="host-port", reason=past.reason, until=datetime.date(2027, 1, 31))
    assert told(run(web(), settings(later))) == ["host-pid", "host-port=config", "host-port=config"]


def test_another_value_arms_the_rule_again() -> None:
    findings = run(web(), settings(entry(value=True), entry(1, value=8080)))
    assert told(findings) == [*OPEN, "relaxation-unused", "relaxation-unused"]
    assert "it accepts another value than the one of spec.template.spec.containers" in findings[-1].message
    assert (findings[-1].locate().file, findings[-1].locate().span.line) == ("../seawall.toml", 3)


def test_a_part_of_the_folder_says_nothing_of_unused_settings() -> None:
    assert told(run(web(), settings(entry(namespace="other"), covered=False))) == OPEN


def test_severity() -> None:
    policy = Policy(today=TODAY, known=KNOWN, severity={"host-port": Severity.CRITICAL})
    assert [finding.severity for finding in run(web(), policy)][1:] == [Severity.CRITICAL, Severity.CRITICAL]


def test_a_baseline_accepts_what_is_left_open() -> None:
    before = run(web())
    baseline = Baseline("2026-01-02", "1.0", tuple(entry_of(finding) for finding in before[:2]))
    policy = Policy(today=TODAY, known=KNOWN, baseline=baseline)
    findings = run(web("{seawall.dev/relax.host-pid: an agent}"), policy)
    assert told(findings) == ["host-pid=annotation", "host-port=baseline", "host-port"]


def test_a_copy_of_an_annotated_template_does_not_complain() -> None:
    text = textwrap.dedent(web(inner="{seawall.dev/relax.host-ipc: shared}")).lstrip()
    pod = """---
apiVersion: v1
kind: Pod
metadata:
  name: web-1
  namespace: shop
  annotations: {seawall.dev/relax.host-ipc: shared}
  ownerReferences: [{kind: Deployment, name: web, controller: true, apiVersion: apps/v1, uid: x}]
spec: {containers: []}
"""
    assert told(run(text + pod, ids=("host-ipc",))) == ["relaxation-unused"]


@pytest.mark.parametrize("until", ["31.01.2027", "soon", "2027-02-30"])
def test_a_day_that_is_none_is_told_as_that(until: str) -> None:
    findings = run(web().replace("hostPID: true", f"hostPID: true # seawall: relax host-pid until={until} our agent"))
    (complaint,) = (finding for finding in findings if finding.rule.id == "relaxation-expired")
    assert f"'{until}' is no day" in complaint.message
    assert "2027-01-31" in complaint.message
    assert "host-pid" in told(findings)


@pytest.mark.parametrize(
    ("comment", "instead"),
    [
        ("seawall relax host-pid our agent", "# seawall: relax host-pid REASON"),
        ("seawall: ignore host-pid", "# seawall: relax host-pid REASON"),
        ("Seawall: relax host-pid our agent", "# seawall: relax host-pid REASON"),
        ("seawall:skip=host-pid,host-port", "# seawall: relax host-pid,host-port REASON"),
        ("seawall-disable host-pid", "# seawall: relax host-pid REASON"),
        ("seawall: ignore", "# seawall: relax RULE REASON"),
        ("seawall: relax: our agent", "it names no rule; write # seawall: relax RULE REASON"),
    ],
)
def test_a_comment_that_is_nearly_a_relaxation_is_told(comment: str, instead: str) -> None:
    findings = run(web().replace("hostPID: true", f"hostPID: true # {comment}"))
    assert told(findings) == [*OPEN, "relaxation-unused"]
    assert findings[-1].message.endswith(f"write {instead.removeprefix('it names no rule; write ')}")
    assert findings[-1].locate().span.line == 12


@pytest.mark.parametrize(
    "comment",
    [
        "seawall is great",
        "seawall: see host-pid in the handbook",
        "seawall: accept all traffic from the gate",
        "seawall allow-list of the gate",
        "seawall ignores host-pid here",
        "the seawall: relax, host-pid is read elsewhere",
        "seawall.dev/relax.host-pid was here",
        "seawallrelax host-pid",
    ],
)
def test_other_comments_on_seawall_are_only_comments(comment: str) -> None:
    assert told(run(web().replace("hostPID: true", f"hostPID: true # {comment}"))) == OPEN


def test_a_comment_of_another_scanner_counts_behind_one_on_seawall() -> None:
    text = web().replace("hostPID: true", "hostPID: true # seawall is great # trivy:ignore:KSV-0010")
    assert told(run(text)) == ["host-pid=trivy", *OPEN[1:]]


def test_what_only_looks_like_a_comment_says_nothing() -> None:
    head = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: shop}\n"
    script = f"{head}data:\n  run.sh: |\n    # %s\n  a: '# %s'\n"
    marker = "seawall: relax host-pid known"
    assert told(run(script.replace("%s", marker))) == []
    assert told(run(script.replace("\ndata:", f"\ndata: # {marker}"))) == ["relaxation-unused"]


def test_what_another_scanner_suppresses_and_no_rule_finds_is_told() -> None:
    annotations = (
        "{checkov.io/skip1: CKV_K8S_10=small, bridgecrew.io/skip2: CKV_K8S_9999=never,"
        " ignore-check.kube-linter.io/run-as-non-root: known, ignore-check.kube-linter.io/of-our-own: known,"
        " checkov.io/skip3: '=no check'}"
    )
    text = web(annotations) + "# checkov:skip=CKV_K8S_10,CKV_K8S_9998\n# trivy:ignore:KSV-9999\n"
    estate = Estate(collect([Document("web.yaml", next(iter(read(textwrap.dedent(text)))))]))  # type: ignore[arg-type]
    found = accepted(estate, judge(estate, rules("host-pid")), rules("host-pid"), Policy(today=TODAY, known=KNOWN))
    why = "no rule finds the same, so that they do nothing here"
    assert found.unheard == (
        ("suppressions that name Checkov's CKV_K8S_10, CKV_K8S_9998, CKV_K8S_9999", why),
        ("suppressions that name kube-linter's of-our-own", why),
        ("suppressions that name Trivy's KSV-9999", why),
    )


@pytest.mark.parametrize(
    ("held", "became"),
    [
        ([], "ended with '2026-11-23', and what it covered counts again; repair"),
        ([0], "ended with '2026-11-23', and what it covered is held by the baseline; repair"),
    ],
)
@pytest.mark.parametrize("comment", [False, True])
def test_an_expired_one_says_what_became_of_what_it_covered(held: list[int], became: str, comment: bool) -> None:
    text = web() if comment else web('{seawall.dev/relax.host-pid: "an agent; until 2026-11-23"}')
    if comment:
        text = text.replace("hostPID: true", "hostPID: true # seawall: relax host-pid until=2026-11-23 an agent")
    baseline = Baseline("2026-01-02", "1.0", tuple(entry_of(run(web())[index]) for index in held))
    (*_, complaint) = run(text, Policy(today=TODAY, known=KNOWN, baseline=baseline))
    assert complaint.rule.id == "relaxation-expired"
    assert complaint.evidence.message.startswith(became)


def test_an_expired_one_of_several_findings_may_be_held_for_some_of_them() -> None:
    entry = Relax(rule="host-port", reason="a proxy", until=datetime.date(2026, 11, 23))
    baseline = Baseline("2026-01-02", "1.0", (entry_of(run(web())[1]),))
    file = ConfigFile("seawall.toml", "/repo", TomlText("[[relax]]\n", {"relax": [{}]}))
    policy = Policy(today=TODAY, known=KNOWN, baseline=baseline, relax=(entry,), file=file, folder="/repo")
    (*_, complaint) = run(web(), policy)
    assert "what it covered counts again, but for what the baseline holds; " in complaint.evidence.message


def test_a_baseline_holds_a_complaint_too() -> None:
    text = web('{seawall.dev/relax.host-pid: "an agent; until 2026-11-23"}')
    baseline = Baseline("2026-01-02", "1.0", tuple(map(entry_of, run(text))))
    findings = run(text, Policy(today=TODAY, known=KNOWN, baseline=baseline))
    assert set(told(findings)) == {"host-pid=baseline", "host-port=baseline", "relaxation-expired=baseline"}
