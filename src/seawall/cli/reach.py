"""`seawall reach`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from seawall.cli.options import choice, input_of, query_options, strings
from seawall.cli.output import quiet_code, style_of, tell_problems, write
from seawall.cli.settings import file_options, settled
from seawall.errors import ExitCode, UsageError
from seawall.reports.encode import indented

EXAMPLES = """\
\b
Examples:
  seawall reach shop/deploy/web shop/deploy/db -f k8s/ --estate
  seawall reach internet service:shop/web --port 443 --why -f k8s/ --estate
  seawall reach shop/deploy/web 10.0.0.1 --cni cilium --estate
  seawall reach --questions questions.jsonl -f k8s/ --estate
"""


@click.command(epilog=EXAMPLES, context_settings={"show_default": True})
@click.argument("ends", nargs=-1, metavar="[FROM TO]")
@query_options
@file_options
@click.option("--port", metavar="PORT", help="Ask for this port: 8080, 8080/UDP, 8000-8080/TCP, or a port's name.")
@click.option("--why", is_flag=True, help="Show the policies on each side that decide.")
@click.option("--questions", metavar="FILE", help="Answer JSON lines of {id, from, to}; `-` is standard input.")
@click.option("--assume", multiple=True, metavar="NAME=VALUE", help="Settle what is left to the plugin; repeatable.")
@click.option("--cni", metavar="NAME", help="Settle what this network plugin is known for; `none` enforces nothing.")
@click.option("--exit-code", is_flag=True, help="Exit 1 when the answer is no or unknown.")
@click.option("-o", "--output", type=choice(["text", "json"]), default="text", help="How to answer.")
def reach(**given: object) -> int:
    """Say what policies let reach what, on which ports, and why.

    FROM and TO are NAMESPACE/KIND/NAME, service:NAMESPACE/NAME, a namespace, an IP address, a CIDR block or `internet`.
    The answer is yes, no or unknown; it is about policies, not about what listens. docs/network.md says what is exact
    and what is left to the network plugin.
    """
    from seawall.app.reach import Wanted, network_of
    from seawall.cli.progress import progress
    from seawall.model.network.assumptions import assumptions

    given, _ = settled(given)
    ends, questions = strings(given["ends"]), given["questions"]
    if questions is None and len(ends) != 2:
        raise UsageError("reach takes FROM and TO", "Or answer many with --questions FILE")
    if questions is not None and ends:
        raise UsageError("FROM and TO are in the file of --questions", "Leave one of the two out")
    cni = given["cni"]
    assumed = assumptions(strings(given["assume"]), cni if isinstance(cni, str) else None)
    with progress(sys.stderr) as tell:
        inventory, network = network_of(Wanted(input_of(given), assumed), tell)
    if isinstance(questions, str):
        from seawall.app.reach import answers
        from seawall.reports.reach import as_json_line

        write(map(as_json_line, answers(network, _lines(questions))))
        tell_problems(inventory.problems)
        return quiet_code(len(inventory.resources), inventory.problems)
    tell_problems(inventory.problems)
    return _one(network, ends, given)


def _one(network: object, ends: tuple[str, ...], given: Mapping[str, object]) -> int:
    from seawall.app.reach import ask
    from seawall.model.network import Network
    from seawall.reports.reach import as_lines, as_object, verdict

    assert isinstance(network, Network)
    whole = network.index.estate.inventory.whole
    found = ask(network, *ends)
    port = given["port"]
    ports = network.ports_called(port, found.destination) if isinstance(port, str) else None
    if given["output"] == "json":
        write([indented({"from": ends[0], "to": ends[1], **as_object(found, whole=whole)}, 2)])
    else:
        lines = as_lines(found, style_of(), ports, whole=whole, why=bool(given["why"]))
        write(line + "\n" for line in lines)
    yes = verdict(found, ports, whole=whole) == "yes"
    return ExitCode.FINDINGS if given["exit_code"] and not yes else ExitCode.OK


def _lines(file: str) -> Iterator[bytes]:
    if file == "-":
        yield from sys.stdin.buffer
        return
    try:
        with Path(file).open("rb") as stream:
            yield from stream
    except OSError as error:
        raise UsageError(f"'{file}' cannot be read: {error.strerror}", "Name a file of JSON lines") from error
