"""What the labels of a Namespace make the Pod Security admission plugin do.

Source: k8s.io/pod-security-admission `api/constants.go` and `api/helpers.go`.
"""

from __future__ import annotations

from typing import Final

from seawall.core import Unknown
from seawall.inventory.placeholders import has_placeholder
from seawall.model.podsecurity.registry import Level

PREFIX: Final = "pod-security.kubernetes.io/"
ENFORCE: Final = f"{PREFIX}enforce"
"""The label whose level pods are refused by."""


def level_of(value: object) -> Level | None:
    """The level that a label stands for; None where it is filled in later.

    Without the label it is `privileged`; a word that is no level is taken for `restricted`.
    """
    if isinstance(value, Unknown) or (isinstance(value, str) and has_placeholder(value)):
        return None
    if value is None:
        return Level.PRIVILEGED
    return next((level for level in Level if level.label == value), Level.RESTRICTED)
