"""Which controls of which frameworks a rule speaks to, and what `--select` and `--ignore` understand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seawall.data.frameworks import controls_of_concept, frameworks
from seawall.rules.spec import Rule


def controls_of(rule: Rule) -> tuple[str, ...]:
    """The full ids that a finding of the rule carries (`cis-1.12:5.2.12`), sorted."""
    known = frameworks().frameworks
    derived = (c for c in controls_of_concept(concept_of(rule)) if known[c.partition(":")[0]].tagged)
    return tuple(sorted({*rule.controls, *derived}))


def all_controls_of(rule: Rule) -> frozenset[str]:
    """The full ids in every framework and edition, also those that findings do not carry."""
    return frozenset((*rule.controls, *controls_of_concept(concept_of(rule))))


def concept_of(rule: Rule) -> str:
    """The concept that gives the rule its controls."""
    return rule.concept or rule.id


def selects(rule: Rule, selector: str) -> bool:
    """Whether a selector means the rule.

    A selector is a rule's id, a family (`rbac`), a framework with or without its revision (`cis`, `cis-1.12`), a
    control (`cis:5.2.2`), a part of one up to a dot (`cis:5.2`), or a level: `pss:restricted` contains `pss:baseline`.
    Upper and lower case are alike. One that nothing answers to selects nothing; see `known_selectors`.
    """
    wanted = selector.strip().casefold()
    if wanted in (rule.id, rule.family):
        return True
    name, colon, part = wanted.partition(":")
    framework = frameworks().get(name)
    if framework is None:
        return False
    prefix = f"{framework.key}:"
    own = [c.removeprefix(prefix).casefold() for c in all_controls_of(rule) if c.startswith(prefix)]
    if not colon:
        return bool(own)
    parts = ("baseline", "restricted") if (framework.name, part) == ("pss", "restricted") else (part,)
    return any(control == part or control.startswith((f"{part}.", f"{part}:")) for control in own for part in parts)


def known_selectors(rules: Sequence[Rule]) -> tuple[str, ...]:
    """Every selector that means something, sorted: to check a user's word, and to guess what was meant."""
    words = {rule.id for rule in rules} | {rule.family for rule in rules}
    for framework in frameworks().frameworks.values():
        words |= {framework.name, framework.key}
        for control in framework.controls:
            words |= {f"{key}:{part}" for key in (framework.name, framework.key) for part in _parts(control.id)}
    return tuple(sorted(words))


def is_selector(word: str, rules: Sequence[Rule]) -> bool:
    """Whether a word means something, in any case of letters."""
    wanted = word.strip().casefold()
    return any(wanted == known.casefold() for known in known_selectors(rules))


def _parts(control: str) -> Iterable[str]:
    """A control's id and what stands before its dots or colon: `5.2.2`, `5.2`, `5`."""
    yield control
    for mark in (".", ":"):
        head, found, _ = control.rpartition(mark)
        while found:
            yield head
            head, found, _ = head.rpartition(mark)
