"""The chain of a right in words: the binding, the role that it names, the rule that allows."""

from __future__ import annotations

from collections.abc import Iterator

from seawall.inventory import Resource
from seawall.model.access.access import Decision
from seawall.model.access.grants import Held
from seawall.model.access.roles import key_of
from seawall.model.bindings import Member, role_of
from seawall.model.facts import Fact
from seawall.model.permissions import Answer, PolicyRule, Words


def reasons(held: Held) -> Iterator[Fact]:
    """Binding -> (aggregated role ->) rule, each with its place."""
    binding, given = held.grant.binding, held.given
    reference = role_of(binding)
    name = reference.name if reference.unknown is None else reference.unknown.text
    kind = reference.kind or "role"
    where = ("subjects", held.grant.member.index)
    yield Fact(f'{named(binding)} gives {kind} "{name}" to {whom(held.grant.member)}', binding, where)
    if given.role is None:
        return
    if given.role.kind == "ClusterRole" and given.role.name != name and reference.unknown is None:
        yield Fact(
            f'ClusterRole "{name}" gathers the rules of ClusterRole "{given.role.name}"', given.role, ("metadata",)
        )
    yield Fact(f"{named(given.role)} allows {rule_text(given.rule)}", given.role, ("rules", given.index))


def explained(decision: Decision) -> Iterator[Fact]:
    """Why a decision is what it is: the chain of each rule that counts, then what is open."""
    if decision.answer is Answer.YES and not decision.held:
        yield Fact("group system:masters is allowed everything, before the API server asks RBAC")
        return
    for held in decision.held:
        yield from reasons(held)
    for doubt in dict.fromkeys((each.text, each.why) for each in decision.doubts):
        yield Fact(f"{doubt[0]}: {doubt[1]}")
    if decision.answer is Answer.NO:
        yield Fact("no rule that is bound to the subject allows it")


def role_text(binding: Resource) -> str:
    """The role that a binding names, as it is written: `ClusterRole "edit"`."""
    reference = role_of(binding)
    if reference.unknown is not None:
        return f"a role that is filled in later ({reference.unknown.text})"
    return f'{reference.kind} "{reference.name}"'


def named(resource: Resource) -> str:
    """`RoleBinding "shop/readers"`, `ClusterRole "view"`."""
    namespace = key_of(resource)[1]
    return f'{resource.kind} "{namespace}/{resource.name}"' if namespace else f'{resource.kind} "{resource.name}"'


def whom(member: Member) -> str:
    """`group "dev"`; what the source says where that is decided later."""
    return member.text if member.unknown is None else f"a subject that is filled in later ({member.unknown.text})"


def rule_text(rule: PolicyRule) -> str:
    """`get, list on secrets, pods/log named "a"`; the core group is not named."""
    if not rule.names.known and all(words(each) == "*" for each in (rule.verbs, rule.resources, rule.groups)):
        return "everything (* on * of all API groups)"
    verbs = words(rule.verbs)
    if rule.urls.known or rule.urls.unknown is not None:
        return f"{verbs} on the paths {words(rule.urls)}"
    groups = "" if rule.groups.known == ("",) else f" of {words(rule.groups, empty='core')}"
    names = f" named {words(rule.names)}" if rule.names.known or rule.names.unknown is not None else ""
    return f"{verbs} on {words(rule.resources)}{groups}{names}"


def words(given: Words, empty: str = '""') -> str:
    """A list of a rule as text; what is open is shown as the source has it."""
    found = [word or empty for word in given.known]
    if given.unknown is not None:
        found.append(given.unknown.text or "?")
    return ", ".join(found) or "nothing"
