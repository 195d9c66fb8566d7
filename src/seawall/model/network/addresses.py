"""Sets of IP addresses: intervals of numbers for each of the two families, which never meet."""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from seawall.model.network.intervals import Intervals, common, united, without
from seawall.model.permissions import Answer

_LAST4, _LAST6 = 2**32 - 1, 2**128 - 1


class AddressSet(msgspec.Struct, frozen=True, gc=False):
    """Addresses of IPv4 and IPv6, as numbers; an IPv4-mapped IPv6 address is the IPv4 address."""

    v4: Intervals = ()
    v6: Intervals = ()

    def __bool__(self) -> bool:
        return bool(self.v4 or self.v6)

    def __or__(self, other: AddressSet) -> AddressSet:
        return AddressSet(united(self.v4 + other.v4), united(self.v6 + other.v6))

    def __and__(self, other: AddressSet) -> AddressSet:
        return AddressSet(common(self.v4, other.v4), common(self.v6, other.v6))

    def __sub__(self, other: AddressSet) -> AddressSet:
        return AddressSet(without(self.v4, other.v4), without(self.v6, other.v6))

    def within(self, other: AddressSet) -> Answer:
        """Whether an address of which only this set is known is one of the other's; no address at all is in none."""
        found = self & other
        if not found:
            return Answer.NO
        return Answer.YES if found == self else Answer.UNKNOWN

    def __str__(self) -> str:
        return ", ".join(str(network) for network in self.networks())

    def networks(self) -> Iterator[ipaddress.IPv4Network | ipaddress.IPv6Network]:
        """The set as the fewest CIDR blocks."""
        for low, high in self.v4:
            yield from ipaddress.summarize_address_range(ipaddress.IPv4Address(low), ipaddress.IPv4Address(high))
        for low, high in self.v6:
            yield from ipaddress.summarize_address_range(ipaddress.IPv6Address(low), ipaddress.IPv6Address(high))


EVERY4: Final = AddressSet(v4=((0, _LAST4),))
EVERY6: Final = AddressSet(v6=((0, _LAST6),))
EVERY: Final = EVERY4 | EVERY6


def block(text: str) -> AddressSet | None:
    """The addresses of a CIDR block, or of one address; None where the text is neither.

    Bits below the prefix are ignored and leading zeros of IPv4 are decimal, as Kubernetes takes them in objects that
    it stored before it refused them (`k8s.io/utils/net`, ParseCIDRSloppy).
    """
    text = re.sub(r"(?<![\d:a-fA-F])0+(?=\d)", "", text.strip()) if ":" not in text else text.strip()
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None
    low, high = int(network.network_address), int(network.broadcast_address)
    if isinstance(network, ipaddress.IPv4Network):
        return AddressSet(v4=((low, high),))
    mapped = network.network_address.ipv4_mapped
    if mapped is not None and network.prefixlen >= 96:
        return AddressSet(v4=((int(mapped), int(mapped) + high - low),))
    return AddressSet(v6=((low, high),))


def blocks(texts: Iterable[str]) -> AddressSet:
    """The addresses of several blocks; texts that are none are left out."""
    found = AddressSet()
    for text in texts:
        found = found | (block(text) or AddressSet())
    return found


_NOT_PUBLIC: Final = (
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
    "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3",
    "2001:db8::/32", "3fff::/20",
)  # fmt: skip


@functools.cache
def internet() -> AddressSet:
    """Every public address: IPv4 without the special-purpose blocks, and IPv6's 2000::/3 (IANA registries)."""
    return (EVERY4 | blocks(["2000::/3"])) - blocks(_NOT_PUBLIC)


def cut(addresses: AddressSet, others: Iterable[AddressSet]) -> list[AddressSet]:
    """The addresses in the fewest parts such that each of the others holds a part whole or not at all."""
    parts = [part for part in (addresses & EVERY4, addresses & EVERY6) if part]
    for other in dict.fromkeys(others):
        parts = [piece for part in parts for piece in (part & other, part - other) if piece]
    return parts
