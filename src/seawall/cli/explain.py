"""`seawall explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seawall.cli.completion import rule_ids
from seawall.cli.options import input_options
from seawall.cli.settings import file_options, options_of, settled
from seawall.core import Profile
from seawall.errors import ExitCode

if TYPE_CHECKING:
    from seawall.app.scan import Options

EXAMPLES = """
\b
Examples:
  seawall explain host-port
  seawall explain run-as-root --on examples/shop/k8s/
"""


@click.command(epilog=EXAMPLES, context_settings={"show_default": True})
@click.argument("rule", shell_complete=rule_ids)
@click.option(
    "--on", "path", type=click.Path(), metavar="PATH", help="Say it with the names and places of your own files."
)
@input_options
@file_options
def explain(rule: str, path: str | None, **given: object) -> int:
    """Teach a rule: what it is about, why it is bad, what to write, what that may break, how to see it.

    The other options say how PATH is read; without --on they say nothing.
    """
    from seawall.app.rules import explain as run
    from seawall.cli.output import quiet_code, style_of, write
    from seawall.reports.explain import render

    found, report = run(rule, _options(path, given) if path else None)
    style = style_of()
    write(line + "\n" for line in render(found, report, style))
    return ExitCode.OK if report is None else quiet_code(report.coverage.objects, report.problems)


def _options(path: str, given: dict[str, object]) -> Options:
    every_rule = {"profile": Profile.STRICT.label, "select": (), "ignore": ()}
    return options_of(*settled({**given, **every_rule, "paths": (path,)}))
