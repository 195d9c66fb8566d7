"""One verdict proved: the finding of a fingerprint, with what a person needs to check each step by hand."""

from __future__ import annotations

import difflib
import hashlib
from pathlib import Path

import msgspec

from seawall.app.load import Progress, judged_version, load, no_progress
from seawall.app.scan import Options, chosen, report_on
from seawall.core import Profile
from seawall.errors import UsageError
from seawall.findings import because
from seawall.inventory import Inventory
from seawall.model import Estate
from seawall.reports.prove import Bytes, Proof
from seawall.reports.report import Located, Report
from seawall.rules.catalog import catalog

_SHORTEST = 4
_LARGEST = 64 << 20


class Several(msgspec.Struct, frozen=True, eq=False):
    """More than one finding is meant."""

    rows: tuple[Located, ...]


class Nothing(msgspec.Struct, frozen=True, eq=False):
    """Nothing was read that a finding could be about."""

    inventory: Inventory


def prove(word: str, options: Options, progress: Progress = no_progress) -> Proof | Several | Nothing:
    """The proof of the finding of a fingerprint, of its first digits, or the only one of a rule.

    All rules are asked, whatever profile the options name.

    Raises:
        UsageError: no finding is meant.
    """
    every = msgspec.structs.replace(options, profile=Profile.STRICT, select=(), ignore=())
    inventory = load(every.input, progress)
    report = report_on(inventory, chosen(every), every)
    if not inventory.resources:
        return Nothing(inventory)
    rows = _meant(word, report)
    distinct = {row.finding.fingerprint for row in rows}
    if not rows:
        raise _none(word, report)
    if len(distinct) > 1:
        return Several(tuple(rows))
    estate = Estate(inventory, judged_version(every.input, inventory), every.registries)
    facts = because(rows[0].finding, estate)
    return Proof(rows[0], report, _bytes(rows[0]), inventory.whole, tuple(rows[1:]), facts)


def _meant(word: str, report: Report) -> list[Located]:
    word = word.strip().casefold()
    if any(rule.id == word for rule in catalog()):
        return [row for row in report.findings if row.finding.rule.id == word]
    if len(word) < _SHORTEST:
        return []
    return [row for row in report.findings if row.finding.fingerprint.startswith(word)]


def _none(word: str, report: Report) -> UsageError:
    if any(rule.id == word for rule in catalog()):
        message = f"rule {word} finds nothing and leaves nothing open in what was read"
        return UsageError(message, f"`seawall explain {word}` says what it looks at")
    close = difflib.get_close_matches(word.strip().casefold(), [rule.id for rule in catalog()], 1)
    if close:
        return UsageError(f"there is no rule '{word}'", f"Did you mean {close[0]}?")
    count = len(report.findings)
    hint = f"The {count:,} findings have theirs in `seawall scan -o json` or `-o csv`; a rule's id is taken too"
    return UsageError(f"no finding has the fingerprint '{word}'", hint)


def _bytes(row: Located) -> Bytes | None:
    """The file as it is now; None where the place is in no file of its own (a cluster, standard input, a snapshot)."""
    file = Path(row.place.file)
    try:
        if not file.is_file() or file.stat().st_size > _LARGEST:
            return None
        content = file.read_bytes()
    except OSError:
        return None
    return Bytes(len(content), hashlib.sha256(content).hexdigest())
