"""Finding and explaining rules."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import msgspec

from seawall.core import Layer, Profile
from seawall.errors import UsageError
from seawall.reports.report import Report
from seawall.rules.catalog import catalog
from seawall.rules.controls import is_selector, known_selectors
from seawall.rules.spec import Rule

if TYPE_CHECKING:
    from seawall.app.scan import Options


class Query(msgspec.Struct, frozen=True):
    """Which rules to list; everything empty means all of them."""

    search: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    profile: Profile = Profile.STRICT
    layer: Layer | None = None


def find(query: Query) -> tuple[Rule, ...]:
    """The rules that a query picks, sorted by id.

    Raises:
        UsageError: a selector names nothing.
    """
    from seawall.app.choice import choose

    rules = choose(catalog(), query.select, (), query.profile)
    return tuple(rule for rule in rules if _fits(rule, query))


def _fits(rule: Rule, query: Query) -> bool:
    text = f"{rule.id} {rule.title}".lower()
    asked = rule.profile <= query.profile and query.layer in (None, rule.layer)
    return asked and all(word.lower() in text for word in query.search)


def explain(rule_id: str, options: Options | None) -> tuple[Rule, Report | None]:
    """A rule, and what it says of what `options` name; None where there are none.

    Raises:
        UsageError: there is no such rule.
    """
    rules = {rule.id: rule for rule in catalog()}
    if rule_id not in rules:
        raise UsageError(f"there is no rule '{rule_id}'", _meant(rule_id, rules))
    rule = rules[rule_id]
    if options is None:
        return rule, None
    from seawall.app.load import load
    from seawall.app.scan import report_on

    return rule, report_on(load(options.input), (rule,), options)


def _meant(word: str, rules: Mapping[str, Rule]) -> str:
    """What somebody probably wanted who asked for a rule that is none: a control's rules, or another spelling."""
    named = [known for known in known_selectors(catalog()) if known.lower().rpartition(":")[2] == word.lower()]
    if is_selector(word, catalog()):
        named = [word]
    if named and word.lower() not in rules:
        return f"`seawall rules --select {named[0]}` lists what stands behind that"
    close = difflib.get_close_matches(word.lower(), rules, 3)
    return f"Did you mean {' or '.join(close)}?" if close else "`seawall rules` lists them"
