"""A base that several overlays build: people read it once, programs and acceptances see each object."""

from __future__ import annotations

import pytest

from seawall.app.scan import Options, report_on
from seawall.core import Document, Origin
from seawall.inventory import collect
from seawall.reports.formats import FORMATS
from seawall.reports.report import Report, folded
from seawall.reports.style import Style
from seawall.rules.catalog import catalog
from seawall.sources.rendered import Rendered, Template
from seawall.yamltext import Document as Text
from seawall.yamltext import read

POD = """\
apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: NAMESPACE
  annotations: {ANNOTATIONS}
spec: {hostPID: true, containers: []}
"""
RELAXED = '{seawall.dev/relax.host-pid: "known in dev"}'


def built(*overlays: tuple[str, str]) -> Report:
    template, documents = Template("base/pod.yaml", POD), []
    for namespace, notes in overlays:
        (text,) = read(POD.replace("NAMESPACE", namespace).replace("{ANNOTATIONS}", notes))
        assert isinstance(text, Text)
        origin = (Origin("overlay", f"{namespace}/kustomization.yaml"),)
        documents.append(Document("base/pod.yaml", Rendered(text, text.value, template, "base/pod.yaml"), origin))
    rules = tuple(rule for rule in catalog() if rule.id == "host-pid")
    return report_on(collect(documents), rules, Options())


def written(report: Report, form: str) -> str:
    return "\n".join(FORMATS[form](report, Style()))


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_accepted_in_one_overlay_is_open_in_the_other(order: int) -> None:
    report = built(*[("dev", RELAXED), ("prod", "{}")][::order])
    assert (report.suppressed, sum(report.count().values())) == (1, 1)
    assert [row.finding.resource.namespace for row in report.findings if row.open] == ["prod"]
    assert "Pod prod/web" in written(report, "terminal")


def test_people_read_it_once() -> None:
    report = built(("dev", "{}"), ("prod", "{}"))
    (row,) = folded(report.findings)
    assert (row.finding.resource.namespace, row.finding.copies) == ("dev", 1)
    for form in ("terminal", "markdown"):
        assert "and 1 more like it" in written(report, form)
    assert written(report, "github").count("::error ") == 1


@pytest.mark.parametrize("form", ["json", "csv", "sarif", "junit", "gitlab"])
def test_programs_read_each(form: str) -> None:
    report = built(("dev", "{}"), ("prod", "{}"))
    fingerprints = {row.finding.fingerprint for row in report.findings}
    assert len(fingerprints) == 2
    text = written(report, form)
    assert all(fingerprint in text for fingerprint in fingerprints) or text.count("<failure ") == 2
