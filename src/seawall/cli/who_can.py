"""`seawall who-can`."""

from __future__ import annotations

import sys

import click

from seawall.cli.options import input_of, query_options, strings, within_option
from seawall.cli.settings import file_options, settled
from seawall.cli.targets import put, targets
from seawall.errors import ExitCode

EXAMPLES = """
\b
Examples:
  seawall who-can get secrets -n shop -f dump.yaml --estate
  seawall who-can create pods/exec --cluster --why
  seawall who-can get secrets db -n shop -f k8s/     one object
  seawall who-can bind clusterroles.rbac.authorization.k8s.io cluster-admin -f .
"""


@click.command("who-can", epilog=EXAMPLES, context_settings={"show_default": True})
@click.argument("verb")
@click.argument("resource", metavar="RESOURCE[.GROUP][/SUB]")
@click.argument("name", required=False)
@query_options
@within_option
@file_options
@click.option("--why", is_flag=True, help="Show each rule with its place.")
@click.option("--exit-code", is_flag=True, help="Exit 1 when nobody surely can.")
@click.option("-o", "--output", multiple=True, metavar="FORMAT[=FILE]", help="terminal (or text), json.")
def who_can(**given: object) -> int:
    """Say who can do a thing: every subject of a binding, and the accounts behind the groups that Kubernetes fills.

    Without -n everybody is named who can do it in any namespace.
    """
    from seawall.app.rights import access_to, notes_on, words_about
    from seawall.cli.output import holds_nothing, quiet_code, style_for, tell_problems
    from seawall.cli.progress import progress
    from seawall.model.access.identity import Identity
    from seawall.model.access.queries import Question
    from seawall.model.access.queries import who_can as run
    from seawall.model.access.requests import parse_target
    from seawall.model.permissions import Answer
    from seawall.reports.rights import holder_json, holder_lines
    from seawall.reports.style import printable

    outputs = targets(strings(given["output"]) or ("terminal",), ("terminal", "json"))
    given, _ = settled(given)
    with progress(sys.stderr) as tell:
        access = access_to(input_of(given), tell)
    tell_problems(access.inventory.problems)
    if holds_nothing(access.inventory):
        return ExitCode.NOTHING_READ
    target = parse_target(str(given["resource"]), access.inventory)
    space = str(given["within"]) if given["within"] else None
    question = Question(Identity(""), str(given["verb"]), target, str(given["name"] or ""), space)
    found, notes = run(access, question), notes_on(access)
    for word in words_about(access, question):
        click.echo(printable(word), err=True)
    for form, file in outputs:
        style = style_for(file)
        lines = [*holder_lines(found, question, style, why=bool(given["why"])), *(style.paint(n, "dim") for n in notes)]
        put([holder_json(found, question, notes)] if form == "json" else (line + "\n" for line in lines), file)
    if given["exit_code"] and not any(holder.decision.answer is Answer.YES for holder in found):
        return ExitCode.FINDINGS
    return quiet_code(len(access.inventory.resources), access.inventory.problems)
