"""Which pairs may talk now and could not before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seawall.inventory import Resource
from seawall.model.changes.change import Aspect, Change, workload
from seawall.model.estate import Estate
from seawall.model.network import Network
from seawall.model.network.bits import members
from seawall.model.network.difference import Difference, Move, State, difference

_SHOWN = 4


def changed_flows(old: Estate, new: Estate) -> Iterator[Change]:
    """A change for each workload, port and state that others reach it in now; what is new itself is not compared."""
    found = difference(Network(old), Network(new))
    places = {True: _by_name(new), False: _by_name(old)}
    for move in found.moves:
        yield _change(move, found, places[move.opens])


def _change(move: Move, found: Difference, places: Mapping[str, Resource]) -> Change:
    names = [found.names[number] for number in members(move.sources)]
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    word = {State.OPEN: "", State.UNKNOWN: "perhaps ", State.CLOSED: ""}
    reached = f"reached on {move.ports} by {', '.join(names[:_SHOWN])}{more}"
    target = found.names[move.destination]
    if move.opens:
        before = ", perhaps before" if move.before is State.UNKNOWN else ""
        text = f"{word[move.after]}can be {reached}{before}"
    else:
        now = ", perhaps now" if move.after is State.UNKNOWN else ""
        text = f"no longer: {word[move.before]}can be {reached}{now}"
    return Change(Aspect.NETWORK, move.opens, target, text, places.get(target))


def _by_name(estate: Estate) -> dict[str, Resource]:
    return {workload(resource): resource for resource, pods in estate.pods if pods}
