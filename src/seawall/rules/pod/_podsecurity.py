"""What a Pod Security check says of a pod, as a rule's evidence."""

from __future__ import annotations

from seawall.core import Severity, Unknown, Verdict
from seawall.model.podsecurity import Violation
from seawall.rules.spec import Evidence, fail, unsure


def told(violation: Violation, message: str, severity: Severity | None = None) -> Evidence:
    """The evidence of a violation for a rule on PodTemplate: `message` where it surely is one, else what is unknown.

    An annotation of the pod has no path below the PodSpec: its evidence is about the pod as a whole.
    """
    path = () if violation.in_metadata else violation.path
    if violation.verdict is Verdict.UNKNOWN:
        value = violation.value
        return unsure(value if isinstance(value, Unknown) else Unknown(violation.shown), *path)
    return fail(message, *path, value=None if violation.in_metadata else violation.value, severity=severity)
