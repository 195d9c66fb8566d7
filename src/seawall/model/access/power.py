"""How mighty a subject is by what it can do, never by what its roles are called.

Source: Kubernetes, "Role Based Access Control Good Practices", "Kubernetes RBAC - privilege escalation risks".
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Final

import msgspec

from seawall.model.access.access import Access
from seawall.model.access.identity import Identity
from seawall.model.permissions import RBAC_GROUP, Answer, Request, grants_everything


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

PRIMITIVES: Final = {
    "read Secrets": Request(verb="get", resource="secrets"),
    "list Secrets": Request(verb="list", resource="secrets"),
    "run pods": Request(verb="create", resource="pods"),
    "run Deployments": Request(verb="create", group="apps", resource="deployments"),
    "run DaemonSets": Request(verb="create", group="apps", resource="daemonsets"),
    "enter pods": Request(verb="create", resource="pods", subresource="exec"),
    "make tokens": Request(verb="create", resource="serviceaccounts", subresource="token"),
    "impersonate accounts": Request(verb="impersonate", resource="serviceaccounts"),
    "bind roles": Request(verb="bind", group=RBAC_GROUP, resource="clusterroles"),
    "escalate roles": Request(verb="escalate", group=RBAC_GROUP, resource="roles"),
}
"""What makes a namespace one's own where it is held there, and the cluster where it is held everywhere."""
_CLUSTER_WIDE: Final = {
    "impersonate users": Request(verb="impersonate", resource="users"),
    "impersonate groups": Request(verb="impersonate", resource="groups"),
    "escalate cluster roles": Request(verb="escalate", group=RBAC_GROUP, resource="clusterroles"),
    "use the kubelets": Request(verb="create", resource="nodes", subresource="proxy"),
    "change webhooks": Request(
        verb="update", group="admissionregistration.k8s.io", resource="mutatingwebhookconfigurations"
    ),
}


class Power(msgspec.Struct, frozen=True):
    """What a subject is worth, and by which of its rights."""

    might: Might
    means: tuple[str, ...] = ()
    """`read Secrets everywhere`, `run pods in shop`."""


def power_of(access: Access, who: Identity) -> Power:
    """What somebody surely can do; what is open counts for nothing here."""
    if who.is_master:
        return Power(Might.EVERYTHING, ("member of system:masters",))
    everywhere = access.held(who)
    if any(held.doubt is None and grants_everything(held.given.rule) is Answer.YES for held in everywhere):
        return Power(Might.EVERYTHING, ("every verb on every resource",))
    wide = tuple(_wide(access, who))
    if wide:
        return Power(Might.CLUSTER, wide)
    inside = tuple(_inside(access, who))
    if inside:
        return Power(Might.NAMESPACE, inside)
    own = any(_is_own(held.grant.member.kind, held.grant.member.name) for held in everywhere)
    return Power(Might.SOME if own or access.grants.spaces(who) else Might.NONE)


def _wide(access: Access, who: Identity) -> Iterator[str]:
    for text, request in (PRIMITIVES | _CLUSTER_WIDE).items():
        if _may(access, who, request):
            yield f"{text} everywhere"


def _inside(access: Access, who: Identity) -> Iterator[str]:
    for space in sorted(access.grants.spaces(who)):
        for text, request in PRIMITIVES.items():
            if _may(access, who, msgspec.structs.replace(request, namespace=space)):
                yield f"{text} in {space}"


def _may(access: Access, who: Identity, request: Request) -> bool:
    return access.review(who, request).answer is Answer.YES


def _is_own(kind: str, name: str) -> bool:
    """Whether a right is given to somebody in particular, not to all who have credentials."""
    return kind != "Group" or name not in ("system:authenticated", "system:serviceaccounts")
