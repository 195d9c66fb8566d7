"""`seawall config`."""

from __future__ import annotations

from pathlib import Path

import click

from seawall.cli.options import choice, input_options, paths_argument, strings, words
from seawall.cli.settings import settings_options, settled
from seawall.errors import UsageError

EXAMPLES = """
\b
Examples:
  seawall config show                       what holds for the current folder
  seawall config show k8s/ --profile strict what would hold with a flag
  seawall config show -o json               for a program
"""


@click.group()
def config() -> None:
    """Show the settings that hold, and where each comes from."""


@config.command(epilog=EXAMPLES, context_settings={"show_default": True})
@paths_argument
@input_options
@settings_options
@click.option("-o", "--output", type=choice(["terminal", "text", "json"]), default="terminal", help="The list's form.")
def show(**given: object) -> int:
    """Print every setting, its value, and where it comes from: a default, a file and line, or the command line."""
    from seawall.app.config import rows
    from seawall.cli.output import style_of, write
    from seawall.reports.config import as_json, as_lines

    _check(strings(given["paths"]), words(strings(given["select"])), words(strings(given["ignore"])))
    _, resolved = settled(given)
    found = rows(resolved)
    if given["output"] == "json":
        write([as_json(found)])
    else:
        style = style_of()
        write(line + "\n" for line in as_lines(found, style))
    return 0


def _check(paths: tuple[str, ...], select: tuple[str, ...], ignore: tuple[str, ...]) -> None:
    """What a scan would refuse, or find nothing at, has no settings to show.

    Raises:
        UsageError: a path does not exist, or a word picks no rule.
    """
    for path in paths:
        if path != "-" and not Path(path).exists():
            raise UsageError(f"'{path}' does not exist", "Name what would be scanned: a file, a folder, a chart")
    if select or ignore:
        from seawall.app.choice import choose
        from seawall.core import Profile
        from seawall.rules.catalog import catalog

        choose(catalog(), select, ignore, Profile.STRICT)
