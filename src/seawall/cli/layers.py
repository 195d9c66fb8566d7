"""`seawall layers`."""

from __future__ import annotations

import sys

import click

from seawall.cli.options import choice, input_of, input_options, paths_argument, strings, words
from seawall.cli.settings import file_options, settled
from seawall.cli.targets import put, targets

EXAMPLES = """
\b
Examples:
  seawall layers examples/shop/k8s/ --estate
  seawall layers . --layer admission
  seawall layers . -o markdown=layers.md
"""
LAYERS = (
    "edge", "access", "admission", "isolation", "nodes", "workloads", "data", "supply-chain", "third-parties", "audit",
)  # fmt: skip
"""The ids of `seawall.data.concepts`, which is not read to show help."""
FORMATS = ("terminal", "markdown", "json")


@click.command(epilog=EXAMPLES, context_settings={"show_default": True})
@paths_argument
@input_options
@file_options
@click.option("--layer", type=choice(LAYERS), help="Show this layer only.")
@click.option(
    "-o",
    "--output",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="Repeatable. Formats: terminal (or text), markdown, json.",
)
def layers(**given: object) -> int:
    """Show the cluster from the outside in: each security mechanism, what it is for, and whether it is there.

    A mechanism is present, partial (here and there), absent (said only with --estate), or not seen from here, as the
    flags of the API server mostly are. PATH is a file, a folder, a chart or `-` for standard input; without one the
    current folder is read. `seawall explain NAME` teaches a mechanism.
    """
    from seawall.app.layers import layers as run
    from seawall.cli.output import quiet_code, style_for, tell_problems
    from seawall.cli.progress import progress
    from seawall.reports.layers import as_json, as_lines, as_markdown

    outputs = targets(words(strings(given["output"])) or ("terminal",), FORMATS)
    given, _ = settled(given)
    with progress(sys.stderr) as tell:
        report = run(input_of(given), str(given["layer"] or ""), tell)
    for form, file in outputs:
        if form == "json":
            put([as_json(report)], file)
            continue
        lines = as_markdown(report) if form == "markdown" else as_lines(report, style_for(file))
        put((line + "\n" for line in lines), file)
    tell_problems(report.problems)
    return quiet_code(report.coverage.objects, report.problems)
