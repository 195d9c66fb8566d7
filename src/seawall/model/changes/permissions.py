"""What each subject may do more or less than before, by the same comparison as the server's escalation check."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from seawall.model.access import Access, Held
from seawall.model.access.grants import SubjectKey
from seawall.model.access.identity import account_of
from seawall.model.access.reasons import named, rule_text
from seawall.model.changes.change import Aspect, Change
from seawall.model.permissions import Answer, PolicyRule, Words, atoms, covers

_SHOWN = 4
Place = tuple[str | None, SubjectKey]
"""Where (None: everywhere) and who."""


def changed_permissions(old: Access, new: Access) -> Iterator[Change]:
    """What is wider, and what is narrower, by subject and namespace."""
    yield from _more(old, new, wider=True)
    yield from _more(new, old, wider=False)


def _more(before: Access, after: Access, *, wider: bool) -> Iterator[Change]:
    for (space, key), grants in sorted(after.grants.by_subject(), key=lambda row: (row[0][0] or "", row[0][1])):
        held = list(after.grants.held(grants))
        for each, missing in uncovered(held, _held_before(before, space, key)):
            text = rules_text(missing)
            where = "everywhere" if space is None else f"in namespace {space}"
            through = named(each.grant.binding)
            verb = "may" if wider else "no longer: may"
            yield Change(
                Aspect.PERMISSIONS,
                wider,
                _subject(key),
                f"{verb} {text} {where} ({through})",
                each.grant.binding,
                ("subjects", each.grant.member.index),
            )


def _held_before(before: Access, space: str | None, key: SubjectKey) -> list[Held]:
    places: list[Place] = [(None, key)] if space is None else [(None, key), (space, key)]
    return [held for place in places for held in before.grants.held(before.grants.to(place))]


def uncovered(held_now: Iterable[Held], old: Sequence[Held]) -> Iterator[tuple[Held, list[PolicyRule]]]:
    """By binding the single permissions of what is held now that no rule of before covers."""
    known = {_signature(each) for each in old}
    found: dict[int, tuple[Held, list[PolicyRule]]] = {}
    for held in held_now:
        if _signature(held) in known:
            continue
        missing = [atom for atom in atoms(held.given.rule) if not _covered(atom, old)]
        if missing:
            found.setdefault(id(held.grant.binding), (held, []))[1].extend(missing)
    yield from found.values()


def _covered(atom: PolicyRule, old: Iterable[Held]) -> bool:
    return any(each.doubt is None and covers(each.given.rule, atom) is Answer.YES for each in old)


def _signature(held: Held) -> tuple[object, ...]:
    """What a rule says, as text: what is filled in later is the same where it is written alike."""
    rule = held.given.rule
    words = (rule.verbs, rule.groups, rule.resources, rule.names, rule.urls)
    doubt = held.doubt.text if held.doubt is not None else ""
    return (doubt, *((each.known, each.unknown.text if each.unknown is not None else None) for each in words))


def rules_text(missing: Iterable[PolicyRule]) -> str:
    """`get, list on secrets, configmaps; create on pods/exec`: what has the same verbs together."""
    verbs: dict[tuple[Shown, ...], dict[Shown, Words]] = {}
    for atom in missing:
        what = tuple(map(_shown, (atom.groups, atom.resources, atom.names, atom.urls)))
        verbs.setdefault(what, {})[_shown(atom.verbs)] = atom.verbs
    alike: dict[tuple[object, ...], list[tuple[Shown, ...]]] = {}
    for what, own in verbs.items():
        groups, _, names, urls = what
        alike.setdefault((tuple(own), groups, names, bool(urls[0] or urls[1])), []).append(what)
    texts = [rule_text(_joined(tuple(key), whats)) for (key, *_), whats in alike.items()]  # type: ignore[arg-type]  # the verbs
    more = len(texts) - _SHOWN
    return "; ".join(texts[:_SHOWN]) + (f"; and {more} more" if more > 0 else "")


Shown = tuple[tuple[str, ...], str]
"""The known words of a list, and the text of what is filled in later."""


def _shown(words: Words) -> Shown:
    return words.known, words.unknown.text if words.unknown is not None else ""


def _joined(verbs: tuple[Shown, ...], whats: list[tuple[Shown, ...]]) -> PolicyRule:
    """One rule to show, of single permissions that share verbs, group and names."""
    groups, resources, names, urls = (_merged(column) for column in zip(*whats, strict=True))
    return PolicyRule(_merged(verbs), groups, resources, names, urls)


def _merged(column: Iterable[Shown]) -> Words:
    words = dict.fromkeys(word for known, text in column for word in (*known, *([text] if text else [])))
    return Words(tuple(words))


def _subject(key: SubjectKey) -> str:
    kind, name = key
    found = account_of(name) if kind == "User" else None
    return f"sa:{found[0]}/{found[1]}" if found else f"{kind.lower()}:{name}"
