"""Who can reach a Service from outside of the cluster."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import Final

from seawall.core import Path, Unknown
from seawall.inventory import Tree
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Service

_TRUE: Final = frozenset({"true"})
_INTERNAL: Final[dict[str, frozenset[str] | None]] = {
    "service.beta.kubernetes.io/aws-load-balancer-internal": frozenset({"true", "0.0.0.0/0"}),
    "service.beta.kubernetes.io/aws-load-balancer-scheme": frozenset({"internal"}),
    "service.beta.kubernetes.io/azure-load-balancer-internal": _TRUE,
    "networking.gke.io/load-balancer-type": frozenset({"internal"}),
    "cloud.google.com/load-balancer-type": frozenset({"internal"}),
    "service.beta.kubernetes.io/openstack-internal-load-balancer": _TRUE,
    "service.beta.kubernetes.io/oci-load-balancer-internal": _TRUE,
    "oci-network-load-balancer.oraclecloud.com/internal": _TRUE,
    "service.kubernetes.io/ibm-load-balancer-cloud-provider-ip-type": frozenset({"private"}),
    "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-address-type": frozenset({"intranet"}),
    "service.kubernetes.io/qcloud-loadbalancer-internal-subnetid": None,
    "service.beta.kubernetes.io/do-loadbalancer-network": frozenset({"internal"}),
    "service.beta.kubernetes.io/scw-loadbalancer-private": _TRUE,
    "load-balancer.hetzner.cloud/disable-public-network": _TRUE,
}
"""Annotations of cloud providers that ask for a private load balancer, and their values (None: any)."""

_RANGES: Final = "service.beta.kubernetes.io/load-balancer-source-ranges"
_AWS_CLASS: Final = "service.k8s.aws/nlb"
"""The AWS Load Balancer Controller, whose load balancers are internal unless they say otherwise."""


def internal(service: Service) -> bool | Unknown:
    """Whether a cloud provider is asked for a load balancer on private addresses."""
    annotations = service.resource.annotations
    for key, values in _INTERNAL.items():
        value = annotations.get(key)
        if isinstance(value, str):
            if values is None or value.lower() in values:
                return True
            if has_placeholder(value):
                return Unknown(value)
    spec = spec_of(service.tree)
    scheme = annotations.get("service.beta.kubernetes.io/aws-load-balancer-scheme")
    balancer = spec.get("loadBalancerClass")
    return balancer if isinstance(balancer, Unknown) else balancer == _AWS_CLASS and scheme is None


def open_range(service: Service) -> tuple[Path, object]:
    """Where the source ranges let everybody in, and the range; an `Unknown` where that depends, None where closed."""
    field: Path = ("spec", "loadBalancerSourceRanges")
    ranges = spec_of(service.tree).get("loadBalancerSourceRanges")
    annotation = service.resource.annotations.get(_RANGES)
    if not isinstance(ranges, Unknown) and not ranges and isinstance(annotation, str) and annotation:
        field, ranges = ("metadata", "annotations", _RANGES), [part.strip() for part in annotation.split(",")]
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


def spec_of(tree: Tree) -> Tree:
    """`spec`, empty where it is absent or undecidable."""
    spec = tree.get("spec")
    return spec if isinstance(spec, dict) else {}
