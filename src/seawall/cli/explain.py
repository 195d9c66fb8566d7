"""`seawall explain`."""

from __future__ import annotations

import click

EXAMPLES = """
\b
Examples:
  seawall explain host-port
  seawall explain run-as-root --on k8s/shop/
"""


@click.command(epilog=EXAMPLES)
@click.argument("rule")
@click.option("--on", "path", metavar="PATH", help="Say it with the names and places of your own files.")
def explain(rule: str, path: str | None) -> int:
    """Teach a rule: what it is about, why it is bad, what to write, what that may break, how to see it."""
    from seawall.app.rules import explain as run
    from seawall.cli.output import style_of, write
    from seawall.reports.explain import render

    found, rows = run(rule, path)
    style = style_of()
    write(line + "\n" for line in render(found, rows, style))
    return 0
