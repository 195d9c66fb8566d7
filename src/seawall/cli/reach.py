"""`seawall reach`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from seawall.cli.options import input_of, query_options, strings
from seawall.cli.output import holds_nothing, style_for
from seawall.cli.settings import file_options, settled
from seawall.cli.targets import put, targets
from seawall.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from seawall.inventory import Inventory
    from seawall.model.network import Network

EXAMPLES = """
\b
Examples:
  seawall reach shop/deploy/web shop/deploy/db -f k8s/ --estate
  seawall reach internet service:shop/web --port 443 --why -f k8s/ --estate
  seawall reach shop/deploy/web 10.0.0.1 --cni cilium -f k8s/ --estate
  seawall reach shop/deploy/web shop/ --assume ipblock-matches-pods=no --cluster
  seawall reach --questions questions.jsonl -f k8s/ --estate     any number, for a program
  seawall reach --matrix -o csv=reach.csv -f k8s/ --estate       all pairs
  seawall reach --diff old/ new/ -o markdown --estate            what opened and closed
"""
_FORMATS = {
    "one": ("terminal", "json"),
    "questions": ("json",),
    "matrix": ("terminal", "csv", "json", "markdown", "dot"),
    "diff": ("terminal", "markdown", "json"),
}
"""What is asked -> the formats of its answer, the usual one first."""
_ONLY_FOR: Mapping[str, tuple[str, ...]] = {"port": (), "why": (), "within": ("questions",)}
"""Options of a question -> what else they say something of."""


@click.command(epilog=EXAMPLES, context_settings={"show_default": True})
@click.argument("ends", nargs=-1, metavar="[FROM TO]")
@query_options
@click.option(
    "-n", "--namespace", "within", metavar="NAMESPACE", help="That of names that say none  [default: default]."
)
@file_options
@click.option("--port", metavar="PORT", help="Ask for this port: 8080, 8080/UDP, 8000-8080/TCP, or a port's name.")
@click.option("--why", is_flag=True, help="Show the policies on each side that decide, and what would flip the answer.")
@click.option(
    "--questions",
    type=click.Path(allow_dash=True),
    metavar="FILE",
    help="Answer a JSON line for each of {id, from, to, port}; `-` is standard input.",
)
@click.option("--matrix", is_flag=True, help="Show all pairs, in classes of pods that policies cannot tell apart.")
@click.option("--diff", nargs=2, metavar="OLD NEW", type=click.Path(), help="Show which pairs opened and closed.")
@click.option("--assume", multiple=True, metavar="NAME=VALUE", help="Settle what is left to the plugin; repeatable.")
@click.option("--cni", metavar="NAME", help="Settle what this network plugin is known for; `none` enforces nothing.")
@click.option(
    "--exit-code", is_flag=True, help="Exit 1 when the answer is no or unknown; with --diff, when a pair opened."
)
@click.option(
    "-o",
    "--output",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help="terminal (or text), json; of --matrix also csv, markdown, dot; of --diff also markdown.",
)
def reach(**given: object) -> int:
    """Say what policies let reach what, on which ports: yes, no or unknown, and why.

    FROM and TO are NAMESPACE/KIND/NAME, service:NAMESPACE/NAME, a namespace, an IP address, a CIDR block or `internet`.
    The answer is about policies, not about what listens. What the APIs leave to the network plugin is unknown, with the
    name of the assumption that would settle it (docs/network.md).
    """
    mode = _mode(given)
    outputs = targets(strings(given["output"]) or _FORMATS[mode][:1], _FORMATS[mode])
    given, _ = settled(given)
    return _MODES[mode](given, outputs)


def _mode(given: Mapping[str, object]) -> str:
    """What is asked.

    Raises:
        UsageError: nothing, or two things at once.
    """
    ends = strings(given["ends"])
    asked = [name for name in ("questions", "matrix", "diff") if given[name]]
    if len(asked) > 1 or (asked and ends):
        named = " and ".join(
            ([f"FROM {'TO'[: 2 * (len(ends) > 1)]}".strip()] if ends else []) + [f"--{x}" for x in asked]
        )
        raise UsageError(f"{named} ask different things", "Ask one of them")
    if not asked and len(ends) != 2:
        raise UsageError("reach takes FROM and TO", "Or take --questions FILE, --matrix, or --diff OLD NEW")
    alone = [option for option, modes in _ONLY_FOR.items() if given[option] and asked and asked[0] not in modes]
    if alone:
        name = {"within": "namespace"}.get(alone[0], alone[0])
        raise UsageError(f"--{name} says nothing beside --{asked[0]}", "Ask one question: FROM TO")
    if given["questions"] == "-" and "-" in strings(given["paths"]):
        raise UsageError("standard input cannot be both --questions and -f", "Name a file for one of them")
    return asked[0] if asked else "one"


def _network(given: Mapping[str, object], path: str | None = None) -> tuple[Inventory, Network]:
    """The network of what is named, or of one path in its place; problems are told."""
    from seawall.app.reach import Wanted, network_of
    from seawall.cli.output import tell_problems
    from seawall.cli.progress import progress
    from seawall.model.network.assumptions import assumptions

    cni = given["cni"]
    assumed = assumptions(strings(given["assume"]), cni if isinstance(cni, str) else None)
    wanted = input_of(given)
    if path is not None:
        wanted = msgspec.structs.replace(wanted, paths=(path,))
    with progress(sys.stderr) as tell:
        inventory, network = network_of(Wanted(wanted, assumed), tell)
    tell_problems(inventory.problems)
    return inventory, network


def _code(*inventories: Inventory) -> ExitCode:
    from seawall.cli.output import quiet_code

    return max(quiet_code(len(each.resources), each.problems) for each in inventories)


def _lines(lines: Iterable[str]) -> Iterator[str]:
    return (line + "\n" for line in lines)


def _within(given: Mapping[str, object]) -> str:
    return str(given["within"] or "default")


def _one(given: Mapping[str, object], outputs: list[tuple[str, str]]) -> int:
    from seawall.app.reach import ways_in
    from seawall.model.network.completeness import lacks
    from seawall.reports.reach import Told, as_json, as_lines

    inventory, network = _network(given)
    if holds_nothing(inventory):
        return ExitCode.NOTHING_READ
    source, destination = strings(given["ends"])
    found = network.connection(*(network.find(end, _within(given)) for end in (source, destination)))
    port = given["port"]
    ports = network.ports_called(port, found.destination) if isinstance(port, str) else None
    flips = tuple(network.flips(found, ports)) if given["why"] else ()
    told = Told(found, ports, flips, lacks(inventory), bool(given["why"]), ways_in(network, found))
    for form, file in outputs:
        put([as_json(told, source, destination)] if form == "json" else _lines(as_lines(told, style_for(file))), file)
    if given["exit_code"] and told.verdict != "yes":
        return ExitCode.FINDINGS
    return _code(inventory)


def _questions(given: Mapping[str, object], outputs: list[tuple[str, str]]) -> int:
    from seawall.app.reach import answers
    from seawall.reports.reach import as_json_line

    inventory, network = _network(given)
    asked = 0

    def told() -> Iterator[str]:
        nonlocal asked
        for answer in answers(network, _read(str(given["questions"])), _within(given)):
            asked += 1
            yield as_json_line(answer)

    put(told(), outputs[0][1])
    if not asked:
        click.echo(f"there are no questions in {_named(given['questions'])}", err=True)
    return ExitCode.NOTHING_READ if holds_nothing(inventory) else _code(inventory)


def _named(file: object) -> str:
    return "standard input" if file == "-" else f"'{file}'"


def _read(file: str) -> Iterator[bytes]:
    if file == "-":
        yield from sys.stdin.buffer
        return
    try:
        with Path(file).open("rb") as stream:
            yield from stream
    except OSError as error:
        raise UsageError(f"'{file}' cannot be read: {error.strerror}", "Name a file of JSON lines") from error


def _matrix(given: Mapping[str, object], outputs: list[tuple[str, str]]) -> int:
    from seawall.model.network.matrix import Matrix
    from seawall.reports.reach_matrix import as_csv, as_dot, as_json, as_lines, as_markdown

    inventory, network = _network(given)
    if holds_nothing(inventory):
        return ExitCode.NOTHING_READ
    matrix = Matrix(network)
    pieces = {"csv": as_csv, "json": as_json, "markdown": as_markdown, "dot": as_dot}
    for form, file in outputs:
        put(_lines(as_lines(matrix, style_for(file))) if form == "terminal" else pieces[form](matrix), file)
    return _code(inventory)


def _diff(given: Mapping[str, object], outputs: list[tuple[str, str]]) -> int:
    from seawall.model.network.completeness import lacks
    from seawall.model.network.difference import difference
    from seawall.reports.reach_diff import as_json, as_lines, as_markdown

    if strings(given["paths"]):
        raise UsageError("-f says nothing beside --diff", "Name what to read in its place: --diff OLD NEW")
    (old, before), (new, after) = (_network(given, path) for path in strings(given["diff"]))
    if holds_nothing(old) or holds_nothing(new):
        return ExitCode.NOTHING_READ
    found, missing = difference(before, after), lacks(old) or lacks(new)
    for form, file in outputs:
        if form == "json":
            put([as_json(found, whole=not missing)], file)
        else:
            lines = as_lines(found, style_for(file), missing) if form == "terminal" else as_markdown(found, missing)
            put(_lines(lines), file)
    if given["exit_code"] and any(move.opens for move in found.moves):
        return ExitCode.FINDINGS
    return _code(old, new)


_MODES: Mapping[str, Callable[[Mapping[str, object], list[tuple[str, str]]], int]] = {
    "one": _one,
    "questions": _questions,
    "matrix": _matrix,
    "diff": _diff,
}
