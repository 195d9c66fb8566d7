"""Finding and explaining rules."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from seawall.app.choice import called_here, choose
from seawall.app.concepts import close_names
from seawall.core import Layer, Profile
from seawall.data.foreign_checks import foreign_checks
from seawall.errors import UsageError
from seawall.reports.report import Report
from seawall.rules.catalog import catalog
from seawall.rules.controls import is_selector, known_selectors, selects
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
    rules = choose(catalog(), query.select, (), query.profile)
    for word in query.search:
        meant = _search(word, catalog())
        rules = tuple(rule for rule in rules if rule.id in meant)
    return tuple(rule for rule in rules if rule.profile <= query.profile and query.layer in (None, rule.layer))


def _search(word: str, catalogue: Sequence[Rule]) -> frozenset[str]:
    """The ids of the rules that a word means: by their id or title, as another scanner's check, or behind a control."""
    named = _named(word, catalogue)
    found = frozenset(
        rule.id for rule in catalogue if _holds(rule, word) or any(selects(rule, control) for control in named)
    )
    if found:
        return found
    if named:
        framework = named[0].partition(":")[0]
        hint = f"`seawall scan --compliance {framework}` says of each control why"
        raise UsageError(f"no rule looks at {named[0]}", hint)
    raise UsageError(f"no rule has '{word}' in its id or title", _meant(word, catalogue))


def _holds(rule: Rule, word: str) -> bool:
    return word.lower() in f"{rule.id} {rule.title}".lower() or rule.id in foreign_checks().find(word)[1]


def _named(word: str, catalogue: Sequence[Rule]) -> list[str]:
    """The selectors that a word is, or is the control of."""
    if is_selector(word, catalogue):
        return [word]
    return [known for known in known_selectors(catalogue) if known.lower().rpartition(":")[2] == word.lower()]


def explain(rule_id: str, options: Options | None) -> tuple[Rule, Report | None]:
    """A rule, and what it says of what `options` name; None where there are none.

    Raises:
        UsageError: there is no such rule; the hint names rules and concepts that are spelt nearly so.
    """
    rule = next((rule for rule in catalog() if rule.id == rule_id.strip().casefold()), None)
    if rule is None:
        raise UsageError(f"there is no rule or concept '{rule_id}'", _meant(rule_id, catalog(), close_names(rule_id)))
    if options is None:
        return rule, None
    from seawall.app.load import load
    from seawall.app.scan import report_on

    return rule, report_on(load(options.input), (rule,), options)


def _meant(word: str, catalogue: Sequence[Rule], near: Sequence[str] = ()) -> str:
    """What somebody probably wanted who asked for a rule that is none.

    Another scanner's check, a control's rules, or another spelling: one of the `near` names, or of the rules.
    """
    if called := called_here(word, catalogue):
        return called
    if named := _named(word, catalogue):
        return f"`seawall rules {named[0]}` lists what stands behind that"
    close = near or difflib.get_close_matches(word.lower(), [rule.id for rule in catalogue], 3)
    return f"Did you mean {' or '.join(close)}?" if close else "`seawall rules` lists them"
