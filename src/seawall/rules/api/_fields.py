"""Which unknown fields matter for security."""

from __future__ import annotations

from seawall.core import Path

SECURITY_OBJECTS = frozenset(
    {
        *("securityContext", "capabilities", "seccompProfile", "appArmorProfile", "seLinuxOptions", "windowsOptions"),
        *("podSelector", "namespaceSelector", "ipBlock", "tls"),
    }
)
"""Objects below which every field decides what is allowed."""

SECURITY_FIELDS = frozenset(
    {
        *("allowPrivilegeEscalation", "automountServiceAccountToken", "capabilities", "hostIPC", "hostNetwork"),
        *("hostPID", "hostUsers", "loadBalancerSourceRanges", "policyTypes", "privileged", "procMount", "readOnly"),
        *("readOnlyRootFilesystem", "resources", "runAsGroup", "runAsNonRoot", "runAsUser", "runtimeClassName"),
        *("seccompProfile", "securityContext", "serviceAccountName"),
    }
)
"""Fields that decide what is allowed, wherever they stand."""


def guards(path: Path, hint: str) -> bool:
    """Whether an unknown field stands where, or is called almost like what, a restriction is set.

    `hint` is that of the issue: `did you mean "securityContext"?`.
    """
    key = str(path[-1])
    meant = hint.partition('"')[2].partition('"')[0]
    inside = next((step for step in reversed(path[:-1]) if isinstance(step, str)), "")
    return inside in SECURITY_OBJECTS or key in SECURITY_FIELDS or meant in SECURITY_FIELDS
