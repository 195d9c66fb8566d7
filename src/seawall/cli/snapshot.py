"""`seawall snapshot`."""

from __future__ import annotations

import secrets
import sys

import click

from seawall.cli.options import input_of, input_options, paths_argument
from seawall.cli.settings import file_options, settled
from seawall.errors import ExitCode, UsageError
from seawall.reports.style import plural

EXAMPLES = """
\b
Examples:
  seawall snapshot k8s/ --estate --to shop.snapshot
  seawall snapshot --cluster --redact --to for-the-vendor.snapshot
  seawall scan shop.snapshot                   finds what a scan of k8s/ finds
"""


@click.command(epilog=EXAMPLES, context_settings={"show_default": True})
@paths_argument
@input_options
@file_options
@click.option("--to", "to", metavar="FILE", required=True, help="The snapshot; one that is there is replaced.")
@click.option("--redact", is_flag=True, help="Put pseudonyms in the place of names, hosts, users and images.")
@click.option(
    "--redact-key",
    metavar="TEXT",
    envvar="SEAWALL_REDACT_KEY",
    help="Draw them by this: equal keys give equal pseudonyms  [default: a new one each time].",
)
def snapshot(**given: object) -> int:
    """Keep what was read in one file that every command takes in place of PATH.

    Of a Secret it holds the keys and no value. Other values that are or may be credentials are left out too, and so are
    the texts of the files. Look into it before you share it. Exits with 3 when there was no object to keep.
    """
    from seawall.app.snapshot import snapshot as run
    from seawall.cli.output import quiet_code, tell_problems
    from seawall.cli.progress import progress

    given, _ = settled(given)
    to = str(given["to"])
    key = given["redact_key"]
    if key and not given["redact"]:
        raise UsageError("--redact-key says nothing without --redact", "Add --redact, or leave the key out")
    redact_by = (str(key).encode() if key else secrets.token_bytes(32)) if given["redact"] else None
    with progress(sys.stderr) as tell:
        outcome = run(input_of(given), to, tell, redact_by)
    tell_problems(outcome.problems)
    if not outcome.objects:
        click.echo("seawall: no object was read, so no snapshot is written", err=True)
        return ExitCode.NOTHING_READ
    what = "the whole estate" if outcome.whole else "no whole estate"
    click.echo(f"{plural(outcome.objects, 'object')} written to {to} ({_size(outcome.size)}), {what}")
    left_out = f"{plural(outcome.withheld, 'value')} left out: a credential, or what may be one"
    click.echo(f"seawall: {left_out}. Look into the file before you share it (zcat {to})", err=True)
    return quiet_code(outcome.objects, outcome.problems)


def _size(size: int) -> str:
    return f"{size:,} bytes" if size < 10_000 else f"{size / 1000:,.0f} kB"
