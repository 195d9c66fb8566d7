"""`seawall map`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from seawall.cli.options import choice, input_of, input_options, paths_argument
from seawall.cli.settings import file_options, settled
from seawall.cli.targets import put
from seawall.errors import ExitCode, UsageError

EXAMPLES = """
\b
Examples:
  seawall map k8s/ --to map.html          open it in a browser; it needs no network
  seawall map --cluster --to map.html
  seawall map k8s/ --to map.svg
  seawall map k8s/ --to map.dot           for Graphviz: dot -Tpdf map.dot
"""
_FORMATS = ["html", "svg", "dot"]
_ENDINGS = {"gv": "dot", "htm": "html"}
"""Other endings of files -> the format."""


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
    from seawall.cli.output import holds_nothing, quiet_code, tell_problems
    from seawall.cli.progress import progress
    from seawall.reports.map import render
    from seawall.reports.style import plural

    target = str(given["target"]) if given["target"] else ""
    form = str(given["form"] or _ending(target))
    given, _ = settled(given)
    with progress(sys.stderr) as tell:
        inventory, found = map_of(input_of(given), tell)
    tell_problems(inventory.problems)
    if holds_nothing(inventory):
        return ExitCode.NOTHING_READ
    put([render(found, form)], "" if target == "-" else target)
    if target and target != "-":
        click.echo(
            f"{plural(len(found.tiles), 'workload')} in {plural(len(found.spaces), 'namespace')}: {target}", err=True
        )
    return quiet_code(len(inventory.resources), inventory.problems)


def _ending(target: str) -> str:
    """The format that the ending of a file's name says; `html` for standard output.

    Raises:
        UsageError: it says none.
    """
    if target in ("", "-"):
        return "html"
    ending = Path(target).suffix.removeprefix(".").casefold()
    form = _ENDINGS.get(ending, ending)
    if form not in _FORMATS:
        said = f"ends in '.{ending}'" if ending else "has no ending"
        hint = f"End it in {', '.join(f'.{each}' for each in _FORMATS)}, or say --format"
        raise UsageError(f"'{target}' {said}, which is no format of a map", hint)
    return form
