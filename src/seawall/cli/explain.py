"""`seawall explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from seawall.cli.completion import explained
from seawall.cli.options import input_options, strings, words
from seawall.cli.output import style_for
from seawall.cli.settings import file_options, options_of, settled
from seawall.core import Profile
from seawall.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from seawall.app.scan import Options
    from seawall.data.concepts import ClusterLayer, Concept

    Outputs = list[tuple[str, str]]
    """(format, file) of each `-o`."""

FORMATS = ("terminal", "markdown", "json")

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
@click.option(
    "-o",
    "--output",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="Repeatable. Formats: terminal (or text), markdown, json; the latter two without files of your own.",
)
def explain(word: str | None, path: str | None, **given: object) -> int:
    """Teach a rule: what it is about, why it is bad, what to write, what that may break, how to see it.

    Or a concept of Kubernetes security: what it is for, how it works, what goes wrong without it. Without a word the
    concepts are listed, and those of one layer for its name. The other options say how PATH or a cluster is read:
    without --on or --cluster, nothing.
    """
    from seawall.app.concepts import concept_of, layer_of
    from seawall.data.concepts import cluster_layers

    outputs = _outputs(words(strings(given.pop("output"))))
    own = path is not None or bool(given["cluster"])
    if own and any(form != "terminal" for form, _ in outputs):
        hint = "`seawall scan --select RULE -o json` and `seawall layers -o json` do"
        raise UsageError("-o markdown and -o json show nothing of your own files", hint)
    if word is None:
        return _listed(cluster_layers(), outputs)
    options = _options(path, given) if own else None
    if (concept := concept_of(word)) is not None:
        return _concept(concept, options, outputs)
    layer = layer_of(word)
    return _rule(word, options, outputs) if layer is None else _listed((layer,), outputs)


def _outputs(said: tuple[str, ...]) -> Outputs:
    if not said:
        return [("terminal", "")]
    # It asks the readers of manifests whether a file may be written over.
    from seawall.cli.targets import targets

    return targets(said, FORMATS)


def _listed(layers: Sequence[ClusterLayer], outputs: Outputs) -> int:
    from seawall.reports.concept import as_json, index, listing

    found = tuple(concept for layer in layers for concept in layer.concepts)
    for form, file in outputs:
        if form == "terminal":
            _put(listing(layers, style_for(file)), file)
        else:
            _put([as_json(found) if form == "json" else index(layers)], file, end="")
    return ExitCode.OK


def _concept(concept: Concept, options: Options | None, outputs: Outputs) -> int:
    from seawall.cli.output import quiet_code
    from seawall.reports.concept import as_json, render, section

    report = None
    if options is not None:
        from seawall.app.layers import sight_of

        report = sight_of(concept, options.input)
    for form, file in outputs:
        if form == "terminal":
            _put(render(concept, report, style_for(file)), file)
        else:
            _put([as_json(concept) if form == "json" else section(concept)], file, end="")
    return ExitCode.OK if report is None else quiet_code(report.coverage.objects, report.problems)


def _rule(word: str, options: Options | None, outputs: Outputs) -> int:
    from seawall.app.rules import explain as run
    from seawall.cli.output import quiet_code
    from seawall.reports.explain import as_json, render
    from seawall.reports.rule_page import page

    found, report = run(word, options)
    for form, file in outputs:
        if form == "terminal":
            _put(render(found, report, style_for(file)), file)
        else:
            _put([as_json(found) if form == "json" else page(found)], file, end="")
    return ExitCode.OK if report is None else quiet_code(report.coverage.objects, report.problems)


def _put(pieces: Iterable[str], file: str, end: str = "\n") -> None:
    from seawall.cli.targets import put

    put((piece + end for piece in pieces), file)


def _options(path: str | None, given: dict[str, object]) -> Options:
    """What to read and which rules to ask."""
    every_rule = {"profile": Profile.STRICT.label, "select": (), "ignore": ()}
    return options_of(*settled({**given, **every_rule, "paths": () if path is None else (path,)}))
