"""Scan: what the user named becomes an inventory, a judgement, a report."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from seawall.app.choice import choose
from seawall.core import Audience, Document, Problem, Profile
from seawall.findings import judge
from seawall.inventory import Coverage, Inventory, collect, is_object
from seawall.model import NEWEST, Estate, KubeVersion
from seawall.reports.report import Report, assemble, for_audiences
from seawall.rules.catalog import catalog
from seawall.rules.spec import Rule
from seawall.sources.files import File, Folder, Other, decode, walk
from seawall.sources.manifests import read_file, read_manifests
from seawall.yamltext import Reader

Progress = Callable[[str, int], None]
"""Called with what is being done and how many are done; must be cheap."""


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a scan is asked for."""

    paths: tuple[str, ...] = (".",)
    """Files, folders, charts; `-` is standard input."""
    exclude: tuple[str, ...] = ()
    """Patterns in the form of `.gitignore`."""
    whole: bool = False
    """The input is the whole cluster (`--estate`)."""
    kube_version: KubeVersion = NEWEST
    profile: Profile = Profile.RECOMMENDED
    select: tuple[str, ...] = ()
    """Rule ids, families, frameworks; empty means what the profile holds."""
    ignore: tuple[str, ...] = ()
    audiences: frozenset[Audience] = frozenset()


def no_progress(_what: str, _done: int) -> None:
    """Says nothing."""


class _Tally:
    """Counts what goes by; lives for one load."""

    def __init__(self) -> None:
        self.files = 0
        self.plain = 0
        self.hidden: list[tuple[str, str]] = []


def load(options: Options, progress: Progress = no_progress) -> Inventory:
    """Reads everything that was named into one inventory."""
    tally = _Tally()
    documents = _documents(options, tally, progress)
    inventory = collect(documents, whole=options.whole)
    coverage = Coverage(
        tally.files,
        inventory.coverage.documents,
        inventory.coverage.objects,
        tally.plain,
        tuple(tally.hidden),
    )
    return msgspec.structs.replace(inventory, coverage=coverage)


def _documents(options: Options, tally: _Tally, progress: Progress) -> Iterator[Document | Problem]:
    reader = Reader()
    for name in options.paths:
        if name == "-":
            yield from _stdin(tally, reader)
            continue
        root = Path(name)
        if not root.exists():
            yield Problem(name, 0, 0, "read", "does not exist", "Check the path")
            continue
        for found in walk(root, name, exclude=options.exclude):
            yield from _read(found, tally, reader)
            progress("reading", tally.files)


def _stdin(tally: _Tally, reader: Reader) -> Iterator[Document | Problem]:
    text = decode(sys.stdin.buffer.read(), "-")
    tally.files += 1
    if isinstance(text, Problem):
        yield text
    else:
        yield from read_manifests(text, "-", reader, named=True)


def _read(found: File | Folder | Other | Problem, tally: _Tally, reader: Reader) -> Iterator[Document | Problem]:
    match found:
        case Problem():
            yield found
        case Other() | Folder():
            tally.plain += 1
        case File():
            tally.files += 1
            held = False
            for thing in read_file(found, reader):
                if isinstance(thing, Problem) or is_object(thing.text.value):
                    held = True
                    yield thing
            tally.plain += not held


def scan(options: Options, progress: Progress = no_progress) -> Report:
    """Reads, judges and reports.

    Raises:
        UsageError: a selector names no rule, family or framework.
    """
    rules = chosen(options)
    inventory = load(options, progress)
    return report_on(inventory, rules, options)


def report_on(inventory: Inventory, rules: Sequence[Rule], options: Options) -> Report:
    """Judges an inventory that has been read."""
    estate = Estate(inventory, options.kube_version)
    judgement = judge(estate, rules)
    report = assemble(inventory, judgement, judgement.findings, options.kube_version, options.profile.label)
    rows = for_audiences(report.findings, options.audiences)
    return msgspec.structs.replace(report, findings=rows, rules=len(rules))


def chosen(options: Options) -> tuple[Rule, ...]:
    """The rules to ask.

    Raises:
        UsageError: a selector picks no rule.
    """
    return choose(catalog(), options.select, options.ignore, options.profile)
