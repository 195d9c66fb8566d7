"""A baseline pairs each entry with one finding, and is refused when it is broken."""

from __future__ import annotations

import msgspec
import pytest

from seawall.core import Document
from seawall.errors import ConfigError
from seawall.findings import Finding, judge
from seawall.inventory import collect
from seawall.model import Estate
from seawall.rules.catalog import catalog
from seawall.triage.baseline import Baseline, Entry, baseline_of, decode, encode, entry_of, match
from seawall.yamltext import Broken, read

POD = "{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {hostPID: true, containers: []}}"


def findings(*files: str) -> list[Finding]:
    """One finding, equal in all files."""
    documents = [Document(file, text) for file in files for text in read(POD) if not isinstance(text, Broken)]
    estate = Estate(collect(documents))
    return list(judge(estate, [rule for rule in catalog() if rule.id == "host-pid"]).findings)


def held(*files: str) -> Baseline:
    return baseline_of((entry_of(finding) for finding in findings(*files)), "2026-01-02", "1.0")


def test_equal_findings_are_a_multiset() -> None:
    now = findings("a.yaml", "b.yaml", "c.yaml")
    met = match(now, held("b.yaml", "old.yaml"))
    assert met.known == {id(now[1]), id(now[0])}
    assert {entry.path for entry in met.kept} == {"b.yaml", "old.yaml"}
    assert met.gone == ()


def test_what_is_repaired_is_gone() -> None:
    now = findings("b.yaml")
    met = match(now, held("a.yaml", "b.yaml"))
    assert [entry.path for entry in met.gone] == ["a.yaml"]
    assert [entry.path for entry in met.kept] == ["b.yaml"]


def test_a_moved_file_is_known() -> None:
    now = findings("new/place.yaml")
    assert match(now, held("a.yaml")).known == {id(now[0])}


def test_it_is_read_as_it_was_written() -> None:
    baseline = held("b.yaml", "a.yaml")
    assert decode(encode(baseline).encode(), "x") == baseline
    assert len(encode(baseline).splitlines()) == 4
    assert decode(encode(held()).encode(), "x") == held()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"{", "cannot be read as a baseline"),
        (b"\xff", "cannot be read as a baseline"),
        (b"[]", "is no baseline of Seawall"),
        (b'{"tool": "other"}', "is no baseline of Seawall"),
        (b'{"tool": "seawall", "schema": "2"}', "has schema '2'; this version reads '1'"),
        (b'{"tool": "seawall", "schema": "1", "created": 3}', "cannot be read as a baseline"),
    ],
)
def test_what_is_no_baseline_is_an_error(data: bytes, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        decode(data, "base.json")
    assert message in caught.value.message
    assert "'base.json'" in caught.value.message


def test_an_entry_has_no_value() -> None:
    assert set(msgspec.structs.asdict(Entry("p", "r", "s", "f"))) == {"path", "rule", "subject", "fingerprint"}
