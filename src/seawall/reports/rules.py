"""The catalogue of rules, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from seawall.reports.encode import indented
from seawall.reports.style import Style
from seawall.rules.controls import controls_of
from seawall.rules.spec import Rule


class RuleRow(msgspec.Struct, frozen=True):
    """One rule in `seawall rules -o json`."""

    id: str
    title: str
    layer: str
    severity: str
    profile: str
    controls: tuple[str, ...]
    fixable: bool
    severities: tuple[str, ...]
    """All that a finding may have, the mildest first; `severity` is the one where nothing speaks for another."""


def row_of(rule: Rule) -> RuleRow:
    """What a program is told of a rule in a list."""
    return RuleRow(
        rule.id,
        rule.title,
        rule.layer.value,
        rule.severity.label,
        rule.profile.label,
        controls_of(rule),
        rule.fixable,
        tuple(severity.label for severity in rule.severities),
    )


def as_json(rules: Sequence[Rule]) -> str:
    """A JSON list of rules."""
    return indented([row_of(rule) for rule in rules], 1)


def as_lines(rules: Sequence[Rule], style: Style) -> Iterator[str]:
    """A table for a terminal, and how to go on."""
    width = max((len(rule.id) for rule in rules), default=0)
    column = max((len(_range(rule, Style())) for rule in rules), default=0)
    for rule in rules:
        fix = "fix" if rule.fixable else "   "
        padding = " " * (column - len(_range(rule, Style())))
        yield (
            f"{style.paint(rule.id.ljust(width), 'bold')}  {_range(rule, style)}{padding}  "
            f"{rule.profile.label.ljust(11)}  {fix}  {rule.title}"
        )
    if not rules:
        yield "no rule is like that; `seawall rules` lists all of them"
        return
    yield ""
    yield f"{len(rules)} rule{'s'[: len(rules) != 1]}. `seawall explain RULE` teaches one."


def _range(rule: Rule, style: Style) -> str:
    """`medium`, or `medium-high` where the facts of the case decide."""
    ends = dict.fromkeys((rule.severities[0], rule.severities[-1]))
    return "-".join(style.severity(end) for end in ends)
