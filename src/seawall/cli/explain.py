"""`seawall explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seawall.cli.completion import explained
from seawall.cli.options import input_options
from seawall.cli.settings import file_options, options_of, settled
from seawall.core import Profile
from seawall.errors import ExitCode

if TYPE_CHECKING:
    from seawall.app.scan import Options
    from seawall.data.concepts import Concept

EXAMPLES = """
\b
Examples:
  seawall explain                                every concept, layer by layer
  seawall explain host-port                      a rule
  seawall explain networkpolicy                  a concept; netpol means the same
  seawall explain run-as-root --on examples/shop/k8s/
"""


@click.command(epilog=EXAMPLES, context_settings={"show_default": True})
@click.argument("word", metavar="[RULE|CONCEPT]", required=False, shell_complete=explained)
@click.option(
    "--on", "path", type=click.Path(), metavar="PATH", help="Say it with the names and places of your own files."
)
@input_options
@file_options
def explain(word: str | None, path: str | None, **given: object) -> int:
    """Teach a rule: what it is about, why it is bad, what to write, what that may break, how to see it.

    Or a concept of Kubernetes security: what it is for, how it works, what goes wrong without it. Without a word, the
    concepts are listed. The other options say how PATH or a cluster is read: without --on or --cluster, nothing.
    """
    from seawall.app.concepts import concept_of
    from seawall.cli.output import quiet_code, style_of, write

    if word is None:
        from seawall.data.concepts import cluster_layers
        from seawall.reports.concept import listing

        write(line + "\n" for line in listing(cluster_layers(), style_of()))
        return ExitCode.OK
    if (concept := concept_of(word)) is not None:
        return _teach(concept, path, given)
    from seawall.app.rules import explain as run
    from seawall.reports.explain import render

    found, report = run(word, _options(path, given))
    style = style_of()
    write(line + "\n" for line in render(found, report, style))
    return ExitCode.OK if report is None else quiet_code(report.coverage.objects, report.problems)


def _teach(concept: Concept, path: str | None, given: dict[str, object]) -> int:
    from seawall.cli.output import quiet_code, style_of, write
    from seawall.reports.concept import render

    report = None
    options = _options(path, given)
    if options is not None:
        from seawall.app.layers import sight_of

        report = sight_of(concept, options.input)
    write(line + "\n" for line in render(concept, report, style_of()))
    return ExitCode.OK if report is None else quiet_code(report.coverage.objects, report.problems)


def _options(path: str | None, given: dict[str, object]) -> Options | None:
    """What to read and which rules to ask; None where nothing of the user's own is to be shown."""
    if path is None and not given["cluster"]:
        return None
    every_rule = {"profile": Profile.STRICT.label, "select": (), "ignore": ()}
    return options_of(*settled({**given, **every_rule, "paths": () if path is None else (path,)}))
