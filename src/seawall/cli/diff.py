"""`seawall diff`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from seawall.cli.options import input_options, strings
from seawall.cli.settings import options_of, settings_options, settled
from seawall.cli.targets import put, targets
from seawall.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from seawall.reports.diff import Difference

EXAMPLES = """
\b
Examples:
  seawall diff main:k8s k8s                        what a branch widens
  seawall diff main:k8s k8s -o markdown            a comment for the pull request; empty where nothing widened
  seawall diff main: . --fail-on-wider             a gate
  seawall diff monday.snapshot friday.snapshot --everything
  seawall diff monday.snapshot --cluster
"""


@click.command(epilog=EXAMPLES, context_settings={"show_default": True})
@click.argument("old")
@click.argument("new", required=False)
@input_options
@settings_options
@click.option("--everything", is_flag=True, help="Also what narrowed, and the findings that went.")
@click.option(
    "--fail-on-wider", is_flag=True, help="Exit 1 when something widened, or may have in what could not be read."
)
@click.option("-o", "--output", multiple=True, metavar="FORMAT[=FILE]", help="terminal (or text), markdown, json.")
def diff(**given: object) -> int:
    """Say what NEW allows, reaches and uses that OLD did not, and which findings came and went.

    OLD and NEW are folders, files, charts, snapshots or git revisions REV:PATH; with --cluster NEW is that cluster.
    """
    from seawall.app.diff import diff as run
    from seawall.cli.output import style_for
    from seawall.cli.progress import progress
    from seawall.reports.diff import FORMATS, render

    outputs = targets(strings(given["output"]) or ("terminal",), FORMATS)
    old, new = str(given["old"]), str(given["new"]) if given["new"] else None
    if (new is None) is not bool(given.get("cluster")):
        message = "NEW is missing" if new is None else "--cluster is the new side, so NEW says nothing"
        raise UsageError(message, "Write `seawall diff OLD NEW`, or `seawall diff OLD --cluster`")
    given, resolved = settled({**given, "paths": (new or old,)})
    with progress(sys.stderr) as tell:
        found = run(old, new, options_of(given, resolved), tell)
    for form, file in outputs:
        put(render(found, form, style_for(file), everything=bool(given["everything"])), file)
    return _code(found, fail_on_wider=bool(given["fail_on_wider"]))


def _code(found: Difference, *, fail_on_wider: bool) -> ExitCode:
    """What was not seen may have widened, so that a gate does not pass on it."""
    from seawall.cli.output import quiet_code, tell_problems

    for side in found.problems:
        tell_problems(side)
    if not all(found.objects):
        return ExitCode.NOTHING_READ
    if fail_on_wider and (found.wider or any(found.hidden)):
        return ExitCode.FINDINGS
    return quiet_code(min(found.objects), [problem for side in found.problems for problem in side])
