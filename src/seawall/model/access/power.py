"""How mighty a subject is, in one word: by what it can do (`might`), never by what its roles are called.

Source: Kubernetes, "Role Based Access Control Good Practices", "Kubernetes RBAC - privilege escalation risks".
"""

from __future__ import annotations

import enum
from typing import Final

import msgspec

from seawall.model.access.identity import Identity
from seawall.model.access.might import GRIPS, Admins, Grip, holds_of
from seawall.model.bindings import EVERYONE
from seawall.model.permissions import RBAC_GROUP, Answer


class Might(enum.IntEnum):
    """What a subject is worth to whoever takes it over; a larger value is worth more."""

    NONE = 0
    """Nothing beyond what every authenticated subject may."""
    SOME = 1
    """Rights of which none leads further by itself."""
    NAMESPACE = 2
    """Some namespace is its own: it reads the Secrets there, or runs or enters pods."""
    CLUSTER = 3
    """The cluster is within reach: the same everywhere, or rights that can be turned into any."""
    EVERYTHING = 4
    """Everything, as cluster-admin."""

    @property
    def label(self) -> str:
        """The words that reports print."""
        return _LABELS[self]


_LABELS: Final = {
    Might.NONE: "no rights of its own",
    Might.SOME: "some rights",
    Might.NAMESPACE: "owns a namespace",
    Might.CLUSTER: "can take the cluster",
    Might.EVERYTHING: "everything",
}

_WEBHOOKS: Final = "admissionregistration.k8s.io"
_ANYWHERE: Final = (
    *GRIPS,
    Grip("binds any role", (("bind", "clusterroles", RBAC_GROUP),)),
    Grip("escalates roles", (("escalate", "roles", RBAC_GROUP),)),
)
"""What makes a namespace one's own where it is held there, and the cluster where it is held everywhere."""
_EVERYWHERE: Final = (
    *_ANYWHERE,
    Grip("impersonates users", (("impersonate", "users", ""),)),
    Grip("impersonates groups", (("impersonate", "groups", ""),)),
    Grip("escalates cluster roles", (("escalate", "clusterroles", RBAC_GROUP),)),
    Grip("uses the kubelets", (("create", "nodes/proxy", ""), ("get", "nodes/proxy", ""))),
    Grip(
        "changes webhooks",
        tuple((verb, "mutatingwebhookconfigurations", _WEBHOOKS) for verb in ("create", "update", "patch")),
    ),
)
"""What makes the cluster one's own, held everywhere; in a namespace those of `_ANYWHERE` count."""


class Power(msgspec.Struct, frozen=True):
    """What a subject is worth, and by which of its rights."""

    might: Might
    means: tuple[str, ...] = ()
    """`reads every Secret everywhere`, `runs commands in other pods in shop`."""


def power_of(admins: Admins, who: Identity) -> Power:
    """What somebody surely can do; what is open counts for nothing here."""
    if who.is_master:
        return Power(Might.EVERYTHING, ("is a member of system:masters",))
    chain = admins.of(who)
    if chain is not None and chain.answer is Answer.YES:
        return Power(Might.EVERYTHING, (chain.text,))
    access = admins.access
    wide = [hold for hold in holds_of(access, who, _EVERYWHERE, shared=True) if hold.doubt is None]
    everywhere = tuple(f"{hold.grip.text} everywhere" for hold in wide if hold.namespace is None)
    if everywhere:
        return Power(Might.CLUSTER, everywhere)
    inside = tuple(f"{hold.grip.text} in {hold.namespace}" for hold in wide if hold.grip in _ANYWHERE)
    if inside:
        return Power(Might.NAMESPACE, inside)
    own = any((held.grant.member.kind, held.grant.member.name) not in EVERYONE for held in access.held(who))
    return Power(Might.SOME if own or access.grants.spaces(who) else Might.NONE)
