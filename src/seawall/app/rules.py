"""Finding and explaining rules."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from seawall.app.choice import called_here, choose
from seawall.core import Layer, Profile
from seawall.data.foreign_checks import foreign_checks
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
        UsageError: a selector or a word of the search names nothing.
    """
    for word in query.search:
        if not any(_holds(rule, word) for rule in catalog()):
            raise UsageError(f"no rule has '{word}' in its id or title", _meant(word, catalog()))
    rules = choose(catalog(), query.select, (), query.profile)
    return tuple(rule for rule in rules if _fits(rule, query))


def _fits(rule: Rule, query: Query) -> bool:
    asked = rule.profile <= query.profile and query.layer in (None, rule.layer)
    return asked and all(_holds(rule, word) for word in query.search)


def _holds(rule: Rule, word: str) -> bool:
    """Whether a word of a search means the rule: as a part of its id or title, or as another scanner's check."""
    return word.lower() in f"{rule.id} {rule.title}".lower() or rule.id in foreign_checks().find(word)[1]


def explain(rule_id: str, options: Options | None) -> tuple[Rule, Report | None]:
    """A rule, and what it says of what `options` name; None where there are none.

    Raises:
        UsageError: there is no such rule.
    """
    rules = {rule.id: rule for rule in catalog()}
    if rule_id not in rules:
        raise UsageError(f"there is no rule '{rule_id}'", _meant(rule_id, catalog()))
    rule = rules[rule_id]
    if options is None:
        return rule, None
    from seawall.app.load import load
    from seawall.app.scan import report_on

    return rule, report_on(load(options.input), (rule,), options)


def _meant(word: str, catalogue: Sequence[Rule]) -> str:
    """What somebody probably wanted who asked for a rule that is none.

    Another scanner's check, a control's rules, or another spelling.
    """
    rules = [rule.id for rule in catalogue]
    if called := called_here(word, catalogue):
        return called
    named = [known for known in known_selectors(catalogue) if known.lower().rpartition(":")[2] == word.lower()]
    if is_selector(word, catalogue):
        named = [word]
    if named and word.lower() not in rules:
        return f"`seawall rules --select {named[0]}` lists what stands behind that"
    close = difflib.get_close_matches(word.lower(), rules, 3)
    return f"Did you mean {' or '.join(close)}?" if close else "`seawall rules` lists them"
