"""`seawall pss`."""

from __future__ import annotations

import sys

import click

from seawall.cli.completion import pss_formats
from seawall.cli.options import choice, input_of, input_options, paths_argument, strings, words
from seawall.cli.settings import file_options, settled
from seawall.cli.targets import put, targets
from seawall.core import Verdict
from seawall.errors import ExitCode
from seawall.reports.pss import PssReport
from seawall.reports.style import Style

EXAMPLES = """
\b
Examples:
  seawall pss examples/shop/k8s/                 would restricted admit it?
  seawall pss . --level baseline --kube-version 1.33
  helm template . | seawall pss - -o json        for a program
"""


@click.command(epilog=EXAMPLES, context_settings={"show_default": True})
@paths_argument
@input_options
@file_options
@click.option(
    "--level",
    type=choice(["privileged", "baseline", "restricted"]),
    default="restricted",
    help="The level to judge against.",
)
@click.option("--strict", is_flag=True, help="Exit 1 on unknown verdicts, problems and kinds that were not read too.")
@click.option(
    "-o",
    "--output",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="Repeatable. Formats: terminal (or text), json.",
    shell_complete=pss_formats,
)
def pss(**given: object) -> int:
    """Say what Pod Security admission would say of each pod, whatever its namespace's labels say.

    PATH is a file, a folder, a chart or `-` for standard input; without one the current folder is read. Exits with 1
    when a pod is refused, with 3 when there was no pod to judge.
    """
    from seawall.app.pss import pss as run
    from seawall.cli.output import style_for, tell_problems
    from seawall.cli.progress import progress
    from seawall.model.podsecurity import Level
    from seawall.reports.pss import as_json, as_lines, summary

    outputs = targets(words(strings(given["output"])) or ("terminal",), ("terminal", "json"))
    given, _ = settled(given)
    with progress(sys.stderr) as tell:
        report = run(input_of(given), Level.parse(str(given["level"])), tell)
    for form, file in outputs:
        style = style_for(file)
        put([as_json(report)] if form == "json" else (line + "\n" for line in as_lines(report, style)), file)
    if all(file for _, file in outputs):
        told = next(summary(report, Style(width=500)))
        click.echo(f"{told}: {', '.join(file for _, file in outputs)}", err=True)
    tell_problems(report.problems)
    return _code(report, strict=bool(given["strict"]))


def _code(report: PssReport, *, strict: bool) -> ExitCode:
    from seawall.cli.output import quiet_code

    counts = report.count
    doubts = counts[Verdict.UNKNOWN] or report.problems or report.unread
    if counts[Verdict.FAIL] or (strict and report.pods and doubts):
        return ExitCode.FINDINGS
    return quiet_code(len(report.pods), report.problems)
