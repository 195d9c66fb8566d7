"""One frozen form for every kind of policy that is worked out: a subject, a tier, and the rules of each direction."""

from __future__ import annotations

import enum
from typing import Final, NamedTuple

import msgspec

from seawall.core import Path
from seawall.inventory import Resource
from seawall.model.network.addresses import AddressSet
from seawall.model.network.ports import ALL, NONE, PortSet
from seawall.model.permissions import Answer

INGRESS: Final = "ingress"
EGRESS: Final = "egress"


class Action(enum.Enum):
    """What a rule does with the connections that it matches."""

    ALLOW = "Allow"
    DENY = "Deny"
    PASS = "Pass"
    """Leaves them to the next tier."""


class Tier(enum.IntEnum):
    """The tiers in the order in which they are asked."""

    ADMIN = 0
    NETWORK = 1
    BASELINE = 2


class PodPeer(NamedTuple):
    """Pods of some namespaces, by labels."""

    namespace: str | None
    """The one namespace; None where `namespaces` selects them."""
    namespaces: object
    """A label selector of namespaces; an empty one is every namespace."""
    pods: object
    """A label selector of pods; None and an empty one are every pod."""

    @property
    def key(self) -> str:
        """Equal for peers that select the same."""
        return f"{self.namespace!r} {self.namespaces!r} {self.pods!r}"


class NamedPort(NamedTuple):
    """A port by the name that containers of the destination give it."""

    name: str
    protocol: str | None
    """None where every protocol counts."""


class PortMatch(msgspec.Struct, frozen=True):
    """The ports of a rule, before the destination is known."""

    sure: PortSet = NONE
    may: PortSet = NONE
    """With those of `sure`; the others depend on what is filled in later."""
    names: tuple[NamedPort, ...] = ()


EVERY_PORT: Final = PortMatch(ALL, ALL)
SOME_PORT: Final = PortMatch(NONE, ALL)
"""Which ports is undecided."""


class Peers(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """Whom a rule is about: whoever one of its parts matches."""

    everyone: Answer = Answer.NO
    """Whether it matches anybody, addresses too; UNKNOWN where it may match anybody."""
    pods: tuple[PodPeer, ...] = ()
    blocks: AddressSet = AddressSet()
    may_blocks: AddressSet = AddressSet()
    """Addresses that it matches if what is filled in later is so; with those of `blocks`."""
    nodes: tuple[object, ...] = ()
    """Label selectors of nodes."""
    domains: tuple[str, ...] = ()
    """Names of DNS, of which the addresses are not known."""
    key: str = ""
    """Equal for peers that match the same."""


EVERYONE: Final = Peers(everyone=Answer.YES, key="everyone")
NOBODY: Final = Peers(key="nobody")
SOMEBODY: Final = Peers(everyone=Answer.UNKNOWN, key="somebody")


class Rule(msgspec.Struct, frozen=True, eq=False):
    """One rule of one direction."""

    peers: Peers
    ports: PortMatch
    path: Path
    """Where it stands in the policy."""
    action: Action | None = Action.ALLOW
    """None where it is filled in later."""
    note: str = ""
    """What of the rule is not as it is written, completing a sentence about it; empty mostly."""


class Policy(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A policy that was read; two of them are never equal."""

    resource: Resource
    tier: Tier
    subject: tuple[PodPeer, ...]
    """The pods that it is about: those of any of the peers."""
    certain: bool = True
    """Whether the subject can be told; else each pod that it names may be one and may be none."""
    priority: int | None = 0
    """Lower goes first within the tier; None where it cannot be told."""
    limits: tuple[Answer, Answer] = (Answer.YES, Answer.YES)
    """Whether it is about ingress and about egress."""
    ingress: tuple[Rule, ...] = ()
    egress: tuple[Rule, ...] = ()

    @property
    def label(self) -> str:
        """`NetworkPolicy "shop/web"`, `ClusterNetworkPolicy "base"`."""
        resource = self.resource
        name = f"{resource.namespace or 'default'}/{resource.name}" if self.tier is Tier.NETWORK else resource.name
        return f'{resource.kind} "{name}"'

    def rules(self, direction: str) -> tuple[Rule, ...]:
        """Its rules of `INGRESS` or `EGRESS`, in order."""
        return self.ingress if direction == INGRESS else self.egress

    def limiting(self, direction: str) -> Answer:
        """Whether it is about `INGRESS` or `EGRESS`."""
        return self.limits[direction == EGRESS]
