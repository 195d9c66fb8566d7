"""Which rules are asked: what `--select`, `--ignore` and `--profile` say."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from seawall.core import Profile
from seawall.errors import UsageError
from seawall.rules.controls import known_selectors, selects
from seawall.rules.spec import Rule


def choose(rules: Sequence[Rule], select: Sequence[str], ignore: Sequence[str], profile: Profile) -> tuple[Rule, ...]:
    """The rules selected by id, family or framework (of any profile), else those of the profile; less the ignored.

    Raises:
        UsageError: a word picks no rule, or all that were picked are ignored.
    """
    for word in (*select, *ignore):
        _known(rules, word)
    picked = [rule for rule in rules if _picked(rule, select, profile)]
    left = tuple(rule for rule in picked if not any(selects(rule, word) for word in ignore))
    if not left:
        # A scan that asks nothing finds nothing, and would look like a clean one.
        raise UsageError("no rule is left to ask: what is selected is ignored as well", "Ignore less")
    return left


def _picked(rule: Rule, select: Sequence[str], profile: Profile) -> bool:
    if not select:
        return rule.profile <= profile
    return any(selects(rule, word) for word in select)


def _known(rules: Sequence[Rule], word: str) -> None:
    if any(selects(rule, word) for rule in rules):
        return
    close = difflib.get_close_matches(word, known_selectors(rules), 3)
    hint = f"Did you mean {' or '.join(close)}?" if close else "`seawall rules` lists the rules and their controls"
    raise UsageError(f"'{word}' is no rule, family or framework", called_here(word, rules) or hint)


def called_here(word: str, rules: Sequence[Rule]) -> str:
    """A sentence on what another scanner's check is called here; empty where the word looks like none."""
    from seawall.data.foreign_checks import SCANNERS, foreign_checks, looks_foreign

    scanner, found = foreign_checks().find(word)
    known = {rule.id for rule in rules}
    same = [rule_id for rule_id in found if rule_id in known]
    if same:
        return f"What {SCANNERS[scanner]} calls {word} is {' and '.join(same)} here"
    return f"No rule here finds the same as {word}; leave it out" if looks_foreign(word) else ""
