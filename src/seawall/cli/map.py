"""`seawall map`."""

from __future__ import annotations

import sys

import click

from seawall.cli.options import choice, input_of, input_options, paths_argument
from seawall.cli.settings import file_options, settled
from seawall.cli.targets import put

EXAMPLES = """
\b
Examples:
  seawall map k8s/ --to map.html          open it in a browser; it needs no network
  seawall map --cluster --to map.html
  seawall map k8s/ --to map.svg
  seawall map k8s/ --to map.dot           for Graphviz: dot -Tpdf map.dot
"""
_FORMATS = ["html", "svg", "dot"]


@click.command("map", epilog=EXAMPLES, context_settings={"show_default": True})
@paths_argument
@input_options
@file_options
@click.option("--to", "target", metavar="FILE", help="Write to this file; its ending says which format.")
@click.option("--format", "form", type=choice(_FORMATS), help="The format  [default: by --to, else html].")
def map(**given: object) -> int:  # noqa: A001  # the command's name
    """Draw the estate: namespaces, workloads, what the outside reaches, who may talk to whom, whose account is mighty.

    The page is one file without any script from elsewhere: zoom, search, filter, choose a workload to see its flows.
    """
    from seawall.app.map import map_of
    from seawall.cli.output import quiet_code, tell_problems
    from seawall.cli.progress import progress
    from seawall.reports.map import render

    target = str(given["target"]) if given["target"] else ""
    form = str(given["form"] or _ending(target))
    given, _ = settled(given)
    with progress(sys.stderr) as tell:
        inventory, found = map_of(input_of(given), tell)
    put([render(found, form)], "" if target == "-" else target)
    if target and target != "-":
        click.echo(f"{len(found.tiles):,} workloads in {len(found.spaces):,} namespaces: {target}", err=True)
    tell_problems(inventory.problems)
    return quiet_code(len(inventory.resources), inventory.problems)


def _ending(target: str) -> str:
    ending = target.rpartition(".")[2].casefold()
    return {"gv": "dot"}.get(ending, ending) if ending in (*_FORMATS, "gv") else "html"
