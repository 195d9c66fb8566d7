"""What the rules on bindings share: one evidence for each subject that should not hold the role."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from seawall.core import Severity
from seawall.model import Binding
from seawall.model.bindings import Member, members_of
from seawall.rules.spec import Evidence, fail, unsure


def judged(
    binding: Binding, is_bad: Callable[[Member], bool], message: str, severity: Callable[[Member], Severity]
) -> Iterator[Evidence]:
    """Fails for each member that is bad, is unsure of those that cannot be decided.

    `message` may hold `{member}`, `{role}` and `{reach}`, which is whom the member stands for.
    """
    role = binding.tree.get("roleRef")
    name = role.get("name") if isinstance(role, dict) else None
    for member in members_of(binding.resource):
        if member.unknown is not None:
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
