"""Two processes say what one says, whatever becomes of the second."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from bench.estate import write

from seawall.app.load import Input, load
from seawall.app.shared import WORTH, judged
from seawall.findings import Finding, judge
from seawall.findings.parcel import pack, unpack, worked_out
from seawall.model import Estate
from seawall.rules.catalog import catalog

PROGRAM = """
import sys
from seawall.app import shared
from seawall.app.load import Input
from seawall.app.scan import Options, scan
from seawall.reports.json import render

if sys.argv[1] == "broken":
    def pack(*_):
        raise RuntimeError("the child's memory is gone")
    shared.pack = pack
jobs = 1 if sys.argv[1] == "alone" else None
sys.stdout.writelines(render(scan(Options(input=Input(paths=(sys.argv[2],)), jobs=jobs))))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("estate")
    assert write(folder, WORTH // 8 + 1) > WORTH
    return folder


def run(how: str, folder: Path) -> str:
    argv = [sys.executable, "-c", PROGRAM, how, str(folder)]
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def test_two_processes_write_the_same_report(folder: Path) -> None:
    alone = run("alone", folder)
    assert '"rule":' in alone
    assert run("shared", folder) == alone


def test_a_child_that_dies_costs_time_and_nothing_else(folder: Path) -> None:
    assert run("broken", folder) == run("alone", folder)


def test_a_program_with_threads_is_never_forked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forks: list[int] = []
    monkeypatch.setattr(os, "fork", lambda: forks.append(1))
    estate, rules = Estate(load(Input(paths=(str(folder),)))), catalog()[:1]
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(judged, estate, rules).result().judged == judge(estate, rules).judged
    assert not forks


def test_findings_survive_the_way_between_processes(tmp_path: Path) -> None:
    write(tmp_path, 3)
    (tmp_path / "pod.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\n"
        "spec: {hostPID: true, containers: [{name: web, image: 'web:1', ports: [{hostPort: '${P}'}]}]}\n"
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: owner, namespace: shop}\n"
        "spec: {template: {spec: {containers: [{name: web, image: 'web:1'}]}}}\n"
        "---\napiVersion: v1\nkind: Pod\nmetadata:\n  name: copy\n  namespace: shop\n"
        "  ownerReferences: [{kind: Deployment, name: owner, controller: true}]\n"
        "spec: {hostPID: true, containers: [{name: web, image: 'web:1'}]}\n"
    )
    estate = Estate(load(Input(paths=(str(tmp_path),), whole=True)))
    rules = catalog()
    judgement = worked_out(judge(estate, rules))
    arrived = unpack(pack(judgement, estate, rules), estate, rules)
    assert [told(finding) for finding in arrived.findings] == [told(finding) for finding in judgement.findings]
    assert {type(finding.subject).__name__ for finding in arrived.findings} >= {
        "Container",
        "PodTemplate",
        "NamespaceScope",
    }
    assert any(finding.shown_by for finding in arrived.findings)
    assert any(finding.owner is not None for finding in arrived.findings)
    assert (arrived.judged, arrived.problems) == (judgement.judged, judgement.problems)


def told(finding: Finding) -> tuple[object, ...]:
    return (
        finding.rule.id,
        id(finding.resource),
        finding.message,
        finding.verdict,
        finding.severity,
        finding.locate(),
        finding.fingerprint,
        finding.copies,
        [id(copy) for copy in finding.shown_by],
        id(finding.owner),
    )


def test_halves_make_the_whole(folder: Path) -> None:
    estate = Estate(load(Input(paths=(str(folder),), whole=True)))
    half = len(estate.pods) // 2
    whole = judge(estate, catalog())
    parts = [judge(estate, catalog(), part) for part in (slice(0, half), slice(half, None))]
    assert [told(f) for part in parts for f in part.findings] == [told(f) for f in whole.findings]
    assert sum(part.judged for part in parts) == whole.judged
