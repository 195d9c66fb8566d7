"""Making a snapshot: what the user named becomes one file that any command reads in its place."""

from __future__ import annotations

import datetime
import os

import msgspec

from seawall import __version__
from seawall.app.load import Input, Progress, load, no_progress
from seawall.app.stored import lines_of
from seawall.core import Problem
from seawall.errors import UsageError
from seawall.inventory import Inventory
from seawall.model.pseudonyms import Pseudonyms
from seawall.model.withhold import Withholder
from seawall.sources.snapshot import FORMAT, VERSION, Head, write_snapshot


class Outcome(msgspec.Struct, frozen=True):
    """What became of a snapshot."""

    objects: int
    """How many objects were read; with none no file is written."""
    size: int = 0
    """Of the file, in bytes."""
    whole: bool = False
    withheld: int = 0
    """How many values it does not hold, since they are or may be credentials."""
    problems: tuple[Problem, ...] = ()
    """What could not be read; the file holds them too."""


def snapshot(wanted: Input, to: str, progress: Progress = no_progress, redact_by: bytes | None = None) -> Outcome:
    """Reads what was named and writes it to a file.

    With `redact_by` names become pseudonyms, drawn with it as the key; None leaves them as they are.

    Raises:
        UsageError: the file cannot be written, or is there and no snapshot; or SOURCE_DATE_EPOCH is no time.
    """
    moment = _moment()
    inventory = load(wanted, progress)
    if not inventory.coverage.objects:
        return Outcome(0, problems=inventory.problems)
    head = head_of(inventory, _version(wanted, inventory), moment)
    pseudonyms = None if redact_by is None else Pseudonyms(redact_by)
    head = msgspec.structs.replace(head, redacted=pseudonyms is not None)
    withholder = Withholder()
    size = write_snapshot(to, head, lines_of(inventory, pseudonyms, withholder), moment)
    return Outcome(inventory.coverage.objects, size, inventory.whole, withholder.count, inventory.problems)


def head_of(inventory: Inventory, version: str, moment: int) -> Head:
    """What the first line says; `version` is empty where nobody chose one, `moment` is in seconds since 1970."""
    made = datetime.datetime.fromtimestamp(moment, datetime.UTC)
    return Head(
        format=FORMAT,
        version=VERSION,
        tool=f"seawall {__version__}",
        made=made.strftime("%Y-%m-%dT%H:%M:%SZ"),
        kube_version=version,
        whole=inventory.whole,
        live=inventory.live,
    )


def _version(wanted: Input, inventory: Inventory) -> str:
    return str(wanted.kube_version) if wanted.version_said else inventory.server_version


def _moment() -> int:
    """Now, or what SOURCE_DATE_EPOCH says (reproducible-builds.org), in seconds since 1970."""
    said = os.environ.get("SOURCE_DATE_EPOCH")
    if said is None:
        return int(datetime.datetime.now(datetime.UTC).timestamp())
    if said.isdecimal() and int(said) < 2**32:
        return int(said)
    raise UsageError(f"SOURCE_DATE_EPOCH is {said!r}, which is no time", "Give the seconds since 1970, or unset it")
