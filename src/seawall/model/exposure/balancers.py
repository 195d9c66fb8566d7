"""What a load balancer of a Service is told: private addresses or public ones, and whom to let in.

The one table of cloud providers' annotations: rules, `seawall exposed` and whoever else wants to know ask it.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from seawall.core import Path, Unknown, dig, items
from seawall.inventory import Resource
from seawall.inventory.placeholders import has_placeholder

_TRUE: Final = frozenset({"true"})
_SCHEME: Final = "service.beta.kubernetes.io/aws-load-balancer-scheme"
_AWS_INTERNAL: Final = "service.beta.kubernetes.io/aws-load-balancer-internal"
_AWS_TYPE: Final = "service.beta.kubernetes.io/aws-load-balancer-type"

INTERNAL: Final[dict[str, frozenset[str] | None]] = {
    # Amazon: the provider's own controller, and the AWS Load Balancer Controller
    _AWS_INTERNAL: frozenset({"true", "0.0.0.0/0"}),
    _SCHEME: frozenset({"internal"}),
    # Microsoft
    "service.beta.kubernetes.io/azure-load-balancer-internal": _TRUE,
    # Google
    "networking.gke.io/load-balancer-type": frozenset({"internal"}),
    "cloud.google.com/load-balancer-type": frozenset({"internal"}),
    # OpenStack, and the clouds made of it
    "service.beta.kubernetes.io/openstack-internal-load-balancer": _TRUE,
    # Oracle
    "service.beta.kubernetes.io/oci-load-balancer-internal": _TRUE,
    "oci-network-load-balancer.oraclecloud.com/internal": _TRUE,
    # IBM
    "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type": frozenset({"private"}),
    # Alibaba
    "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": frozenset({"intranet"}),
    "service.beta.kubernetes.io/alicloud-loadbalancer-address-type": frozenset({"intranet"}),
    # Tencent
    "service.kubernetes.io/qcloud-loadbalancer-internal-subnetid": None,
    # Baidu
    "service.beta.kubernetes.io/cce-load-balancer-internal-vpc": _TRUE,
    # Yandex
    "yandex.cloud/load-balancer-type": frozenset({"internal"}),
    # DigitalOcean, Scaleway, Hetzner
    "service.beta.kubernetes.io/do-loadbalancer-network": frozenset({"internal"}),
    "service.beta.kubernetes.io/scw-loadbalancer-private": _TRUE,
    "load-balancer.hetzner.cloud/disable-public-network": _TRUE,
}
"""Annotations of cloud providers that ask for a private load balancer, and their values (None: any).

Sources: Kubernetes docs, "Service", internal load balancer; the documentation of each provider's controller.
"""

_PRIVATE_UNLESS_SAID: Final = frozenset({"service.k8s.aws/nlb", "eks.amazonaws.com/nlb"})
"""Classes whose load balancers are internal unless a scheme says otherwise (AWS Load Balancer Controller, NLB)."""
_PRIVATE: Final = frozenset({"networking.gke.io/l4-regional-internal", "tailscale"})
"""Classes that only ever give private addresses."""
_OWN_CONTROLLER: Final = frozenset({"external", "nlb-ip"})
"""Values of `aws-load-balancer-type` that hand the Service to the AWS Load Balancer Controller."""

_ADDRESSES: Final = (
    "metallb.io/loadBalancerIPs",
    "metallb.universe.tf/loadBalancerIPs",
    "lbipam.cilium.io/ips",
    "io.cilium/lb-ipam-ips",
    "kube-vip.io/loadbalancerIPs",
    "service.beta.kubernetes.io/azure-load-balancer-ipv4",
    "service.beta.kubernetes.io/azure-load-balancer-ipv6",
)
"""Annotations that ask for addresses, separated by commas."""

_RANGES: Final = ("service.beta.kubernetes.io/load-balancer-source-ranges",)
_CERTIFICATES: Final = (
    "service.beta.kubernetes.io/aws-load-balancer-ssl-cert",
    "service.beta.kubernetes.io/oci-load-balancer-tls-secret",
    "service.beta.kubernetes.io/do-loadbalancer-certificate-id",
)
"""Annotations that give the load balancer a certificate, so that it ends TLS itself."""


class Private(NamedTuple):
    """Whether a load balancer has private addresses only, and what says so."""

    answer: bool | Unknown
    path: Path = ()
    """Where in the Service that stands; empty for a no that nothing says."""
    why: str = ""
    """What makes it private, or public: `annotation "..." is internal`."""


def private(resource: Resource) -> Private:
    """What a Service of type LoadBalancer says of its addresses; a no is the default of most providers."""
    whole = dig(resource.tree, "metadata", "annotations")
    if isinstance(whole, Unknown):
        return Private(whole, ("metadata", "annotations"))
    found = by_annotations(resource.annotations)
    if found.path:
        return found
    spec = dig(resource.tree, "spec")
    balancer = dig(spec, "loadBalancerClass")
    if isinstance(balancer, Unknown):
        return Private(balancer, ("spec", "loadBalancerClass"))
    scheme = resource.annotations.get(_SCHEME)
    if isinstance(balancer, str):
        default = balancer in _PRIVATE_UNLESS_SAID and scheme is None
        if default or balancer in _PRIVATE:
            return Private(True, ("spec", "loadBalancerClass"), f'class "{balancer}" gives private addresses')
    addresses = list(_wanted_addresses(resource))
    if addresses and all(is_private(text) for text, _ in addresses):
        return Private(True, addresses[0][1], f"asks for address {addresses[0][0]}, a private one")
    return Private(False)


def by_annotations(annotations: Mapping[str, object]) -> Private:
    """What annotations ask of a cloud provider, on a Service or on what becomes one; a no without a place: nothing."""
    for key, values in INTERNAL.items():
        value = annotations.get(key)
        path: Path = ("metadata", "annotations", key)
        if isinstance(value, str):
            if values is None or value.lower() in values:
                return Private(True, path, f'annotation "{key}" is {value}')
            if has_placeholder(value):
                return Private(Unknown(value), path)
    kind = annotations.get(_AWS_TYPE)
    if isinstance(kind, str) and kind in _OWN_CONTROLLER and not {_SCHEME, _AWS_INTERNAL} & annotations.keys():
        why = "the AWS Load Balancer Controller gives private addresses unless a scheme says otherwise"
        return Private(True, ("metadata", "annotations", _AWS_TYPE), why)
    if isinstance(annotations.get(_SCHEME), str):
        return Private(False, ("metadata", "annotations", _SCHEME), f"its scheme is {annotations[_SCHEME]}")
    return Private(False)


def _wanted_addresses(resource: Resource) -> Iterator[tuple[str, Path]]:
    address = dig(resource.tree, "spec", "loadBalancerIP")
    if isinstance(address, str) and address:
        yield address, ("spec", "loadBalancerIP")
    for key in _ADDRESSES:
        value = resource.annotations.get(key)
        for part in value.split(",") if isinstance(value, str) else ():
            yield part.strip(), ("metadata", "annotations", key)


def given_addresses(resource: Resource) -> list[str]:
    """The addresses and names in `status.loadBalancer.ingress` of a Service, an Ingress: what a cluster really gave."""
    listed = dig(resource.tree, "status", "loadBalancer", "ingress")
    found = (dig(entry, key) for _, entry in items(listed) for key in ("ip", "hostname"))
    return [text for text in found if isinstance(text, str) and text]


def wanted_addresses(resource: Resource) -> list[str]:
    """The addresses that a Service asks for, in `spec.loadBalancerIP` or by annotation."""
    return [text for text, _ in _wanted_addresses(resource)]


def certificate(resource: Resource) -> str | None:
    """The annotation that makes the load balancer end TLS itself; None where there is none."""
    return next((key for key in _CERTIFICATES if resource.annotations.get(key)), None)


def is_private(text: str) -> bool:
    """Whether a text is an address that the internet does not route; False for a name."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        # Amazon's names say it: `internal-NAME-NUMBER.REGION.elb.amazonaws.com`.
        return text.startswith("internal-") and text.endswith(".elb.amazonaws.com")
    return address.is_private and not any(address in network for network in _EXAMPLES)


_EXAMPLES: Final = tuple(
    map(ipaddress.ip_network, ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32"))
)
"""Addresses reserved for documentation: they stand for public ones in every manual."""


def source_ranges(resource: Resource) -> tuple[Path, object]:
    """Where a Service says whom its load balancer lets in, and the list; no list is everyone.

    The annotation is the older way and counts only where the field is empty. A provider may honour neither.
    """
    field: Path = ("spec", "loadBalancerSourceRanges")
    ranges = dig(resource.tree, *field)
    if isinstance(ranges, Unknown) or ranges:
        return field, ranges
    for key in _RANGES:
        annotation = resource.annotations.get(key)
        if isinstance(annotation, str) and annotation:
            return ("metadata", "annotations", key), [part.strip() for part in annotation.split(",")]
    return field, ranges


def open_range(resource: Resource) -> tuple[Path, object]:
    """Where the source ranges let everybody in, and the range; an `Unknown` where that depends, None where closed."""
    field, ranges = source_ranges(resource)
    if isinstance(ranges, Unknown):
        return field, ranges
    if not isinstance(ranges, list) or not ranges:
        return field, "every address"
    found = everyone([entry for entry in ranges if isinstance(entry, str)])
    if found is not None:
        return field, found
    holes = (
        entry for entry in ranges if isinstance(entry, Unknown) or (isinstance(entry, str) and has_placeholder(entry))
    )
    unsettled = next(holes, None)
    return field, Unknown(unsettled) if isinstance(unsettled, str) else unsettled


def everyone(cidrs: Iterable[str]) -> str | None:
    """The ranges that are all of IPv4 or IPv6, one alone or several together, as a text; None where none are."""
    networks = [(cidr.strip(), network) for cidr in cidrs if (network := _network(cidr)) is not None]
    for cidr, network in networks:
        if network.prefixlen == 0:
            return cidr
    old = {cidr: network for cidr, network in networks if isinstance(network, ipaddress.IPv4Network)}
    new = {cidr: network for cidr, network in networks if isinstance(network, ipaddress.IPv6Network)}
    merged = ((old, ipaddress.collapse_addresses(old.values())), (new, ipaddress.collapse_addresses(new.values())))
    return next((" and ".join(named) for named, found in merged if any(n.prefixlen == 0 for n in found)), None)


def _network(cidr: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(cidr.strip(), strict=False)
    except ValueError:
        return None
