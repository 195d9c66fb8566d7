"""The Python API: what it promises, and that the command line says the same."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import seawall

BAD = """\
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop}
spec:
  containers:
  - name: web
    image: registry.example/web:1.0
    ports: [{containerPort: 80, hostPort: 80}]
"""


@pytest.fixture
def pod(tmp_path: Path) -> Path:
    file = tmp_path / "pod.yaml"
    file.write_text(BAD, "utf-8")
    return file


def test_a_version_that_is_a_number_is_refused(pod: Path) -> None:
    version: Any = 1.34
    with pytest.raises(seawall.UsageError, match=r"'1.34' is no Kubernetes version") as refused:
        seawall.scan(pod, kube_version=version)
    assert "quotes" in refused.value.hint


def test_a_scan_finds_what_is_wrong_and_where(pod: Path) -> None:
    report = seawall.scan(pod, select="host-port")
    (row,) = report.findings
    assert row.finding.rule.id == "host-port"
    assert row.finding.verdict is seawall.Verdict.FAIL
    assert row.finding.severity is seawall.Severity.MEDIUM
    assert (row.place.file, row.place.span.line) == (str(pod), 8)
    assert row.open


def test_one_text_and_a_list_of_texts_mean_the_same(pod: Path) -> None:
    one = seawall.scan(str(pod), select="host-port")
    several = seawall.scan([pod], select=["host-port"])
    assert seawall.render(one) == seawall.render(several)


def test_the_command_line_writes_the_same_report(pod: Path) -> None:
    command = [sys.executable, "-m", "seawall", "scan", str(pod), "-o", "json", "--fail-on", "none", "--no-config"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=pod.parent).stdout
    assert said == seawall.render(seawall.scan(pod))


@pytest.mark.parametrize("profile", [profile.label for profile in seawall.Profile])
def test_a_profile_is_asked_for_by_word_or_by_value(pod: Path, profile: str) -> None:
    by_word = seawall.scan(pod, profile=profile)
    by_value = seawall.scan(pod, profile=seawall.Profile[profile.upper()])
    assert by_word.profile == profile
    assert by_word.rules == by_value.rules > 0


def test_a_larger_profile_asks_more(pod: Path) -> None:
    essential, strict = (seawall.scan(pod, profile=profile).rules for profile in ("essential", "strict"))
    assert essential < strict == len(seawall.catalog())


def test_the_version_of_kubernetes_is_told(pod: Path) -> None:
    assert str(seawall.scan(pod, kube_version="v1.29.3").kube_version) == "1.29"


def test_a_whole_estate_is_judged_by_closed_world_rules_too(pod: Path) -> None:
    parts, whole = (seawall.scan(pod, profile="strict", estate=estate) for estate in (False, True))
    left = [what for what, _ in parts.coverage.not_looked_at if what.startswith("rule ")]
    closed = [rule.id for rule in seawall.catalog() if rule.needs]
    assert left == [f"rule {name}" for name in closed]
    assert not [what for what, _ in whole.coverage.not_looked_at if what.startswith("rule ")]


def test_what_cannot_be_read_is_a_problem_and_no_exception(tmp_path: Path) -> None:
    report = seawall.scan(tmp_path / "missing.yaml")
    (problem,) = report.problems
    assert isinstance(problem, seawall.Problem)
    assert "does not exist" in problem.message
    assert report.coverage.objects == 0


@pytest.mark.parametrize(
    ("arguments", "wrong", "hint"),
    [
        ({"profile": "recomended"}, "recomended", "Did you mean 'recommended'?"),
        ({"profile": "x"}, "'x'", "essential, recommended, strict"),
        ({"select": "host-prot"}, "host-prot", "host-port"),
        ({"kube_version": "latest"}, "latest", "1.34"),
    ],
)
def test_a_word_that_means_nothing_is_a_usage_error(
    pod: Path, arguments: dict[str, str], wrong: str, hint: str
) -> None:
    with pytest.raises(seawall.UsageError) as caught:
        seawall.scan(pod, **arguments)  # type: ignore[arg-type]  # the words are what is tested
    assert wrong in caught.value.message
    assert hint in caught.value.hint
    assert isinstance(caught.value, seawall.SeawallError)


def test_run_takes_everything_that_the_command_line_has(pod: Path) -> None:
    options = seawall.Options(input=seawall.Input(paths=(str(pod),), exclude=("*.json",)), ignore=("host-port",))
    rules = {row.finding.rule.id for row in seawall.run(options).findings}
    assert rules
    assert "host-port" not in rules


def test_a_report_is_rendered_in_every_format(pod: Path) -> None:
    from seawall.reports.formats import FORMATS

    report = seawall.scan(pod, select="host-port")
    for form in FORMATS:
        assert "host" in seawall.render(report, form), form
    assert json.loads(seawall.render(report))["schema"] == "1.0"


def test_a_format_that_does_not_exist_is_a_usage_error(pod: Path) -> None:
    report = seawall.scan(pod)
    with pytest.raises(seawall.UsageError, match="xml"):
        seawall.render(report, "xml")


def test_every_public_name_is_there_and_listed() -> None:
    import seawall.api

    assert sorted(seawall.__all__) == seawall.__all__
    assert {*seawall.api.__all__, "__version__"} == {*seawall.__all__}
    for name in seawall.__all__:
        assert getattr(seawall, name) is not None
    assert {*seawall.__all__} <= {*dir(seawall)}


def test_a_name_that_is_none_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'scam'"):
        seawall.scam  # noqa: B018  # the missing name is what is tested
