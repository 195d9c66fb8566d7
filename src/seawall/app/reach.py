"""What reaches what: questions about an estate, and where the input is not the whole of it, what that leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from seawall.app.load import Input, Progress, judged_version, load, no_progress
from seawall.errors import UsageError
from seawall.inventory import Inventory
from seawall.model import Estate
from seawall.model.network import Assumptions, Network
from seawall.reports.reach import Answered, Failed


_BOM = b"\xef\xbb\xbf"
"""What some editors put before the first line of a file."""


class Wanted(msgspec.Struct, frozen=True):
    """An estate, and what is assumed of it."""

    input: Input
    assumed: Assumptions = Assumptions()


def network_of(wanted: Wanted, progress: Progress = no_progress) -> tuple[Inventory, Network]:
    """Reads what was named, ready to be asked."""
    inventory = load(wanted.input, progress)
    network = Network(Estate(inventory, judged_version(wanted.input, inventory)), wanted.assumed)
    network.prepare()
    return inventory, network


def answers(network: Network, lines: Iterable[str | bytes]) -> Iterator[Answered | Failed]:
    """Answers JSON lines, each `{"id", "from", "to"}`, in their order; one that cannot be understood says why."""
    for line in lines:
        if line.strip():
            yield _answer(network, line)


def _answer(network: Network, line: str | bytes) -> Answered | Failed:
    try:
        question = msgspec.json.decode(line.removeprefix(_BOM) if isinstance(line, bytes) else line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return Failed(None, f"the line is no JSON: {error}")
    except RecursionError:
        return Failed(None, "the line is nested too deep")
    if not isinstance(question, dict):
        return Failed(None, 'the line is no object; write {"id": ..., "from": ..., "to": ...}')
    number = question.get("id")
    missing = [key for key in ("from", "to") if key not in question]
    if missing:
        return Failed(number, f'the question says no "{missing[0]}"')
    try:
        found = network.connection(question["from"], question["to"])
    except UsageError as error:
        return Failed(number, f"{error.message}. {error.hint}")
    return Answered(number, found, network.index.estate.inventory.whole)
