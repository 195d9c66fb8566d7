"""Baselines: what was there on a day, so that only what is new fails."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from seawall.errors import ConfigError
from seawall.findings import Finding

SCHEMA: Final = "1"


class Entry(msgspec.Struct, frozen=True, order=True, forbid_unknown_fields=True):
    """One accepted finding; it holds no value, so that no secret can be in it."""

    path: str
    """The file, as the scan named it; it only tells equal findings apart."""
    rule: str
    subject: str
    fingerprint: str


class Baseline(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Accepted findings, sorted."""

    created: str
    """An ISO date."""
    version: str
    """Of the Seawall that wrote it."""
    findings: tuple[Entry, ...]
    tool: str = "seawall"
    schema: str = SCHEMA


class Match(msgspec.Struct, frozen=True):
    """How findings and a baseline meet."""

    known: frozenset[int]
    """The `id()` of each finding that the baseline holds."""
    kept: tuple[Entry, ...]
    """Entries that were found."""
    gone: tuple[Entry, ...]
    """Entries that were not: they were repaired."""


def entry_of(finding: Finding) -> Entry:
    """What a baseline holds of a finding."""
    resource, container = finding.resource, finding.container
    name = f"{resource.namespace}/{resource.name}" if resource.namespace else resource.name
    subject = f"{resource.kind} {name}" + (f" {container.label}" if container is not None else "")
    return Entry(finding.locate().file, finding.rule.id, subject, finding.fingerprint)


def match(findings: Sequence[Finding], baseline: Baseline) -> Match:
    """Pairs findings and entries of equal fingerprints, each once; first those of the same file."""
    entries: dict[str, list[Entry]] = defaultdict(list)
    for entry in baseline.findings:
        entries[entry.fingerprint].append(entry)
    rules = {entry.rule for entry in baseline.findings}
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.rule.id in rules and (fingerprint := finding.fingerprint) in entries:
            found[fingerprint].append(finding)
    known: set[int] = set()
    kept: list[Entry] = []
    for fingerprint, members in found.items():
        _pair(members, entries[fingerprint], known, kept)
    gone = [entry for rest in entries.values() for entry in rest]
    return Match(frozenset(known), tuple(sorted(kept)), tuple(sorted(gone)))


def _pair(members: list[Finding], entries: list[Entry], known: set[int], kept: list[Entry]) -> None:
    """Moves entries that have a finding from `entries` to `kept`."""
    if len(members) > 1 or len(entries) > 1:
        rest = []
        for finding in members:
            file = finding.locate().file
            same = next((entry for entry in entries if entry.path == file), None)
            if same is None:
                rest.append(finding)
                continue
            entries.remove(same)
            kept.append(same)
            known.add(id(finding))
        members = rest
    for finding in members[: len(entries)]:
        kept.append(entries.pop(0))
        known.add(id(finding))


def baseline_of(entries: Iterable[Entry], created: str, version: str) -> Baseline:
    """A baseline in its one order."""
    return Baseline(created, version, tuple(sorted(entries)))


def encode(baseline: Baseline) -> str:
    """JSON with one finding a line, so that a change of it reads well in a review."""
    lines = ",\n  ".join(msgspec.json.encode(entry).decode() for entry in baseline.findings)
    head = msgspec.json.encode(msgspec.structs.replace(baseline, findings=())).decode()
    return head.replace('"findings":[]', f'"findings":[\n  {lines}\n]' if lines else '"findings":[]') + "\n"


def decode(data: bytes, name: str) -> Baseline:
    """Reads a baseline; `name` is its file's.

    Raises:
        ConfigError: it is broken, of another tool, or of a newer schema.
    """
    hint = "Write a new one with `seawall baseline create`"
    try:
        head = msgspec.json.decode(data)
        if not isinstance(head, dict) or head.get("tool") != "seawall":
            raise ConfigError(f"'{name}' is no baseline of Seawall", hint)
        if head.get("schema") != SCHEMA:
            raise ConfigError(f"'{name}' has schema {head.get('schema')!r}; this version reads {SCHEMA!r}", hint)
        return msgspec.convert(head, Baseline)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"'{name}' cannot be read as a baseline: {error}", hint) from error
