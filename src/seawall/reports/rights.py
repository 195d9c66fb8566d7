"""Rights in words and as JSON: an answer, all that a subject holds, all who may do a thing."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from seawall.model.access import Held
from seawall.model.access.bootstrap import is_bootstrap
from seawall.model.access.queries import Answered, Holder, Holdings, Question, subject_text
from seawall.model.access.reasons import explained, named, reasons, role_text, rule_text, whom
from seawall.model.facts import Fact
from seawall.model.permissions import Answer
from seawall.reports import facts
from seawall.reports.answers import IN_JSON, WORDS
from seawall.reports.encode import indented
from seawall.reports.style import Style, plural, printable, wrapped

_COLOURS = {Answer.YES: "yellow", Answer.NO: "green", Answer.UNKNOWN: "blue"}
_SHOWN = 8


def answer_lines(answered: Answered, style: Style, *, why: bool) -> Iterator[str]:
    """The answer in a sentence, what it rests on and, with `why`, each step that makes it."""
    decision, question = answered.decision, answered.question
    word = style.paint(WORDS[decision.answer], "bold", _COLOURS[decision.answer])
    yield f"{word}: {printable(question.who.text)} {_verb(decision.answer)} {printable(_asked(answered))}"
    if answered.names and decision.answer is not Answer.YES:
        yield f"  but it may on those named {printable(', '.join(answered.names))}"
    if decision.if_whole is not None:
        yield f"  if the input is the whole cluster (--estate): {WORDS[decision.if_whole]}"
    steps = list(explained(decision))
    doubts = dict.fromkeys(f"{doubt.text}: {doubt.why}" for doubt in decision.doubts)
    shown = steps if why else list(map(Fact, doubts))
    yield from facts.as_lines(shown, style)
    if not why and decision.held:
        yield style.paint(f"  --why shows the {plural(len(decision.held), 'rule')} behind it", "dim")
    for assumption in decision.assumes if why else ():
        yield style.paint(f"  assumes {printable(assumption)}", "dim")


def _verb(answer: Answer) -> str:
    return {Answer.YES: "may", Answer.NO: "may not", Answer.UNKNOWN: "may or may not"}[answer]


def _asked(answered: Answered) -> str:
    return f"{what(answered.question)}{_where(answered)}"


def what(question: Question) -> str:
    """`get secrets named "db"`."""
    return f"{question.verb} {question.target.text}" + (f' named "{question.name}"' if question.name else "")


def _where(answered: Answered) -> str:
    question = answered.question
    if question.target.url is not None or not question.target.namespaced:
        return ""
    if question.namespace is not None:
        return f' in namespace "{question.namespace}"'
    if answered.namespaces:
        return f" in {_listed(answered.namespaces)}"
    return " in every namespace" if answered.decision.answer is Answer.YES else " anywhere"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
    return f"namespace{'s'[: len(names) != 1]} {', '.join(names[:_SHOWN])}{more}"


def answer_json(answered: Answered) -> str:
    """One object: the question, `allowed`, `namespaces` and `names` where it holds, `because`, `assumes`."""
    decision, question = answered.decision, answered.question
    found = {
        "subject": subject_text(question.who),
        "verb": question.verb,
        "resource": question.target.text,
        "name": question.name,
        "namespace": question.namespace,
        "allowed": IN_JSON[decision.answer],
        "namespaces": answered.namespaces,
        "names": answered.names,
        "because": facts.as_objects(explained(decision)),
        "assumes": decision.assumes,
    }
    if decision.if_whole is not None:
        found["if_whole"] = IN_JSON[decision.if_whole]
    return indented(found, 2)


def holdings_lines(found: Holdings, notes: Sequence[str], style: Style, *, why: bool) -> Iterator[str]:
    """All that a subject holds, by namespace, and what that leaves out (`notes`).

    What every server gives to all is one line unless `why` asks for it.
    """
    own = [held for held in found.everywhere if why or not _is_servers(held)]
    hidden = len(found.everywhere) - len(own)
    yield style.paint(printable(found.who.text), "bold") + ":"
    if found.who.is_master:
        yield "  everything: system:masters is allowed it before the API server asks RBAC"
    for title, held in (("everywhere", own), *((f"in namespace {space}", rules) for space, rules in found.inside)):
        if held:
            yield f"  {style.paint(printable(title), 'underline')}"
            yield from _held_lines(held, style, why=why)
    if not own and not found.inside and not found.who.is_master:
        yield "  nothing of its own" + (" in what was read" if notes else "")
    if hidden:
        text = f"  and {plural(hidden, 'rule')} that every API server gives to its groups (--why shows them)"
        yield style.paint(text, "dim")
    if not found.who.closed:
        yield style.paint("  what it may as a member of groups is not here: name them with --as-group", "dim")
    yield from (style.paint(f"  {note}", "dim") for note in notes)


def _held_lines(held: Iterable[Held], style: Style, *, why: bool) -> Iterator[str]:
    """The rules, below the binding that gives them."""
    for _, rules in itertools.groupby(held, key=lambda each: (id(each.grant.binding), each.grant.member.index)):
        own = list(rules)
        grant = own[0].grant
        through = f", as a member of {whom(grant.member)}" if _is_group(own[0]) else ""
        yield f"    {style.paint(printable(f'{named(grant.binding)}{through}'), 'dim')}"
        for each in own:
            doubt = f"  (unknown: {each.doubt.text}, {each.doubt.why})" if each.doubt is not None else ""
            text = printable(f"{rule_text(each.given.rule)}{doubt}")
            yield from wrapped(text, style.width, indent=" " * 6, hanging=" " * 8)
            if why:
                yield from facts.as_lines(reasons(each), style, " " * 8)


def _is_group(held: Held) -> bool:
    return held.grant.member.kind == "Group"


def _is_servers(held: Held) -> bool:
    return is_bootstrap(held.grant.binding) and _is_group(held)


def holdings_json(found: Holdings, notes: Sequence[str]) -> str:
    """`{"subject", "rules": [...], "notes"}`.

    A rule is `{"namespace", "verbs", "groups", "resources", "names", "urls", "doubt", "because"}`.
    """
    rows = [_row(None, held) for held in found.everywhere]
    rows += [_row(space, held) for space, rules in found.inside for held in rules]
    return indented({"subject": subject_text(found.who), "rules": rows, "notes": notes}, 2)


def _row(namespace: str | None, held: Held) -> dict[str, Any]:
    rule = held.given.rule
    return {
        "namespace": namespace,
        "verbs": rule.verbs.known,
        "groups": rule.groups.known,
        "resources": rule.resources.known,
        "names": rule.names.known,
        "urls": rule.urls.known,
        "doubt": _doubt(held),
        "because": facts.as_objects(reasons(held)),
    }


def _doubt(held: Held) -> str | None:
    for doubt in (held.doubt, held.given.rule.unknown):
        if doubt is not None:
            return f"{doubt.text}: {doubt.why}"
    return None


def holder_lines(found: Sequence[Holder], question: Question, style: Style, *, why: bool) -> Iterator[str]:
    """Who may do it: each subject with what gives it, those of whom it is open last."""
    yield f"who may {style.paint(printable(what(question)), 'bold')}{_asked_where(question)}: {_count(found)}"
    yield '  group "system:masters", always' + style.paint("  <- the API server itself", "dim")
    for holder in found:
        where = "" if not holder.namespaces else f" in {holder.namespaces[0]}"
        where += f", only those named {', '.join(holder.names[:_SHOWN])}" if holder.names else ""
        open_ = holder.decision.answer is Answer.UNKNOWN
        mark = style.paint("perhaps ", "blue") if open_ else ""
        through = f"  <- {named(holder.grant.binding)} -> {role_text(holder.grant.binding)}"
        yield f"  {mark}{printable(whom(holder.grant.member) + where)}{style.paint(printable(through), 'dim')}"
        if holder.accounts:
            names = [f"{space}/{name}" for space, name in holder.accounts]
            more = f" and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else ""
            yield f"    so {plural(len(names), 'account')}: {printable(', '.join(names[:_SHOWN]))}{more}"
        if why:
            yield from facts.as_lines(explained(holder.decision), style, "    ")


def _asked_where(question: Question) -> str:
    return "" if question.namespace is None else f' in namespace "{printable(question.namespace)}"'


def _count(found: Sequence[Holder]) -> str:
    named_only = sum(bool(holder.names) for holder in found)
    sure = sum(holder.decision.answer is Answer.YES for holder in found) - named_only
    parts = [f"the API server's own group and {plural(sure, 'subject')} of bindings"]
    parts += [f"{named_only:,} on named objects only"] if named_only else []
    parts += [f"perhaps {len(found) - sure - named_only:,} more"] if len(found) > sure + named_only else []
    return ", ".join(parts)


def holder_json(found: Sequence[Holder], question: Question, notes: Sequence[str]) -> str:
    """`{"verb", "resource", "name", "namespace", "subjects": [...], "notes"}`; `system:masters` is left out."""
    rows = [
        {
            "subject": _member(holder),
            "allowed": IN_JSON[holder.decision.answer],
            "namespaces": holder.namespaces,
            "names": holder.names,
            "accounts": [f"sa:{space}/{name}" for space, name in holder.accounts],
            "because": facts.as_objects(explained(holder.decision)),
            "assumes": holder.decision.assumes,
        }
        for holder in found
    ]
    asked = {"verb": question.verb, "resource": question.target.text, "name": question.name}
    return indented({**asked, "namespace": question.namespace, "subjects": rows, "notes": notes}, 2)


def _member(holder: Holder) -> str:
    member = holder.grant.member
    if member.unknown is not None:
        return member.unknown.text
    if member.kind == "ServiceAccount":
        return f"sa:{member.namespace if isinstance(member.namespace, str) else '?'}/{member.name}"
    return f"{member.kind.lower()}:{member.name}"
