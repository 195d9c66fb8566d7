"""What else decides a finding: facts that stand in other objects than its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seawall.findings.finding import Finding
from seawall.inventory import Resource
from seawall.model import Estate, Role, View
from seawall.model.access.reasons import named, whom
from seawall.model.access.recipients import Recipients
from seawall.model.facts import Fact
from seawall.model.view import RBAC_KINDS


def because(finding: Finding, estate: Estate) -> tuple[Fact, ...]:
    """The facts, each once, in the order in which the rule tells them; none where the object alone decides.

    `estate` is of the inventory that the finding was made from.
    """
    rule, view = finding.rule, View(estate, finding.rule.sees)
    found: Iterable[Fact] = ()
    if rule.because is not None:
        found = rule.because(finding.subject, view, finding.evidence)
    elif isinstance(finding.subject, Role) and set(RBAC_KINDS) <= set(rule.sees):
        found = _given(finding.resource, view)
    return tuple({(fact.text, id(fact.resource), fact.path): fact for fact in found}.values())


def _given(role: Resource, view: View) -> Iterator[Fact]:
    """To whom a role is given: what it allows is worth as much as they are."""
    for recipient in Recipients(view.access).of(role):
        grant = recipient.grant
        through = f' through ClusterRole "{recipient.via}", which gathers it,' if recipient.via else ""
        text = f"{named(grant.binding)} gives it{through} to {whom(grant.member)}"
        yield Fact(text, grant.binding, ("subjects", grant.member.index))
