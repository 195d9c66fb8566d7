"""`seawall exposed`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import click

from seawall.cli.options import input_of, query_options, strings, within_option, words
from seawall.cli.settings import file_options, settled
from seawall.cli.targets import put, targets
from seawall.errors import ExitCode

if TYPE_CHECKING:
    from seawall.reports.exposed import ExposedReport
    from seawall.reports.style import Style

EXAMPLES = """
\b
Examples:
  seawall exposed examples/shop/k8s/ --estate         what can the outside reach?
  seawall exposed -f . -n payments --why              through which objects, with their places
  helm template . | seawall exposed -f - -o json      for a program
"""
_FORMATS: Final = ("terminal", "json", "markdown", "csv")


def _complete(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    return [name for name in _FORMATS if name.startswith(incomplete)]


@click.command(epilog=EXAMPLES, context_settings={"show_default": True})
@click.argument("named", nargs=-1, metavar="[PATH...]", type=click.Path(allow_dash=True))
@query_options
@within_option
@file_options
@click.option("--why", is_flag=True, help="Print each object on the way and the line that says so.")
@click.option("--assume", multiple=True, metavar="NAME=VALUE", help="Settle what is left to the plugin; repeatable.")
@click.option("--cni", metavar="NAME", help="Settle what this network plugin is known for; `none` enforces nothing.")
@click.option("--exit-code", is_flag=True, help="Exit 1 where something is, or may be, reachable from the internet.")
@click.option(
    "-o",
    "--output",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="Repeatable. Formats: terminal (or text), json, markdown, csv.",
    shell_complete=_complete,
)
def exposed(**given: object) -> int:
    """Say what the outside can reach, from how far away, and through which objects.

    Services (load balancers, node ports, external addresses), Ingresses, routes of the Gateway API and of OpenShift,
    host ports and host networks are followed to the workloads behind them; then network policies are asked whether
    they let the callers in. What to read is named by PATH or by -f, which are the same. Exits with 0 when that could
    be said, with 3 when nothing was read.
    """
    from seawall.app.exposed import report_on
    from seawall.app.load import load
    from seawall.cli.output import holds_nothing, style_for, tell_problems
    from seawall.cli.progress import progress
    from seawall.model.network.assumptions import assumptions

    outputs = targets(words(strings(given["output"])) or ("terminal",), _FORMATS)
    given, _ = settled({**given, "paths": (*strings(given["paths"]), *strings(given["named"]))})
    within, cni = given["within"], given["cni"]
    assumed = assumptions(strings(given["assume"]), cni if isinstance(cni, str) else None)
    with progress(sys.stderr) as tell:
        inventory = load(input_of(given), tell)
    tell_problems(inventory.problems)
    if holds_nothing(inventory):
        return ExitCode.NOTHING_READ
    report = report_on(inventory, within if isinstance(within, str) else None, assumed)
    for form, file in outputs:
        style = style_for(file)
        put(_pieces(report, form, style, why=bool(given["why"])), file)
    return _code(report, strict=bool(given["exit_code"]))


def _pieces(report: ExposedReport, form: str, style: Style, *, why: bool) -> Iterable[str]:
    from seawall.reports import exposed as formats

    if form == "json":
        return [formats.as_json(report)]
    if form == "markdown":
        return formats.as_markdown(report)
    if form == "csv":
        return formats.as_csv(report)
    from seawall.reports.exposed_lines import as_lines

    return (line + "\n" for line in as_lines(report, style, why=why))


def _code(report: ExposedReport, *, strict: bool) -> ExitCode:
    from seawall.cli.output import quiet_code

    if strict and report.internet:
        return ExitCode.FINDINGS
    return quiet_code(report.coverage.objects, report.problems)
