"""`seawall access`."""

from __future__ import annotations

import sys

import click
import msgspec

from seawall.cli.options import input_of, query_options, strings
from seawall.cli.settings import file_options, settled
from seawall.cli.targets import put, targets
from seawall.errors import ExitCode

EXAMPLES = """
\b
Examples:
  seawall access shop -f k8s/ --estate          the subjects of a namespace
  seawall access sa:shop/cart -f k8s/           the resources of a subject
  seawall access shop --cluster -o markdown=access.md -o csv=access.csv
"""


@click.command(epilog=EXAMPLES, context_settings={"show_default": True})
@click.argument("about", metavar="NAMESPACE|SUBJECT")
@query_options
@file_options
@click.option("--as-group", multiple=True, metavar="GROUP", help="A group that the user is in; all of them are named.")
@click.option("-o", "--output", multiple=True, metavar="FORMAT[=FILE]", help="terminal (or text), markdown, csv, json.")
def access(**given: object) -> int:
    """Show who can do what as a table: the subjects of a namespace, or the resources of one subject.

    A subject is user:NAME, group:NAME or sa:NAMESPACE/NAME; any other word is a namespace.
    """
    from seawall.app.rights import access_to, known_namespaces, missing_from, no_namespace, unread_of
    from seawall.cli.output import holds_nothing, quiet_code, style_for, tell_problems
    from seawall.cli.progress import progress
    from seawall.model.access import parse_identity
    from seawall.model.access.matrix import namespace_grid, subject_grid
    from seawall.reports.grid import FORMATS, render

    outputs = targets(strings(given["output"]) or ("terminal",), FORMATS)
    given, _ = settled(given)
    about, groups = str(given["about"]), strings(given["as_group"]) or None
    who = parse_identity(about, groups) if ":" in about else None
    with progress(sys.stderr) as tell:
        rights = access_to(input_of(given), tell)
    tell_problems(rights.inventory.problems)
    if holds_nothing(rights.inventory):
        return ExitCode.NOTHING_READ
    unread = rights.inventory.is_unread("Namespace")
    if who is None and not unread and about not in (known := known_namespaces(rights)):
        raise no_namespace(about, known)
    if who is None:
        grid, left_out = namespace_grid(rights, about), unread_of(rights)
    else:
        grid, left_out = subject_grid(rights, who), missing_from(rights)
    grid = msgspec.structs.replace(grid, notes=(*grid.notes, *left_out))
    for form, file in outputs:
        put(render(grid, form, style_for(file)), file)
    return quiet_code(len(rights.inventory.resources), rights.inventory.problems)
