"""What else decides a finding: facts that stand in other objects than its own."""

from __future__ import annotations

from seawall.findings.finding import Finding
from seawall.model import Estate, View
from seawall.model.facts import Fact


def because(finding: Finding, estate: Estate) -> tuple[Fact, ...]:
    """The facts, each once, in the order in which the rule tells them; none where the object alone decides.

    `estate` is of the inventory that the finding was made from.
    """
    rule = finding.rule
    if rule.because is None:
        return ()
    found = rule.because(finding.subject, View(estate, rule.sees), finding.evidence)
    return tuple({(fact.text, id(fact.resource), fact.path): fact for fact in found}.values())
