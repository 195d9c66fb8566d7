"""`seawall prove`."""

from __future__ import annotations

import sys

import click

from seawall.cli.completion import rule_ids
from seawall.cli.options import query_options, strings
from seawall.cli.settings import file_options, options_of, settled
from seawall.cli.targets import put, targets
from seawall.core import Profile
from seawall.errors import ExitCode, UsageError

EXAMPLES = """
\b
Examples:
  seawall prove 5b1f0c9a3d2e4f60 -f k8s/        of `seawall scan -o json`
  seawall prove host-port -f k8s/               the only finding of a rule, or a list of them
"""


@click.command(epilog=EXAMPLES, context_settings={"show_default": True})
@click.argument("fingerprint", metavar="FINGERPRINT|RULE", shell_complete=rule_ids)
@query_options
@file_options
@click.option("-o", "--output", multiple=True, metavar="FORMAT[=FILE]", help="terminal (or text), json.")
def prove(**given: object) -> int:
    """Show the whole chain of one verdict: the bytes, Kubernetes' reading, defaults, version, rule and source.

    Each step can be checked by hand. For an unknown verdict the last one says what would settle it.
    """
    from seawall.app.prove import Nothing, Several
    from seawall.app.prove import prove as run
    from seawall.cli.output import style_for, tell_problems
    from seawall.cli.progress import progress
    from seawall.reports.prove import as_json, as_lines, listed

    outputs = targets(strings(given["output"]) or ("terminal",), ("terminal", "json"))
    word = str(given["fingerprint"])
    every_rule = {"profile": Profile.STRICT.label, "select": (), "ignore": ()}
    given, resolved = settled({**given, **every_rule})
    options = options_of({**given, **every_rule}, resolved)
    with progress(sys.stderr) as tell:
        found = run(word, options, tell)
    if isinstance(found, Nothing):
        tell_problems(found.inventory.problems)
        click.echo("nothing was read, so nothing can be proved", err=True)
        return ExitCode.NOTHING_READ
    if isinstance(found, Several):
        lines = "\n  ".join(listed(found.rows))
        raise UsageError(f"{len(found.rows):,} findings are meant", f"Name one of them:\n  {lines}")
    tell_problems(found.report.problems)
    for form, file in outputs:
        lines_ = (line + "\n" for line in as_lines(found, style_for(file)))
        put([as_json(found)] if form == "json" else lines_, file)
    return 0
