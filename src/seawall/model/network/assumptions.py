"""What network policies leave to the plugin or to the cluster, by name, and what known plugins make of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from seawall.errors import UsageError
from seawall.model.network.addresses import AddressSet, block

_YES_NO: Final = ("yes", "no")

NAMES: Final[dict[str, tuple[str, ...]]] = {
    "ipblock-matches-pods": _YES_NO,
    "ipblock-matches-nodes": _YES_NO,
    "host-network-pods": ("unselected", "selected"),
    "domain-names-match-cluster": _YES_NO,
    "same-node": _YES_NO,
    "service-keeps-source": _YES_NO,
    "pod-families": ("IPv4", "IPv6", "dual"),
    "policies-enforced": _YES_NO,
}
"""Each assumption of a few words and the words.

Unset means unknown, but that policies are enforced and that pods have the families that the estate tells of, else IPv4.
"""
_LISTS: Final = ("pod-cidrs", "node-cidrs")

PLUGINS: Final[dict[str, dict[str, str]]] = {
    "none": {"policies-enforced": "no"},
    "flannel": {"policies-enforced": "no"},
    "calico": {"ipblock-matches-pods": "yes", "ipblock-matches-nodes": "yes", "host-network-pods": "unselected"},
    "cilium": {"ipblock-matches-pods": "no", "ipblock-matches-nodes": "no", "host-network-pods": "unselected"},
    "antrea": {"ipblock-matches-pods": "yes", "ipblock-matches-nodes": "yes", "host-network-pods": "unselected"},
    "kube-router": {"ipblock-matches-pods": "yes", "ipblock-matches-nodes": "yes", "host-network-pods": "unselected"},
    "ovn-kubernetes": {
        "ipblock-matches-pods": "yes",
        "ipblock-matches-nodes": "yes",
        "host-network-pods": "unselected",
    },
}
"""What each plugin makes of NetworkPolicy v1 in its default configuration, as of November 2026.

Sources: docs.cilium.io, "Layer 3 Policies" (rules of CIDR blocks do not apply to endpoints, and to nodes only with
`policy-cidr-match-mode: nodes`; host-networked pods bear the host's identity); docs.tigera.io, "Network policy" (rules
match the addresses of packets; host-networked pods are covered by HostEndpoints only); antrea.io, kube-router.io and
ovn-kubernetes.io, "Network Policy"; flannel's README (it does not look at policies).
"""


class Assumptions(msgspec.Struct, frozen=True):
    """What is settled; everything else is as unknown as the APIs leave it."""

    words: tuple[tuple[str, str], ...] = ()
    """(name, word), sorted; names are those of `NAMES`."""
    pod_cidrs: AddressSet | None = None
    """Every address that a pod may have; None where nobody says."""
    node_cidrs: AddressSet | None = None
    """Every address that a node may have; None where nobody says."""

    def get(self, name: str) -> str | None:
        """The word of an assumption; None where it is open."""
        return next((word for each, word in self.words if each == name), None)

    @property
    def enforced(self) -> bool:
        """Whether the plugin enforces policies: it does unless somebody says that it does not."""
        return self.get("policies-enforced") != "no"

    def replace(self, name: str, word: str | None) -> Assumptions:
        """The same with another word for one assumption, or with none."""
        kept = {each: held for each, held in self.words if each != name}
        if word is not None:
            kept[name] = word
        return msgspec.structs.replace(self, words=tuple(sorted(kept.items())))


def assumptions(texts: Iterable[str] = (), cni: str | None = None) -> Assumptions:
    """What `--assume NAME=VALUE` says, laid over what a plugin is known for.

    Raises:
        UsageError: there is no such assumption, value or plugin.
    """
    words: dict[str, str] = dict(_plugin(cni)) if cni else {}
    lists: dict[str, AddressSet] = {}
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if name in _LISTS and equals:
            lists[name] = lists.get(name, AddressSet()) | _addresses(name, value)
        elif name in NAMES and value in NAMES[name]:
            words[name] = value
        elif name in NAMES:
            raise UsageError(f"'{text}' gives {name} no value that it has", f"Take {' or '.join(NAMES[name])}")
        else:
            known = ", ".join((*NAMES, *_LISTS))
            raise UsageError(f"there is no assumption '{text}'", f"Write NAME=VALUE; the names are {known}")
    return Assumptions(tuple(sorted(words.items())), lists.get("pod-cidrs"), lists.get("node-cidrs"))


def _plugin(cni: str) -> dict[str, str]:
    if cni.casefold() not in PLUGINS:
        message = f"'{cni}' is no network plugin that Seawall knows"
        raise UsageError(message, f"Take one of {', '.join(PLUGINS)}; or settle single assumptions with --assume")
    return PLUGINS[cni.casefold()]


def _addresses(name: str, text: str) -> AddressSet:
    found = AddressSet()
    for part in text.split(","):
        one = block(part)
        if one is None:
            raise UsageError(f"'{part}' in {name} is no CIDR block", "Write it as 10.244.0.0/16,fd00::/48")
        found = found | one
    return found
