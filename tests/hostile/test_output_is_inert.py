"""Names and values of an input are text in every format: no escape code, no markup, no formula, no command."""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
import xml.etree.ElementTree as ET

import pytest
from tests.properties.estates import report

from seawall.reports.formats import FORMATS
from seawall.reports.report import Report
from seawall.reports.style import Style

EVIL = (
    "\x1b[31mred\x1b[0m", "\x07bell\x08\x7f", "\x9b31mc1", "\u202eright to left\u2066", "line\u2028and\u2029paragraph",
    "line\nfeed", "carriage\rreturn", "\r\n::error file=x::injected", "::error::injected", "%0A::error::injected",
    '=HYPERLINK("http://x")', "+1", "-1", "@SUM(1)", "＝1", "\t=1", "<script>alert(1)</script>", "|cell|", "`code`",
    "![x](http://x)", "@everyone", "&commat;everyone", "]]>", "&lt;", "\ufffe\uffff", "a,b", 'a"b', "\U000e0041",
    "</details>",
)  # fmt: skip


def _said(text: str) -> Report:
    """A report in which the text is a name, a namespace, a label, a value, a file, and stands in a broken document."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": text, "namespace": text, "annotations": {text: text}},
        "spec": {
            "hostPID": True,
            "hostNetwork": text,
            "serviceAccountName": text,
            "volumes": [{"name": text, "hostPath": {"path": f"/etc/{text}"}}],
            "securityContext": {"sysctls": [{"name": text, "value": text}]},
            "containers": [
                {
                    "name": text,
                    "image": text,
                    text: text,
                    "command": [text],
                    "securityContext": {"privileged": True, "capabilities": {"add": [text]}, "procMount": text},
                }
            ],
        },
    }
    twice = f'{{"apiVersion": "v1", "kind": "Pod", {json.dumps(text)}: 1, {json.dumps(text)}: 2}}'
    return report({text: json.dumps(pod, ensure_ascii=True), "twice.json": twice, "b.yaml": f"kind: [{text}"})


REPORTS = {text: _said(text) for text in EVIL}
EVERY = pytest.mark.parametrize("text", EVIL, ids=ascii)


def _render(name: str, text: str) -> str:
    return "".join(FORMATS[name](REPORTS[text], Style()))


@EVERY
@pytest.mark.parametrize("name", FORMATS)
def test_nothing_that_a_terminal_obeys_is_written(name: str, text: str) -> None:
    allowed = {"csv": "\r\n"}.get(name, "\n")

    found = {char for char in _render(name, text) if unicodedata.category(char) in ("Cc", "Cs", "Cn", "Co", "Zl", "Zp")}
    directions = set(re.findall("[\u200e\u200f\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]", _render(name, text)))

    assert found <= {*allowed, "\t"}
    assert directions == set()


@EVERY
def test_json_gives_the_text_back(text: str) -> None:
    rows = json.loads(_render("json", text))["findings"]

    assert text in {row["subject"]["name"] for row in rows}
    assert {row["location"]["file"] for row in rows} == {text, "twice.json"}


@EVERY
def test_no_cell_is_a_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(_render("csv", text), newline="")))

    assert len(rows) == len(REPORTS[text].findings) + 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert not [cell for row in rows for cell in row if cell[:1] in tuple("=+-@\t\r\n＝＋－＠") and cell]


@EVERY
def test_each_line_is_one_command_of_github(text: str) -> None:
    lines = _render("github", text).split("\n")[:-1]

    assert len(lines) == sum(row.open for row in REPORTS[text].findings) + len(REPORTS[text].problems)
    for line in lines:
        head, message = re.fullmatch(r"::(?:error|warning|notice) ([^:]*)::(.*)", line).groups()  # type: ignore[union-attr]
        properties = dict(each.split("=", 1) for each in head.split(","))
        assert properties.keys() <= {"file", "line", "col", "endColumn", "title"}
        assert not re.search(r"%(?!25|0A|0D|3A|2C)", message + head)


@EVERY
def test_junit_is_xml_with_honest_counts(text: str) -> None:
    root = ET.fromstring(_render("junit", text))

    for suite in root.iter("testsuite"):
        cases = suite.findall("testcase")
        assert int(suite.get("tests", "-1")) == len(cases)
        for count, tag in (("failures", "failure"), ("skipped", "skipped"), ("errors", "error")):
            assert int(suite.get(count, "0")) == sum(case.find(tag) is not None for case in cases)
    assert len(list(root.iter("failure"))) == sum(row.open for row in REPORTS[text].findings)


@EVERY
def test_markdown_has_no_markup_of_the_input(text: str) -> None:
    written = _render("markdown", text)
    plain = re.sub(r"\\[!-/:-@\[-`{-~]", "", written)  # without what is escaped
    plain = plain.replace("<details><summary>", "").replace("</summary>", "").replace("</details>", "", 2)

    assert not re.search(r"[<>\[\]]|@\w|&\w+;", plain)
    table = [line for line in plain.splitlines() if line.startswith("|")]
    assert {line.count("|") for line in table} == {5}
