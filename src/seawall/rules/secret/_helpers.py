"""What the rules on credentials share."""

from __future__ import annotations

from typing import Final

from seawall.core import Verdict
from seawall.model.secrets import Credential
from seawall.rules.spec import HIGH, MEDIUM, Evidence

MILDER: Final = {MEDIUM: "only its name makes it look like a credential"}
"""`Rule.otherwise` of a rule that is HIGH for values which show by themselves what they are."""


def leak(found: Credential, where: str, instead: str, *path: str | int) -> Evidence:
    """Evidence that tells kind and place of a credential and nothing of its value.

    A known format is worse than a telling name, because it is surely one.
    """
    message = f"holds what looks like {found.kind} in {where}; {instead}, and replace the credential"
    return Evidence(path, message, None, Verdict.FAIL, HIGH if found.sure else MEDIUM, secret=True)
