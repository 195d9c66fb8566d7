"""What reaches what: questions about an estate, and where the input is not the whole of it, what that leaves open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from seawall.app.load import Input, Progress, judged_version, load, no_progress
from seawall.errors import UsageError
from seawall.inventory import Inventory
from seawall.model import Estate
from seawall.model.exposure import Reach, exposed
from seawall.model.facts import Fact
from seawall.model.network import Assumptions, Connection, Network, PortSet
from seawall.model.network.bits import members
from seawall.model.network.completeness import lacks
from seawall.model.network.endpoints import INTERNET_LABEL
from seawall.model.permissions import Answer
from seawall.reports.reach import Answered, Failed

_BOM: Final = b"\xef\xbb\xbf"
_FIELDS: Final = ("id", "from", "to", "port")
"""What a question may say."""


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


def answers(network: Network, lines: Iterable[str | bytes], within: str = "default") -> Iterator[Answered | Failed]:
    """Answers JSON lines, each `{"id", "from", "to", "port"}`, in their order; one that cannot be understood says why.

    `within` is the namespace of names that say none.
    """
    for line in lines:
        # What some editors put before the first line of a file.
        text = line.removeprefix(_BOM) if isinstance(line, bytes) else line
        if text.strip():
            yield _answer(network, text, within)


def _answer(network: Network, line: str | bytes, within: str) -> Answered | Failed:
    try:
        question = msgspec.json.decode(line)
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
    ignored = tuple(key for key in question if key not in _FIELDS)
    try:
        ends = (network.find(question[key], within) for key in ("from", "to"))
        found = network.connection(*ends)
        ports = _ports(network, question.get("port"), found)
    except UsageError as error:
        stop = "" if error.message.endswith("?") else "."
        return Failed(number, f"{error.message}{stop} {error.hint}")
    return Answered(number, found, lacks(network.index.estate.inventory), ports, ignored)


def _ports(network: Network, port: object, found: Connection) -> PortSet | None:
    """The ports that a question asks for; None for any.

    Raises:
        UsageError: it is neither a number nor a text that `--port` takes.
    """
    if port is None:
        return None
    if not isinstance(port, str | int) or isinstance(port, bool):
        raise UsageError("a port is a number or a text", 'Write it as 8080 or "8080/UDP"')
    return network.ports_called(str(port), found.destination)


def ways_in(network: Network, found: Connection) -> tuple[Fact, ...] | None:
    """What opens a way from outside of the cluster to a destination; None where the source is not the internet.

    Policies say who is let in, not who can come: without a way none of the internet does.
    """
    if found.source.label != INTERNET_LABEL or not found.destination.pods:
        return None
    told: dict[tuple[str, int], Fact] = {}
    wanted = {id(network.index.pods[number]) for number in members(found.destination.pods)}
    exposures = exposed(network.index.estate)
    for row in exposures.rows:
        if row.reach is Reach.CLUSTER or row.target.answer is Answer.NO or id(row.target.pod) not in wanted:
            continue
        entry = row.entry
        perhaps = "" if row.target.answer is Answer.YES else "perhaps "
        opener = f"{entry.resource.namespace or 'default'}/{entry.resource.name}"
        text = f"{perhaps}from {row.reach.label}: {entry.how} {opener}"
        told.setdefault((text, id(entry.resource)), Fact(text, entry.resource))
    aside = (Fact(f"perhaps {what}: {why}") for what, why in exposures.not_followed)
    return *told.values(), *aside
