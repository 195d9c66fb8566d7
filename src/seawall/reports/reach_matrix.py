"""Who reaches whom, all pairs: a table for a person, Markdown, CSV, JSON and DOT, in pieces, since it may be long."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from seawall.model.network.bits import members
from seawall.model.network.completeness import lacks
from seawall.model.network.matrix import Flow, Matrix, Row
from seawall.model.network.ports import PortSet
from seawall.reports import csv
from seawall.reports.encode import encode
from seawall.reports.markdown import escaped
from seawall.reports.reach import ports_as_json
from seawall.reports.style import Style, plural, printable

_SHOWN = 8
"""So many names stand on one line of the table."""
_INTERNET = "internet"


class Names:
    """What sets of classes are called; a set is worked out once, since many destinations share theirs."""

    def __init__(self, matrix: Matrix) -> None:
        self._pods = matrix.network.index.pods
        self.every = matrix.representatives
        self.alike: dict[int | None, int] = {pods[0]: len(pods) for pods in matrix.classes}
        """How many are of the class of each pod that stands for one."""
        self.number = {pods[0]: number for number, pods in enumerate(matrix.classes)}
        self._known: dict[int, tuple[bool, tuple[int, ...]]] = {}

    def name(self, pod: int) -> str:
        """`shop/Deployment/web`."""
        resource = self._pods[pod].resource
        return f"{resource.namespace or 'default'}/{resource.kind}/{resource.name}"

    def is_pod(self, pod: int | None) -> bool:
        """Whether it is a Pod by itself, of which there are no copies."""
        return pod is not None and self._pods[pod].resource.kind == "Pod"

    def told(self, sources: int) -> tuple[bool, tuple[int, ...]]:
        """The pods of a set, or (True) those that are not of it where these are fewer."""
        if sources not in self._known:
            rest = self.every & ~sources
            but = rest.bit_count() < sources.bit_count()
            self._known[sources] = but, tuple(members(rest if but else sources))
        return self._known[sources]


def as_lines(matrix: Matrix, style: Style) -> Iterator[str]:
    """Lines without line ends: each class of pods, and from whom it is reached."""
    names = Names(matrix)
    held = {pods[0]: pods for pods in matrix.classes}
    if missing := lacks(matrix.network.index.estate.inventory):
        yield style.paint(printable(missing), "yellow")
    for row in matrix.rows():
        yield style.paint(printable(_destination(row, names)), "bold") + _like(row, held, names)
        for flow in row.flows:
            yield f"  {_ports(flow)}  <-  {printable(_sources(flow.sources, row, names))}"
        if row.internet:
            yield f"  {_ports(row.internet)}  <-  the internet"
        if not row.flows and not row.internet:
            yield "  nothing reaches it"
    yield ""
    pods, classes = sum(map(len, matrix.classes)), len(matrix.classes)
    kinds = f"{classes:,} class{'es'[: 2 * (classes != 1)]}"
    yield f"{plural(pods, 'workload')} in {kinds} that policies cannot tell apart; who is not named is kept out"


def _destination(row: Row, names: Names) -> str:
    return "the internet" if row.destination is None else names.name(row.destination)


def _like(row: Row, held: Mapping[int, tuple[int, ...]], names: Names) -> str:
    """The others of a class, ` and 2 like it: a, b`."""
    others = () if row.destination is None else held[row.destination][1:]
    if not others:
        return ""
    shown = ", ".join(map(names.name, others[:_SHOWN]))
    return printable(f"  and {len(others):,} like it: {shown}{', ...' if len(others) > _SHOWN else ''}")


def _ports(flow: Flow) -> str:
    parts = [str(flow.allowed)] if flow.allowed else []
    parts += [f"perhaps {flow.unknown}"] if flow.unknown else []
    return "; ".join(parts)


def _sources(sources: int, row: Row, names: Names) -> str:
    """Who it is, where the destination among them is another copy of it, or the others of its class."""
    alike = names.alike.get(row.destination, 0)
    if row.destination is not None and sources == 1 << row.destination and sources != names.every:
        return "the others like it" if alike > 1 else "another copy of it"
    but, pods = names.told(sources)
    if but and alike == 1 and names.is_pod(row.destination):
        # That a Pod reaches itself is no pair, and nothing that it is kept out of.
        pods = tuple(pod for pod in pods if pod != row.destination)
        every = "every other workload"
    else:
        every = "every workload"
    shown = ", ".join(map(names.name, pods[:_SHOWN]))
    if len(pods) > _SHOWN:
        shown += f" and {len(pods) - _SHOWN:,} more"
    if but:
        return f"{every} but {shown}" if pods else every
    return shown


def as_markdown(matrix: Matrix) -> Iterator[str]:
    """A heading and a table with a row for each class of pods and who reaches it alike."""
    names = Names(matrix)
    held = {pods[0]: pods for pods in matrix.classes}
    yield "### What reaches what\n\n"
    if missing := lacks(matrix.network.index.estate.inventory):
        yield f"{escaped(missing)}\n\n"
    yield "| to | from | ports |\n|---|---|---|\n"
    for row in matrix.rows():
        to = _destination(row, names) + _like(row, held, names)
        told = [(_sources(flow.sources, row, names), flow) for flow in row.flows]
        told += [("the internet", row.internet)] if row.internet else []
        for source, flow in told:
            yield f"| {escaped(to)} | {escaped(source)} | {escaped(_ports(flow))} |\n"
        if not told:
            yield f"| {escaped(to)} | nothing | |\n"


def as_csv(matrix: Matrix) -> Iterator[str]:
    """Rows of (to, from, allowed, unknown); `from` is `*`, `* but a b` or `a b`, each name that of a class."""
    names = Names(matrix)
    yield csv.line(("to", "from", "allowed", "unknown"))
    for row in matrix.rows():
        to = _INTERNET if row.destination is None else names.name(row.destination)
        for flow in row.flows:
            but, pods = names.told(flow.sources)
            listed = " ".join(map(names.name, pods))
            source = (f"* but {listed}" if listed else "*") if but else listed
            yield csv.line((to, source, _cell(flow.allowed), _cell(flow.unknown)))
        if row.internet:
            yield csv.line((to, _INTERNET, _cell(row.internet.allowed), _cell(row.internet.unknown)))


def _cell(ports: PortSet) -> str:
    return str(ports) if ports else ""


def as_json(matrix: Matrix) -> Iterator[str]:
    """`{"whole", "classes", "flows"}`, as docs/interfaces.md says."""
    names = Names(matrix)
    whole = not lacks(matrix.network.index.estate.inventory)
    yield f'{{"whole": {encode(whole)},\n "classes": ['
    for number, pods in enumerate(matrix.classes):
        yield ("," if number else "") + "\n  " + encode({"id": number, "members": [names.name(pod) for pod in pods]})
    yield '],\n "flows": ['
    separator = ""
    for row in matrix.rows():
        to: object = _INTERNET if row.destination is None else names.number[row.destination]
        for flow in row.flows:
            but, pods = names.told(flow.sources)
            field = "from_all_but" if but else "from"
            yield f"{separator}\n  " + encode({"to": to, field: [names.number[pod] for pod in pods], **_json(flow)})
            separator = ","
        if row.internet:
            yield f"{separator}\n  " + encode({"to": to, "from": _INTERNET, **_json(row.internet)})
            separator = ","
    yield "]}\n"


def _json(flow: Flow) -> dict[str, object]:
    return {"allowed": ports_as_json(flow.allowed), "unknown": ports_as_json(flow.unknown)}


def as_dot(matrix: Matrix) -> Iterator[str]:
    """A graph of classes; an edge for each pair that may talk, dashed where it is unknown."""
    names = Names(matrix)
    yield "digraph reach {\n  rankdir=LR;\n  node [shape=box];\n"
    for number, pods in enumerate(matrix.classes):
        more = f" and {len(pods) - 1} like it" if len(pods) > 1 else ""
        yield f"  c{number} [label={_quoted(names.name(pods[0]) + more)}];\n"
    yield f"  {_INTERNET} [shape=ellipse];\n"
    for row in matrix.rows():
        to = _INTERNET if row.destination is None else f"c{names.number[row.destination]}"
        for flow in row.flows:
            look = _look(flow)
            for pod in members(flow.sources):
                if pod != row.destination:
                    yield f"  c{names.number[pod]} -> {to} {look};\n"
        if row.internet:
            yield f"  {_INTERNET} -> {to} {_look(row.internet)};\n"
    yield "}\n"


def _look(flow: Flow) -> str:
    return f"[label={_quoted(_ports(flow))}{'' if flow.allowed else ', style=dashed'}]"


def _quoted(text: str) -> str:
    return '"' + printable(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
