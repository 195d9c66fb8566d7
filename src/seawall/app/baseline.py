"""Baselines on disk: made of a scan, brought up to date by another one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import msgspec

from seawall import __version__
from seawall.app.load import Progress, load, no_progress
from seawall.app.scan import Options, chosen, report_on, scan
from seawall.app.triage import today
from seawall.core import Problem
from seawall.errors import ConfigError, UsageError
from seawall.findings import Finding
from seawall.inventory import Inventory
from seawall.reports.report import Report
from seawall.rules.spec import Rule
from seawall.sources.replacing import replacing
from seawall.triage.baseline import Baseline, Entry, baseline_of, decode, encode, entry_of, match

FILE_NAME = ".seawall-baseline.json"


class Outcome(msgspec.Struct, frozen=True):
    """What became of a baseline."""

    held: int
    """Findings in it now."""
    added: int = 0
    removed: int = 0
    not_added: int = 0
    """New findings that were left out of it."""
    unseen: int = 0
    """Findings that it holds though the scan did not look there."""
    objects: int = 0
    """How many objects were read; with none the baseline is not touched."""
    problems: tuple[Problem, ...] = ()
    """What could not be read: the baseline accepts nothing of it."""


def read(name: str) -> Baseline:
    """The baseline of a file.

    Raises:
        ConfigError: there is none, or it is broken.
    """
    try:
        data = Path(name).read_bytes()
    except OSError as error:
        hint = "Make one with `seawall baseline create`"
        raise ConfigError(f"baseline '{name}' cannot be read: {error.strerror}", hint) from error
    return decode(data, name)


def create(options: Options, to: str, *, force: bool = False, progress: Progress = no_progress) -> Outcome:
    """Writes what a scan finds, less what is accepted with a reason.

    Raises:
        UsageError: the file cannot be written, or is there already and `force` is not given.
    """
    if not force and os.path.lexists(to):
        hint = "`seawall baseline update` brings it up to date; --force writes it anew and accepts all that is found"
        raise UsageError(f"'{to}' is there already", hint)
    report = scan(options, progress)
    findings, objects = _open(report), report.coverage.objects
    if objects:
        _write(to, baseline_of(map(entry_of, findings), today().isoformat(), __version__))
    return Outcome(held=len(findings), added=len(findings), objects=objects, problems=report.problems)


def update(options: Options, file: str, *, only_fixed: bool, progress: Progress = no_progress) -> Outcome:
    """Takes out what a scan no longer finds and, unless `only_fixed`, adds what is new.

    Raises:
        ConfigError: the baseline cannot be read.
        UsageError: it cannot be written.
    """
    old = read(file)
    rules = chosen(options)
    inventory = load(options.input, progress)
    report = report_on(inventory, rules, options)
    findings, objects = _open(report), report.coverage.objects
    if not objects:
        return Outcome(held=len(old.findings), problems=report.problems)
    met = match(findings, old)
    unseen = _unseen(met.gone, inventory, report.problems, rules)
    new = [entry_of(finding) for finding in findings if id(finding) not in met.known]
    entries = (*met.kept, *unseen, *(() if only_fixed else new))
    _write(file, baseline_of(entries, old.created, __version__))
    added = 0 if only_fixed else len(new)
    return Outcome(
        held=len(entries),
        added=added,
        removed=len(met.gone) - len(unseen),
        not_added=len(new) - added,
        unseen=len(unseen),
        objects=objects,
        problems=report.problems,
    )


def _unseen(
    entries: Sequence[Entry], inventory: Inventory, problems: Sequence[Problem], rules: Sequence[Rule]
) -> list[Entry]:
    """Those of which the scan cannot say whether they were repaired: it asked another rule, or read other files."""
    asked = {rule.id for rule in rules if inventory.whole or not rule.needs}
    documents = {id(resource.document): resource.document for resource in inventory.resources}.values()
    built = {file for each in documents for file in (each.file, *(step.file for step in each.origin))}
    read = built | inventory.read
    broken = {problem.file for problem in problems if problem.hides}
    return [
        entry
        for entry in entries
        if entry.rule not in asked or entry.path in broken or (entry.path not in read and _exists(entry.path))
    ]


def _exists(name: str) -> bool:
    """Whether there is still such a file; standard input may come again."""
    return name == "-" or os.path.lexists(name)


def _open(report: Report) -> Sequence[Finding]:
    return [row.finding for row in report.findings if row.finding.suppressed is None]


def _write(name: str, baseline: Baseline) -> None:
    with replacing(name, 0o644) as stream:
        stream.write(encode(baseline).encode())
