"""Finding and explaining rules."""

from __future__ import annotations

import difflib

import msgspec

from seawall.core import Layer, Profile
from seawall.errors import UsageError
from seawall.reports.report import Located
from seawall.rules.catalog import catalog
from seawall.rules.spec import Rule


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


def explain(rule_id: str, path: str | None) -> tuple[Rule, tuple[Located, ...] | None]:
    """A rule, and its findings in `path`; None where no path is given.

    Raises:
        UsageError: there is no such rule.
    """
    rules = {rule.id: rule for rule in catalog()}
    if rule_id not in rules:
        close = difflib.get_close_matches(rule_id, rules, 3)
        hint = f"Did you mean {' or '.join(close)}?" if close else "`seawall rules` lists them"
        raise UsageError(f"there is no rule '{rule_id}'", hint)
    rule = rules[rule_id]
    if path is None:
        return rule, None
    from seawall.app.load import Input, load
    from seawall.app.scan import Options, report_on

    options = Options(input=Input(paths=(path,)), profile=Profile.STRICT)
    return rule, report_on(load(options.input), (rule,), options).findings
