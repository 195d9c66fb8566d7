"""What the answer to "what can the outside reach" is made of: a way in, and what it leads to."""

from __future__ import annotations

import enum
from typing import Final

import msgspec

from seawall.core import Path, Unknown, dig
from seawall.inventory import Resource
from seawall.inventory.placeholders import has_placeholder
from seawall.model.facts import Fact
from seawall.model.permissions import Answer
from seawall.model.subjects import PodTemplate


class Reach(enum.IntEnum):
    """From how far away an address answers; a larger value is more exposed."""

    CLUSTER = 1
    """From pods and nodes of the cluster only."""
    PRIVATE = 2
    """From the private network that the load balancer or address belongs to."""
    NODES = 3
    """From wherever the nodes' own addresses can be reached: their network, and its firewall, decide."""
    UNKNOWN = 4
    """Cannot be decided from here."""
    INTERNET = 5

    @property
    def label(self) -> str:
        """The words that reports print."""
        return _REACHES[self]


_REACHES: Final = {
    Reach.CLUSTER: "cluster only",
    Reach.PRIVATE: "private network",
    Reach.NODES: "node network",
    Reach.UNKNOWN: "unknown",
    Reach.INTERNET: "internet",
}


class Entry(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A way in: an address outside of the pod network, and who may use it."""

    how: str
    """`LoadBalancer`, `NodePort`, `externalIPs`, `Ingress`, `HTTPRoute`, `hostPort`, `hostNetwork`, ..."""
    resource: Resource
    """The object that opens it."""
    address: str
    """A host, an address, or words such as `every node`."""
    port: str
    """A number, a placeholder, or words such as `a port that the cluster picks`; empty where it is not known."""
    protocol: str
    """`TCP`, `UDP`, `SCTP`, `HTTP`, `HTTPS` or `TLS`."""
    paths: tuple[str, ...] = ()
    """The URL paths, of HTTP only; empty: all."""
    reach: Reach
    sources: tuple[str, ...] | Unknown = ()
    """The CIDRs that are let in; empty: everyone."""
    tls: Answer = Answer.UNKNOWN
    """Whether the traffic from outside is encrypted; unknown where the pod decides."""
    proxies: tuple[Resource, ...] = ()
    """The workloads that pass the traffic on (`caller` is `proxied`); empty: they were not read."""
    caller: str = ""
    """What stands between the caller's address and the pod: `kept`, `replaced`, `proxied`; empty: not known."""
    via: tuple[Fact, ...] = ()
    """The objects on the way, the outermost first."""
    assumes: tuple[str, ...] = ()
    """What was taken for true and stands in no manifest, each a sentence without its full stop."""


class Target(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """What an entry leads to: one workload and its port, or the reason why none is known."""

    answer: Answer
    """Whether traffic gets there: NO for a dead end."""
    pod: PodTemplate | None = None
    """The workload's pods; None where the entry leads to none, or to something outside of the cluster's pods."""
    port: str = ""
    """The pod's port: a number or a placeholder; empty where it is not known or there is no pod."""
    text: str = ""
    """What it leads to where that is no pod: `the name db.example.com`; empty for pods and dead ends."""
    why: str = ""
    """What leaves the answer open, or makes it a no; a sentence without its full stop, empty for a yes."""
    via: tuple[Fact, ...] = ()
    """The rest of the way: the Service, its selector."""

    @property
    def namespace(self) -> str | None:
        """The namespace of the workload, `default` where it says none; None where there is no pod."""
        return None if self.pod is None else namespace_of(self.pod.resource)


class Let(msgspec.Struct, frozen=True, eq=False):
    """What network policies make of a way in."""

    answer: Answer
    """Whether they let in some of those whom the way lets in."""
    why: str
    """A sentence without its full stop."""
    because: tuple[Fact, ...] = ()
    """The policies that decide."""


class Exposure(msgspec.Struct, frozen=True, eq=False):
    """One row: a way in and what it leads to."""

    entry: Entry
    target: Target
    let: Let | None = None
    """What network policies make of it; None where no policy that was read is about the pods, or nobody asked."""

    @property
    def answer(self) -> Answer:
        """Whether traffic gets to the workload: the way has to lead there, and policies have to let it in."""
        return self.target.answer if self.let is None else min(self.target.answer, self.let.answer)

    @property
    def reach(self) -> Reach:
        """From where the target can be reached; for a dead end from nowhere, which sorts last."""
        return self.entry.reach

    @property
    def via(self) -> tuple[Fact, ...]:
        """The whole chain, from the outside in."""
        return (*self.entry.via, *self.target.via)

    @property
    def namespace(self) -> str:
        """The namespace that the row is about: the workload's, else that of the object that opens the way."""
        return self.target.namespace or namespace_of(self.entry.resource)


class Exposed(msgspec.Struct, frozen=True, eq=False):
    """Everything that the outside can reach, the most exposed first, and what was not followed."""

    rows: tuple[Exposure, ...]
    not_followed: tuple[tuple[str, str], ...] = ()
    """Objects that open ways which nobody looked at, and why."""
    left_out: tuple[tuple[str, str], ...] = ()
    """What is not written where it was looked for, and why."""


def namespace_of(resource: Resource) -> str:
    """The namespace of an object; `default` where it says none."""
    return resource.namespace or "default"


def named(resource: Resource) -> str:
    """How a fact names an object: `Service "shop/cart"`."""
    name = f"{resource.namespace}/{resource.name}" if resource.namespace else resource.name
    return f'{resource.kind} "{name}"'


def read(tree: object, *keys: str | int) -> object:
    """The value at `keys`; an `Unknown` where it, or the way to it, is filled in later.

    For custom resources too, of which nobody settles the values: a placeholder there still stands as a text.
    """
    for key in keys:
        if isinstance(tree, str) and has_placeholder(tree):
            return Unknown(tree)
        tree = dig(tree, key)
    return Unknown(tree) if isinstance(tree, str) and has_placeholder(tree) else tree


def text_of(value: object, absent: str = "") -> str:
    """A name or a number as people see it: a placeholder keeps the text of the source."""
    if isinstance(value, Unknown):
        return value.text or absent
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else absent


def is_word(value: object, *words: str) -> Answer:
    """Whether a value is one of some words: unknown while it is filled in later."""
    if isinstance(value, Unknown):
        return Answer.UNKNOWN
    return Answer.YES if isinstance(value, str) and value in words else Answer.NO


def fact(text: str, resource: Resource, *path: str | int) -> Fact:
    """A step of the way that an object says."""
    at: Path = path
    return Fact(text, resource, at)
