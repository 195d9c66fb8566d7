"""`seawall baseline`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click
import msgspec

from seawall.cli.options import input_options, paths_argument
from seawall.cli.settings import options_of, settings_options, settled
from seawall.errors import ExitCode
from seawall.reports.style import plural

if TYPE_CHECKING:
    from seawall.app.baseline import Outcome
    from seawall.app.scan import Options

EXAMPLES = """
\b
Examples:
  seawall baseline create .                    accept what is there today
  seawall scan . --baseline .seawall-baseline.json
  seawall baseline update . --only-fixed       take out what was repaired, add nothing
"""

_FILE = click.option(
    "--to", "file", metavar="FILE", help="The baseline  [default: the settings', else .seawall-baseline.json]."
)


@click.group(epilog=EXAMPLES)
def baseline() -> None:
    """Accept what is there today, so that only what is new fails."""


@baseline.command(context_settings={"show_default": True})
@paths_argument
@input_options
@settings_options
@_FILE
@click.option("--force", is_flag=True, help="Write over one that is there.")
def create(**given: object) -> int:
    """Write what a scan finds now into a baseline. It holds fingerprints and names, no values."""
    from seawall.app.baseline import create as run
    from seawall.cli.progress import progress

    options, file = _read(given)
    with progress(sys.stderr) as tell:
        outcome = run(options, file, force=bool(given["force"]), progress=tell)
    return _tell(outcome, f"{plural(outcome.held, 'finding')} written to {file}; scan with --baseline {file}")


@baseline.command(context_settings={"show_default": True})
@paths_argument
@input_options
@settings_options
@_FILE
@click.option("--only-fixed", is_flag=True, help="Only take out what is no longer found; never add.")
def update(**given: object) -> int:
    """Take out of a baseline what is no longer found, and add what is new."""
    from seawall.app.baseline import update as run
    from seawall.cli.progress import progress

    options, file = _read(given)
    with progress(sys.stderr) as tell:
        outcome = run(options, file, only_fixed=bool(given["only_fixed"]), progress=tell)
    text = f"{outcome.removed:,} taken out, {outcome.added:,} added, {outcome.held:,} held in {file}"
    text += f"; {plural(outcome.not_added, 'new one')} left out" if outcome.not_added else ""
    text += f"; {outcome.unseen:,} of them not looked at by this scan" if outcome.unseen else ""
    return _tell(outcome, text)


def _read(given: dict[str, object]) -> tuple[Options, str]:
    """The scan to make, without a baseline of its own, and the file to write."""
    from seawall.app.baseline import FILE_NAME

    given, resolved = settled(given)
    named = given["file"] or resolved.settings.baseline or FILE_NAME
    settings = msgspec.structs.replace(resolved.settings, baseline="")
    return options_of(given, msgspec.structs.replace(resolved, settings=settings)), str(named)


def _tell(outcome: Outcome, text: str) -> ExitCode:
    from seawall.cli.output import tell_problems

    tell_problems(outcome.problems)
    if not outcome.objects:
        click.echo("seawall: no object was read, so no baseline is written", err=True)
        return ExitCode.NOTHING_READ
    click.echo(text)
    return ExitCode.OK
