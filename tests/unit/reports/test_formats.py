"""Each format is what its readers expect, whatever the report holds."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from tests.properties.estates import report
from tests.unit.reports.sarif_shape import SARIF

from seawall.core import Document, Origin, Problem
from seawall.findings import Suppression
from seawall.inventory import collect
from seawall.reports import json as json_report
from seawall.reports.formats import FORMATS
from seawall.reports.report import Report
from seawall.reports.style import Style
from seawall.sources.rendered import Rendered, Template
from seawall.yamltext import Document as Text
from seawall.yamltext import Reader

POD = """\
apiVersion: v1
kind: Pod
metadata: {name: NAME, namespace: shop}
spec:
  hostPID: true
  hostNetwork: ${HOST}
  containers:
  - name: web
    image: registry.example/web
    ports: [{containerPort: 80, hostPort: 80}]
    env: [{name: DB_PASSWORD, value: correct-horse-9}]
"""


def _rendered() -> Report:
    """What a chart's template made: places in the template, an origin in two steps."""
    from seawall.app.scan import Options, report_on
    from seawall.rules.catalog import catalog

    (document,) = Reader().read(POD.replace("NAME", "rendered"))
    assert isinstance(document, Text)
    template = Template("chart/templates/pod.yaml", POD.replace("NAME", "{{ .Release.Name }}"))
    text = Rendered(document, document.value, template, "chart/templates/pod.yaml")
    origin = (Origin("chart", "chart/Chart.yaml", "web 1.0"), Origin("template", "chart/templates/pod.yaml"))
    inventory = collect([Document("chart/templates/pod.yaml", text, origin)])
    return report_on(inventory, catalog(), Options())


def _suppressed() -> Report:
    said = report({"a.yaml": POD})
    first, *rest = said.findings
    accepted = msgspec.structs.replace(first.finding, suppressed=Suppression("annotation", "needed", "2030-01-01"))
    return msgspec.structs.replace(said, findings=(msgspec.structs.replace(first, finding=accepted), *rest))


def _thousand() -> Report:
    said = report({f"{n}.yaml": POD.replace("NAME", f"web{n}") for n in range(70)})
    assert len(said.findings) > 1000
    return said


MAKERS: dict[str, Callable[[], Report]] = {
    "empty": lambda: report({}),
    "problems only": lambda: report({"a.yaml": "kind: [", "b.yaml": "--- x\na: 1\n"}),
    "nothing found": lambda: report({"a.yaml": "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n"}),
    "one pod": lambda: report({"k8s/a.yaml": POD}),
    "same pod twice": lambda: report({"a.yaml": POD, "b.yaml": POD}),
    "unicode": lambda: report({"größe/日本 語.yaml": "# 😀\n" + POD.replace("NAME", "naïve-😀")}),
    "stdin": lambda: report({"-": POD}),
    "rendered": _rendered,
    "suppressed": _suppressed,
    "thousand": _thousand,
    "whole": lambda: report({"a.yaml": POD}, whole=True),
}


@pytest.fixture(scope="module", params=MAKERS)
def said(request: pytest.FixtureRequest) -> Report:
    return MAKERS[request.param]()


def render(name: str, said: Report) -> str:
    return "".join(FORMATS[name](said, Style()))


def test_json_is_what_its_published_schema_says(said: Report) -> None:
    written = json.loads(render("json", said))

    jsonschema_rs.validator_for(_closed(json_report.schema())).validate(written)
    assert len(written["findings"]) == len(said.findings)
    assert len(written["problems"]) == len(said.problems)
    assert written["coverage"]["unknown"] == said.unknown


def _closed(schema: Any) -> Any:
    """The schema with every object closed: what it does not name must not be written."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if schema.get("type") == "object" and "additionalProperties" not in schema:
        closed["additionalProperties"] = False
    return closed


def test_json_holds_every_field_that_was_promised() -> None:
    (row, *_) = json.loads(render("json", report({"a.yaml": POD})))["findings"]

    assert set(row) == {
        *("rule", "verdict", "severity", "message", "subject", "copies", "location", "origin", "evidence", "controls"),
        *("layer", "audience", "fingerprint", "suppressed"),
    }
    assert set(row["subject"]) == {"apiVersion", "kind", "namespace", "name", "container", "container_class"}
    assert set(row["location"]) == {"file", "line", "column", "end_line", "end_column", "path", "precision"}


def test_sarif_is_what_the_standard_demands(said: Report) -> None:
    written = json.loads(render("sarif", said))

    jsonschema_rs.validator_for(SARIF).validate(written)
    (run,) = written["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len(run["results"]) == len(said.findings)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        region = result["locations"][0]["physicalLocation"]["region"]
        start = region["startLine"], region["startColumn"]
        assert (region.get("endLine", start[0]), region.get("endColumn", start[1])) >= start
    assert {result["ruleId"] for result in run["results"]} == {rule["id"] for rule in rules}
    told = sum(
        notification["level"] == "warning" for notification in run["invocations"][0]["toolExecutionNotifications"]
    )
    assert told == len(said.problems)


def test_gitlab_gets_its_fields_and_unique_fingerprints(said: Report) -> None:
    rows = json.loads(render("gitlab", said))

    assert len(rows) == sum(row.open for row in said.findings)
    assert len({row["fingerprint"] for row in rows}) == len(rows)
    for row in rows:
        assert row["description"]
        assert row["check_name"]
        assert row["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert not row["location"]["path"].startswith("./")
        assert row["location"]["lines"]["begin"] >= 1


def test_junit_parses_and_counts(said: Report) -> None:
    root = ET.fromstring(render("junit", said))

    assert (root.tag, root.get("name")) == ("testsuites", "seawall")
    cases = [case for suite in root.findall("testsuite") for case in suite.findall("testcase")]
    assert len(cases) == len(said.findings) + len(said.problems) + 1
    assert len(list(root.iter("failure"))) == sum(row.open for row in said.findings)
    assert len(list(root.iter("error"))) == len(said.problems) + (said.coverage.objects == 0)
    for suite in root.findall("testsuite"):
        assert int(suite.get("tests", "")) == len(suite.findall("testcase"))
    assert all(case.get("name") and case.get("classname") for case in cases)


def test_csv_reads_back(said: Report) -> None:
    text = render("csv", said)
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)

    assert text.count("\r\n") == text.count("\n")
    assert len(rows) == len(said.findings)
    assert {len(row) for row in rows} <= {len(header)}
    assert [row[header.index("fingerprint")] for row in rows] == [row.finding.fingerprint for row in said.findings]


def test_github_writes_a_command_for_each_line(said: Report) -> None:
    lines = render("github", said).splitlines()

    assert len(lines) == sum(row.open for row in said.findings) + len(said.problems)
    assert all(re.fullmatch(r"::(error|warning|notice) file=[^,:]+,line=[1-9]\d*(,[^:]*)?::.+", line) for line in lines)


def test_markdown_fits_into_a_comment(said: Report) -> None:
    text = render("markdown", said)

    assert text.startswith("### Seawall: ")
    assert len(text) < 65_536
    assert text.count("<details>") == text.count("</details>") <= 2


def test_markdown_tells_of_problems_before_and_apart_from_what_was_not_looked_at() -> None:
    said = report({"a.yaml": POD})
    problem = Problem("b.yaml", 1, 0, "read", "cannot be read")
    coverage = msgspec.structs.replace(said.coverage, not_looked_at=(("a chart", "nothing in it"),))
    text = render("markdown", msgspec.structs.replace(said, findings=(), problems=(problem,), coverage=coverage))
    first, second = text.split("<details>")[1:]
    assert first.startswith(
        "<summary>1 thing that could not be read or judged</summary>\n\n- b.yaml:1: cannot be read\n"
    )
    assert second.startswith("<summary>1 thing that was not looked at</summary>\n\n- a chart: nothing in it\n")


def test_terminal_sums_up_what_was_found(said: Report) -> None:
    for width in (20, 80, 500):
        text = "".join(FORMATS["terminal"](said, Style(width=width)))
        assert "\033" not in text
        for problem in said.problems:
            assert problem.file in text
    assert said.nothing in text or said.findings


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_says_the_same_twice(name: str, said: Report) -> None:
    assert render(name, said) == render(name, said)


def test_a_problem_of_the_whole_file_has_a_line_where_one_is_needed() -> None:
    said = msgspec.structs.replace(report({}), problems=(Problem("a.yaml", 0, 0, "read", "cannot be read"),))

    jsonschema_rs.validator_for(SARIF).validate(json.loads(render("sarif", said)))
    assert "line=1" in render("github", said)
