"""One concept taught: what it is for, how it works, what goes wrong without it, where to look, whose it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seawall.data.concepts import ClusterLayer, Concept, concepts
from seawall.reports.encode import indented
from seawall.reports.layers import WORDS, LayersReport, evidence
from seawall.reports.style import Style, printable, wrapped

_PEOPLE = {
    "provider": "whoever runs the control plane (the cloud's provider, for a managed cluster)",
    "platform": "whoever runs the cluster (the platform team)",
    "developer": "whoever writes what runs in it (the developers)",
}


def render(concept: Concept, report: LayersReport | None, style: Style) -> Iterator[str]:
    """Lines without line ends; `report` is of this concept and the user's own files, None where none were named."""
    yield style.paint(concept.name, "bold")
    yield from wrapped(concept.purpose, min(style.width, 100), indent="  ", hanging="  ")
    if report is not None:
        yield from _own(concept, report, style)
    yield from _part("How it works", concept.how, style)
    yield from _part("What goes wrong", concept.without, style)
    yield ""
    yield style.paint("How to see it", "bold")
    yield from (f"  {line}" for line in concept.look)
    yield from _part("What Seawall sees", _sight(concept), style)
    yield from _part("Whose it usually is", _duty(concept), style)
    yield from _part("See also", ", ".join(concept.related), style)
    yield from _part("Rules", ", ".join(concept.rules), style)
    yield from _part("Source", concept.source, style)


def _part(title: str, text: str, style: Style) -> Iterator[str]:
    if text:
        yield ""
        yield style.paint(title, "bold")
        yield from wrapped(text, min(style.width, 100), indent="  ", hanging="  ")


def _sight(concept: Concept) -> str:
    unseen = f" Manifests do not tell all: {concept.unseen}." if concept.unseen else ""
    row = f" `seawall layers` shows it with {concepts()[concept.part_of].name}." if concept.part_of else ""
    return concept.seen + unseen + row


def _duty(concept: Concept) -> str:
    return "; ".join(_PEOPLE[duty] for duty in concept.duty)


def _own(concept: Concept, report: LayersReport, style: Style) -> Iterator[str]:
    yield ""
    yield style.paint("Where you have it", "bold")
    rows = [row for _, rows in report.layers for row in rows]
    for row in rows:
        whole = f" (with {concepts()[concept.part_of].name})" if concept.part_of else ""
        yield f"    {WORDS[row.sighting.state]}{whole}"
        yield from evidence(row.sighting, style)
    for problem in report.problems[:5]:
        yield style.paint(printable(f"    not read: {problem.file}: {problem.message}"), "yellow")


def listing(layers: Sequence[ClusterLayer], style: Style) -> Iterator[str]:
    """Every concept under its layer, from the outside in: what one types, and what it is for."""
    width = max(len(concept.id) for layer in layers for concept in layer.concepts)
    for layer in layers:
        yield style.paint(layer.name.upper(), "bold", "cyan")
        for concept in layer.concepts:
            lines = wrapped(concept.purpose, max(style.width - width - 4, 40))
            yield f"  {style.paint(concept.id.ljust(width), 'bold')}  {lines[0]}"
            yield from (f"{' ' * (width + 4)}{line}" for line in lines[1:])
        yield ""
    yield from wrapped(
        "`seawall explain NAME` teaches one of them, or a rule; `seawall rules` lists those.", style.width
    )


def as_json(found: Concept | Sequence[Concept]) -> str:
    """A concept, or a list of them, with a line end: what the table of the package says."""
    return indented(found, 2)


def section(concept: Concept) -> str:
    """One concept as Markdown, with a line end."""
    return "\n".join((f"## {concept.name}", "", *_section(concept))) + "\n"


def page(layer: ClusterLayer) -> str:
    """A layer's page in `docs/concepts/`, as Markdown; generated, never edited by hand."""
    lines = [f"# {layer.name}", "", f"{layer.purpose}."]
    for concept in layer.concepts:
        lines += ["", f"## {concept.name}", "", *_section(concept)]
    return "\n".join(lines) + "\n"


def _section(concept: Concept) -> Iterator[str]:
    yield f"`seawall explain {concept.id}`"
    yield from ("", f"**{concept.purpose}**", "", concept.how, "", f"What goes wrong: {concept.without}", "")
    yield from ("```sh", *concept.look, "```", "")
    yield f"- What Seawall sees: {_sight(concept)}"
    yield f"- Whose it usually is: {_duty(concept)}"
    if concept.related:
        yield f"- See also: {', '.join(_link(concepts()[other]) for other in concept.related)}"
    if concept.rules:
        yield f"- Rules: {', '.join(f'`{rule}`' for rule in concept.rules)}"
    yield f"- Source: {concept.source}"


def _link(concept: Concept) -> str:
    return f"[{concept.name}]({concept.layer}.md)"


def index(layers: Sequence[ClusterLayer]) -> str:
    """The table of all concepts."""
    lines = ["# Concepts", "", "What `seawall explain` teaches and `seawall layers` looks for, from the outside in."]
    for layer in layers:
        lines += [
            "",
            f"## [{layer.name}]({layer.id}.md)",
            "",
            f"{layer.purpose}.",
            "",
            "| concept | what it is for |",
            "|---|---|",
        ]
        lines += [f"| `{concept.id}` | {concept.purpose} |" for concept in layer.concepts]
    return "\n".join(lines) + "\n"
