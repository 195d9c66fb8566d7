"""`seawall pss`: what it prints, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from seawall.cli.pss import pss

GOOD = """\
apiVersion: v1
kind: Pod
metadata: {name: good, namespace: shop}
spec:
  securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
  containers:
  - name: web
    securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
"""
BAD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: bad}
spec:
  template:
    spec:
      hostPID: true
      hostIPC: ${IPC}
      containers:
      - name: web
        securityContext: {privileged: true}
"""
TEMPLATED = GOOD.replace("runAsNonRoot: true", "runAsNonRoot: '${NON_ROOT}'")
KAFKA = """\
apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: {name: events}
spec: {kafka: {template: {pod: {securityContext: {seccompProfile: {type: RuntimeDefault}}}}}}
"""
BROKEN = "apiVersion: v1\nkind: Pod\nmetadata: [\n"
SERVICE = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n"


def run(folder: Path, *options: str, **files: str) -> Result:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    runner = CliRunner(env={"COLUMNS": "100"})
    return runner.invoke(pss, [str(folder), *options], standalone_mode=False, catch_exceptions=False)


@pytest.mark.parametrize(
    ("files", "options", "code"),
    [
        ({"a": GOOD}, (), 0),
        ({"a": GOOD, "b": BAD}, (), 1),
        ({"b": BAD}, ("--level", "privileged"), 0),
        ({"a": TEMPLATED}, (), 0),
        ({"a": TEMPLATED}, ("--strict",), 1),
        ({"a": GOOD, "b": BROKEN}, (), 0),
        ({"a": GOOD, "b": BROKEN}, ("--strict",), 1),
        ({"a": SERVICE}, (), 3),
        ({}, (), 3),
        ({"b": BROKEN}, ("--strict",), 3),
        ({"a": GOOD}, ("nowhere",), 3),
    ],
)
def test_exit_code(tmp_path: Path, files: dict[str, str], options: tuple[str, ...], code: int) -> None:
    assert run(tmp_path, *options, **files).return_value == code


def test_json_has_the_promised_form(tmp_path: Path) -> None:
    result = run(tmp_path, "-o", "json", "--level", "baseline", "--kube-version", "1.33", a=GOOD, b=f"---\n{BAD}")
    good, bad = json.loads(result.stdout)["pods"]
    assert good == {
        "file": str(tmp_path / "a.yaml"),
        "line": 1,
        "kind": "Pod",
        "namespace": "shop",
        "name": "good",
        "path": "spec",
        "allowed": True,
        "checks": [],
    }
    assert (bad["line"], bad["namespace"], bad["allowed"]) == (2, None, False)
    assert bad["checks"] == [
        {
            "id": "hostNamespaces",
            "verdict": "fail",
            "reason": "host namespaces",
            "detail": "pod must not set hostPID=true",
            "path": "spec.template.spec.hostPID",
        },
        {
            "id": "privileged",
            "verdict": "fail",
            "reason": "privileged",
            "detail": 'container "web" must not set securityContext.privileged=true',
            "path": "spec.template.spec.containers[0].securityContext.privileged",
        },
    ]


def test_json_says_unknown(tmp_path: Path) -> None:
    (pod,) = json.loads(run(tmp_path, "-o", "json", a=TEMPLATED).stdout)["pods"]
    assert pod["allowed"] == "unknown"
    assert [(check["id"], check["verdict"]) for check in pod["checks"]] == [("runAsNonRoot", "unknown")]


def test_text_groups_by_file_and_counts(tmp_path: Path) -> None:
    text = run(tmp_path, "--level", "baseline", a=GOOD, b=BAD, c=SERVICE).stdout
    assert text == (
        f"{tmp_path / 'b.yaml'}\n"
        "  refused  Deployment bad  line 1\n"
        "    host namespaces: pod must not set hostPID=true [hostNamespaces]\n"
        '    privileged: container "web" must not set securityContext.privileged=true [privileged]\n'
        "\n"
        "Pod Security baseline, v1.37: 1 refused, 1 allowed in 3 files\n"
    )


def test_text_tells_unknown_beside_refused_and_what_is_left_out_in_one_line(tmp_path: Path) -> None:
    both = BAD.replace("      hostPID: true\n", "").replace("privileged: true", "privileged: true, procMount: '${P}'")
    text = run(tmp_path, "--level", "baseline", b=both, k=KAFKA).stdout
    assert "    unknown: procMount: container" in text
    assert "    unknown: host namespaces: pod" in text
    assert "  unknown  Kafka events  line 1\n    11 checks cannot judge what is not written here: Kafka" in text


def test_what_cannot_be_read_is_told_beside_any_report(tmp_path: Path) -> None:
    result = run(tmp_path, "-o", "json", a=GOOD, b=BROKEN)
    report = json.loads(result.stdout)
    assert len(report["pods"]) == 1
    assert [problem["kind"] for problem in report["problems"]] == ["yaml"]
    assert (report["level"], report["kube_version"], report["not_looked_at"]) == ("restricted", "1.37", [])
    assert str(tmp_path / "b.yaml") in result.stderr


def test_a_newer_version_is_judged_and_named_as_the_newest_known(tmp_path: Path) -> None:
    assert "v1.37" in run(tmp_path, "--kube-version", "1.99", a=GOOD).stdout


def test_the_settings_file_holds(tmp_path: Path) -> None:
    (tmp_path / "seawall.toml").write_text('kube-version = "1.25"\nexclude = ["b.yaml"]\n')
    text = run(tmp_path, "--config", str(tmp_path / "seawall.toml"), a=GOOD, b=BAD).stdout
    assert "1.25" in text
    assert "bad" not in text
