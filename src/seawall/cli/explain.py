"""`seawall explain`."""

from __future__ import annotations

import click

from seawall.errors import ExitCode

EXAMPLES = """
\b
Examples:
  seawall explain host-port
  seawall explain run-as-root --on k8s/shop/
"""


def _rule_ids(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    from seawall.rules.catalog import catalog

    return [rule.id for rule in catalog() if rule.id.startswith(incomplete)]


@click.command(epilog=EXAMPLES)
@click.argument("rule", shell_complete=_rule_ids)
@click.option(
    "--on", "path", type=click.Path(), metavar="PATH", help="Say it with the names and places of your own files."
)
def explain(rule: str, path: str | None) -> int:
    """Teach a rule: what it is about, why it is bad, what to write, what that may break, how to see it."""
    from seawall.app.rules import explain as run
    from seawall.cli.output import style_of, write
    from seawall.reports.explain import render

    found, report = run(rule, path)
    style = style_of()
    write(line + "\n" for line in render(found, report, style))
    return ExitCode.OK if report is None or report.coverage.objects else ExitCode.NOTHING_READ
