"""What the rules on bindings share: one evidence for each subject that should not hold the role."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from seawall.core import Severity, dig
from seawall.model import Binding, View
from seawall.model.access.bootstrap import made_rules
from seawall.model.access.grants import role_key
from seawall.model.access.roles import RoleRule
from seawall.model.bindings import Member, members_of, role_of
from seawall.model.permissions import Answer, atoms, covers, grants_everything, owns_core
from seawall.rules.spec import Evidence, fail, unsure


def judged(
    binding: Binding,
    is_bad: Callable[[Member], bool],
    message: str,
    severity: Callable[[Member], Severity],
    kinds: Collection[str] = ("User", "Group", "ServiceAccount"),
) -> Iterator[Evidence]:
    """Fails for each member that is bad, is unsure of those that cannot be decided.

    `message` may hold `{member}`, `{role}` and `{reach}`, which is whom the member stands for. `kinds` are those of the
    subjects that may be bad at all.
    """
    role = binding.tree.get("roleRef")
    name = role.get("name") if isinstance(role, dict) else None
    for member in members_of(binding.resource):
        if member.unknown is not None:
            kind = dig(binding.tree.get("subjects"), member.index, "kind")
            if isinstance(kind, str) and kind not in kinds:
                continue
            yield unsure(member.unknown, *member.where)
        elif is_bad(member):
            known = name if isinstance(name, str) else "?"
            text = message.format(member=member.text, role=known, reach=member.reach)
            path = ("subjects", member.index, "name")
            yield fail(text, *path, value=member.name, severity=severity(member))


def listed_members(members: Iterable[Member]) -> str:
    """`user "ann", group "system:serviceaccounts" (every service account, so every pod)`."""
    known = [member for member in members if member.unknown is None]
    told = [f"{member.text} ({member.reach})" if member.reach else member.text for member in known]
    return ", ".join(told) or "a subject"


def gives_everything(binding: Binding, view: View) -> bool:
    """Whether the role surely allows everything, by its own rules or by those that it gathers."""
    rules = (each.rule for each in _given(binding, view) if each.doubt is None)
    return any(max(grants_everything(rule), owns_core(rule)) is Answer.YES for rule in rules)


def gives_no_more_than(binding: Binding, view: View, roles: Collection[str]) -> bool:
    """Whether all that the role allows is in what ClusterRoles allow that an API server makes, as it makes them.

    One of these roles is taken for what it is called where it was not read; of what was, the paths do not count: a
    server keeps those of its older releases.
    """
    given, role = _given(binding, view), role_of(binding.resource)
    itself = role.kind == "ClusterRole" and role.name in roles
    if all(each.doubt is not None for each in given):
        return itself
    if any(each.doubt is not None or each.rule.unknown is not None for each in given):
        return False
    known = [rule for name in roles for rule in made_rules(name)]
    singles = (atom for each in given for atom in atoms(each.rule) if atom.resources.known or not itself)
    return all(any(covers(rule, atom) is Answer.YES for rule in known) for atom in singles)


def _given(binding: Binding, view: View) -> tuple[RoleRule, ...]:
    key, hole = role_key(binding.resource)
    return () if key is None or hole is not None else view.access.roles.rules(key)
