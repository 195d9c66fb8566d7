"""`seawall rules`."""

from __future__ import annotations

import click

from seawall.cli.completion import selectors
from seawall.cli.options import choice, words
from seawall.core import Layer, Profile

EXAMPLES = """
\b
Examples:
  seawall rules                          every rule, its severity and profile
  seawall rules cis                      those behind a CIS control
  seawall rules --layer cluster -o json  for a program
"""


@click.command(epilog=EXAMPLES)
@click.argument("search", nargs=-1)
@click.option(
    "--select",
    multiple=True,
    metavar="WORD",
    help="Ids, families, frameworks (cis, pss:baseline).",
    shell_complete=selectors,
)
@click.option(
    "--profile",
    type=choice(p.label for p in Profile),
    default="strict",
    show_default=True,
    help="Only the rules of this profile.",
)
@click.option("--layer", type=choice(layer.value for layer in Layer), help="Only those that are fixed there.")
@click.option(
    "-o",
    "--output",
    type=choice(["terminal", "text", "json"]),
    default="terminal",
    show_default=True,
    help="The form of the list.",
)
def rules(**given: object) -> int:
    """List the rules; SEARCH words must all occur in a rule's id or title.

    A check of kube-linter, Checkov or Trivy as a word (CKV_K8S_20) finds the rules that look for the same, a control
    (5.2.12, C-0044) or a framework (cis) those behind it.
    """
    from seawall.app.rules import Query, find
    from seawall.cli.output import style_of, write
    from seawall.reports.rules import as_json, as_lines

    def texts(name: str) -> tuple[str, ...]:
        value = given[name]
        return value if isinstance(value, tuple) else ()

    layer = Layer(given["layer"]) if given["layer"] else None
    query = Query(texts("search"), words(texts("select")), Profile[str(given["profile"]).upper()], layer)
    found = find(query)
    if given["output"] == "json":
        write([as_json(found)])
    else:
        style = style_of()
        write(line + "\n" for line in as_lines(found, style))
    return 0
