"""Kinds of network policy besides Kubernetes' own."""

from __future__ import annotations

from typing import Final

from seawall.core import Unknown
from seawall.model import View
from seawall.rules.spec import Evidence, unsure

NAMESPACED: Final = ("NetworkPolicy", "CiliumNetworkPolicy")
"""Kinds that stand in the namespace they are about; Calico calls its own NetworkPolicy too."""

CLUSTER_WIDE: Final = (
    "AdminNetworkPolicy",
    "BaselineAdminNetworkPolicy",
    "CiliumClusterwideNetworkPolicy",
    "ClusterNetworkPolicy",
    "GlobalNetworkPolicy",
)
"""Kinds that select namespaces or pods of the whole cluster; what each selects is not worked out here."""


def perhaps_covered(view: View) -> Evidence | None:
    """The verdict where a policy for the whole cluster may cover a namespace; None where there is none."""
    for kind in CLUSTER_WIDE:
        for policy in view.of(kind):
            return unsure(Unknown(f'{kind} "{policy.name}"', "which namespaces it covers is not worked out"))
    return None
