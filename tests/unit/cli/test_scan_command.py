"""`seawall scan` as a user calls it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from seawall.cli.main import main
from seawall.errors import ExitCode
from seawall.reports.formats import FORMATS

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
GOOD = BAD.replace(", hostPort: 80", "")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["seawall", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    assert isinstance(stop.value.code, int)
    return stop.value.code


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yaml").write_text(BAD)
    return tmp_path


ONE = ("--select", "host-port")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("scan", *ONE), ExitCode.FINDINGS),
        (("scan", *ONE, "--fail-on", "high"), ExitCode.OK),
        (("scan", *ONE, "--fail-on", "none"), ExitCode.OK),
        (("scan", "--select", "host-pid"), ExitCode.OK),
        (("scan", "nothing-here"), ExitCode.NOTHING_READ),
        (("scan", ""), ExitCode.NOTHING_READ),
        (("scan", "web.yaml", "nothing-here", *ONE), ExitCode.FINDINGS),
        (("scan", "web.yaml", "nothing-here", "--select", "host-pid"), ExitCode.NOTHING_READ),
        (("scan", "--select", "rbac"), ExitCode.NOTHING_READ),
        (("scan", "--select", "default-namespace"), ExitCode.OK),
        (("scan", "--select", "no-such-rule"), ExitCode.USAGE),
        (("scan", "-o", "pdf"), ExitCode.USAGE),
        (("scan", "-o", "json="), ExitCode.USAGE),
        (("scan", "-o", "json=web.yaml"), ExitCode.USAGE),
        (("scan", "-o", "json,csv"), ExitCode.USAGE),
        (("scan", "-o", "json=same", "-o", "csv=same"), ExitCode.USAGE),
        (("scan", "--kube-version", "two"), ExitCode.USAGE),
        (("scan", *ONE, "-o", "json=missing/out.json"), ExitCode.USAGE),
        (("scna",), ExitCode.USAGE),
        (("--version",), ExitCode.OK),
        (("scan", "--help"), ExitCode.OK),
    ],
)
@pytest.mark.usefixtures("folder")
def test_exit_codes(monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int) -> None:
    assert run(monkeypatch, *arguments) == code


def test_a_report_replaces_a_report(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = [word for form in FORMATS for word in ("-o", f"{form}=out.{form}")]
    for _ in range(2):
        assert run(monkeypatch, "scan", *ONE, *outputs) == ExitCode.FINDINGS
    assert (folder / "web.yaml").read_text() == BAD


def test_several_outputs_in_one_run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert run(monkeypatch, "scan", *ONE, "-o", "json=out.json", "-o", "terminal") == 1
    report = json.loads((folder / "out.json").read_text())
    (finding,) = report["findings"]
    assert finding["location"]["line"] == 8
    assert "host-port" in capsys.readouterr().out


def test_reports_in_files_are_summed_up(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert run(monkeypatch, "scan", *ONE, "-o", "json=out.json", "-o", "csv=out.csv") == 1
    out, err = capsys.readouterr()
    summary = "1 medium  in 1 object of 1 file, 1 rule: out.json, out.csv\n"
    assert (out, err) == ("", f"{summary}exit 1: 1 finding at or above medium (--fail-on)\n")


def test_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BAD.encode())))
    assert run(monkeypatch, "scan", "-", *ONE, "-o", "json") == 1
    assert json.loads(capsys.readouterr().out)["findings"][0]["location"]["file"] == "-"


def test_strict_fails_on_what_is_unknown(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "web.yaml").write_text(BAD.replace("hostPort: 80", 'hostPort: "${PORT}"'))
    assert run(monkeypatch, "scan", *ONE) == 0
    assert run(monkeypatch, "scan", *ONE, "--strict") == 1


def test_nothing_looked_at_is_never_zero(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "web.yaml").write_text("hello: world\n")
    assert run(monkeypatch, "scan") == ExitCode.NOTHING_READ


def test_a_bug_is_told_kindly(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    import seawall.app.scan as app

    def broken(*_: object) -> None:
        raise ZeroDivisionError("boom")

    monkeypatch.setattr(app, "load", broken)
    assert run(monkeypatch, "scan") == ExitCode.INTERNAL
    assert "this is a bug: ZeroDivisionError: boom" in capsys.readouterr().err


def test_a_misspelt_command_gets_a_suggestion(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    run(monkeypatch, "scna")
    assert "Did you mean 'scan'?" in capsys.readouterr().err


@pytest.mark.usefixtures("folder")
def test_no_colour_where_no_terminal_is(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    run(monkeypatch, "scan", *ONE)
    assert "\033" not in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_rules_and_explain(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert run(monkeypatch, "rules", "-o", "json", "--select", "host-port") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["id"] == "host-port"
    assert row["fixable"] is True
    assert run(monkeypatch, "explain", "host-port", "--on", "web.yaml") == 0
    text = capsys.readouterr().out
    assert "web.yaml:8:" in text
    assert run(monkeypatch, "explain", "host-pid", "--on", "web.yaml") == 0
    assert "nowhere in what was read" in capsys.readouterr().out
    assert run(monkeypatch, "explain", "host-prot") == ExitCode.USAGE
    assert "host-port" in capsys.readouterr().err


@pytest.mark.parametrize(("word", "hint"), [("host-prot", "host-port"), ("5.2.3", "seawall rules cis-1.12:5.2.3")])
def test_explain_tells_what_was_meant(monkeypatch: pytest.MonkeyPatch, capsys: Any, word: str, hint: str) -> None:
    assert run(monkeypatch, "explain", word) == ExitCode.USAGE
    assert hint in capsys.readouterr().err


def test_explain_says_what_it_could_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    (folder / "broken.yaml").write_text("apiVersion: v1\nkind: [\n")
    assert run(monkeypatch, "explain", "host-port", "--on", ".") == ExitCode.OK
    assert "not read: broken.yaml" in capsys.readouterr().out
    assert run(monkeypatch, "explain", "host-port", "--on", "broken.yaml") == ExitCode.NOTHING_READ
    assert "nothing was read" in capsys.readouterr().out


@pytest.mark.usefixtures("folder")
def test_what_is_less_severe_may_be_left_out_and_is_counted(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    assert run(monkeypatch, "scan", "web.yaml", "--severity", "MEDIUM", "-o", "json") == ExitCode.FINDINGS
    report = json.loads(capsys.readouterr().out)
    assert {finding["severity"] for finding in report["findings"]} == {"medium"}
    (left,) = [row for row in report["coverage"]["not_looked_at"] if "--severity" in row["why"]]
    assert left["why"] == "less severe than medium (--severity)"
    assert run(monkeypatch, "scan", "web.yaml", "--severity", "critical") == ExitCode.OK


@pytest.mark.usefixtures("folder")
def test_a_short_report_says_why_it_is_short(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    run(monkeypatch, "scan", *ONE, "--for", "boss", "--kube-version", "1.99")
    text = capsys.readouterr().out
    assert "1 finding" in text
    assert "(--for)" in text
    assert "what Kubernetes 1.99 changed" in text


def test_explain_reads_as_a_scan_does(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    (folder / "seawall.toml").write_text('exclude = ["web.yaml"]\n')
    (folder / "shop.yaml").write_text(BAD)
    assert run(monkeypatch, "explain", "host-port", "--on", ".") == ExitCode.OK
    assert "web.yaml:8" not in (text := capsys.readouterr().out)
    assert "shop.yaml:8" in text
    assert run(monkeypatch, "explain", "host-port", "--on", ".", "--no-config") == ExitCode.OK
    assert "web.yaml:8" in capsys.readouterr().out


@pytest.mark.parametrize("form", ["terminal", "markdown"])
def test_what_no_rule_is_about_is_not_called_clean(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, form: str
) -> None:
    (folder / "web.yaml").write_text("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n")
    assert run(monkeypatch, "scan", *ONE, "-o", form) == ExitCode.NOTHING_READ
    assert "nothing to judge" in capsys.readouterr().out


@pytest.mark.parametrize(("first", "second"), [("json", "csv"), ("json=out", "csv=./out")])
def test_two_outputs_are_not_written_over_each_other(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any, first: str, second: str
) -> None:
    assert run(monkeypatch, "scan", str(folder), "-o", first, "-o", second) == ExitCode.USAGE
    assert "would both be written" in capsys.readouterr().err


def test_explain_marks_what_is_accepted_and_shows_it_last(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert run(monkeypatch, "baseline", "create", "web.yaml", *ONE) == ExitCode.OK
    relaxed = BAD.replace(
        "name: web, ", 'name: api, annotations: {seawall.dev/relax.host-port: "old; until 2999-12-31"}, '
    )
    (folder / "api.yaml").write_text(relaxed)
    (folder / "new.yaml").write_text(BAD.replace("name: web,", "name: new,"))
    (folder / "seawall.toml").write_text('baseline = ".seawall-baseline.json"\n')
    capsys.readouterr()
    assert run(monkeypatch, "explain", "host-port", "--on", ".") == ExitCode.OK
    own = capsys.readouterr().out.partition("Where you have it\n")[2].partition("\n\n")[0]
    lines = [line.strip() for line in own.splitlines()]
    assert [line.partition("  ")[2] for line in lines if ".yaml:" in line] == [
        "Pod shop/new",
        "Pod shop/api",
        "Pod shop/web",
    ]
    marks = [line for line in lines if line.startswith("accepted")]
    assert marks[0] == "accepted (annotation, until 2999-12-31): old"
    assert marks[1].startswith("accepted (baseline): known since ")
    assert len(marks) == 2
