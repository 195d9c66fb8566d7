"""`seawall can`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click
import msgspec

from seawall.cli.options import input_of, query_options, strings, within_option
from seawall.cli.settings import file_options, settled
from seawall.cli.targets import put, targets
from seawall.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from seawall.model.access import Access

EXAMPLES = """
\b
Examples:
  seawall can sa:shop/cart -f k8s/                              all that an account can do
  seawall can sa:shop/cart get secrets -n shop -f k8s/ --estate
  seawall can user:jane create deployments.apps --as-group dev --why --cluster
  seawall can group:system:authenticated get /metrics -f .
  seawall can sa:ops/ci create pods/exec web-0 -n shop --exit-code
  seawall can --reviews questions.jsonl -f dump.yaml --estate   any number, for a program
"""


@click.command(epilog=EXAMPLES, context_settings={"show_default": True})
@click.argument("subject", required=False)
@click.argument("verb", required=False)
@click.argument("resource", required=False, metavar="[RESOURCE[.GROUP][/SUB]]")
@click.argument("name", required=False)
@query_options
@within_option
@file_options
@click.option("--as-group", multiple=True, metavar="GROUP", help="A group that the user is in; all of them are named.")
@click.option("--why", is_flag=True, help="Show the bindings, roles and rules, with their places.")
@click.option(
    "--reviews",
    type=click.Path(allow_dash=True),
    metavar="FILE",
    help="Answer a JSON line for each: SubjectAccessReview specs, or an `object` to create.",
)
@click.option("--exit-code", is_flag=True, help="Exit 1 when the answer is no or unknown.")
@click.option("-o", "--output", multiple=True, metavar="FORMAT[=FILE]", help="terminal (or text), json.")
def can(**given: object) -> int:
    """Say all that SUBJECT can do, or whether it can do one thing: yes, no or unknown, and why.

    SUBJECT is user:NAME, group:NAME or sa:NAMESPACE/NAME; an account is asked about with the groups that it always has.
    Without -n the answer says in which namespaces. Groups of people come from outside: what depends on them is unknown
    unless --as-group names them.
    """
    from seawall.app.rights import access_to
    from seawall.cli.output import tell_problems
    from seawall.cli.progress import progress

    _check(given)
    outputs = targets(strings(given["output"]) or ("terminal",), ("terminal", "json"))
    given, _ = settled(given)
    with _questions(given["reviews"]) as lines, progress(sys.stderr) as tell:
        access = access_to(input_of(given), tell)
        tell_problems(access.inventory.problems)
        if lines is not None:
            return _review(_unsure(access), lines, outputs[0][1])
    return _answer(access, given, outputs)


def _check(given: Mapping[str, object]) -> None:
    if given["reviews"]:
        if given["subject"]:
            raise UsageError("--reviews holds the questions, so a SUBJECT says nothing", "Leave one of them out")
        if given["reviews"] == "-" and "-" in strings(given["paths"]):
            raise UsageError("standard input cannot be both --reviews and -f", "Name a file for one of them")
        return
    if not given["subject"]:
        raise UsageError(
            "no SUBJECT is named", "Write user:NAME, group:NAME or sa:NAMESPACE/NAME, or take --reviews FILE"
        )
    if given["verb"] and not given["resource"]:
        raise UsageError(f"'{given['verb']}' what?", "Name a resource behind the verb: get secrets, create pods/exec")


@contextlib.contextmanager
def _questions(file: object) -> Iterator[TextIO | None]:
    """The lines of `--reviews`; None without it."""
    if not file:
        yield None
    elif file == "-":
        yield sys.stdin
    else:
        try:
            stream = Path(str(file)).open(encoding="utf-8", errors="replace")  # noqa: SIM115  # closed below
        except OSError as error:
            raise UsageError(f"'{file}' cannot be read: {error.strerror}", "Name a file of JSON lines") from error
        with stream:
            yield stream


def _unsure(access: Access) -> Access:
    """Where nothing was read, nobody may take it for a cluster that grants nothing."""
    from seawall.cli.output import holds_nothing
    from seawall.model.access import Access as Rights

    if not holds_nothing(access.inventory):
        return access
    return Rights(msgspec.structs.replace(access.inventory, whole=False), access.version)


def _review(access: Access, lines: TextIO, file: str) -> int:
    from seawall.app.reviews import answers
    from seawall.cli.output import quiet_code

    asked = 0

    def counted() -> Iterator[str]:
        nonlocal asked
        for line in lines:
            asked += bool(line.strip())
            yield line

    put(answers(access, counted()), file)
    if not asked:
        click.echo("--reviews holds no question", err=True)
    return quiet_code(len(access.inventory.resources), access.inventory.problems)


def _answer(access: Access, given: Mapping[str, object], outputs: list[tuple[str, str]]) -> int:
    from seawall.app.rights import missing_from, words_about
    from seawall.cli.output import holds_nothing, quiet_code, style_for
    from seawall.model.access import parse_identity
    from seawall.model.access.queries import Question, ask, holdings
    from seawall.model.access.requests import parse_target
    from seawall.model.permissions import Answer
    from seawall.reports.rights import answer_json, answer_lines, holdings_json, holdings_lines
    from seawall.reports.style import printable

    who = parse_identity(str(given["subject"]), strings(given["as_group"]) or None)
    if holds_nothing(access.inventory):
        return ExitCode.NOTHING_READ
    space = str(given["within"]) if given["within"] else None
    code = quiet_code(len(access.inventory.resources), access.inventory.problems)
    why = bool(given["why"])
    if not given["verb"]:
        found, notes = holdings(access, who, space), missing_from(access)
        for form, file in outputs:
            lines = holdings_lines(found, notes, style_for(file), why=why)
            put([holdings_json(found, notes)] if form == "json" else (line + "\n" for line in lines), file)
        return code
    target = parse_target(str(given["resource"]), access.inventory)
    question = Question(who, str(given["verb"]), target, str(given["name"] or ""), space)
    answered = ask(access, question)
    for word in words_about(access, question):
        click.echo(printable(word), err=True)
    for form, file in outputs:
        lines = answer_lines(answered, style_for(file), why=why)
        put([answer_json(answered)] if form == "json" else (line + "\n" for line in lines), file)
    if given["exit_code"] and answered.decision.answer is not Answer.YES:
        return ExitCode.FINDINGS
    return code
