"""What the outside meets first, and the cloud around the cluster."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Unknown, dig, items
from seawall.inventory import Resource
from seawall.model.estate import Estate
from seawall.model.facts import Fact
from seawall.model.layers.products import bringing, seen_of
from seawall.model.layers.sighting import Probe, Seen, called, counted, facts, first, objects, of_kinds, settled

_METADATA: Final = ("169.254.169.254", "fd00:ec2::254", "fd20:ce::254")
"""The addresses under which clouds tell a machine about itself: all of them; AWS; Google Cloud."""

_IDENTITIES: Final = {
    "eks.amazonaws.com/role-arn": "AWS role",
    "iam.gke.io/gcp-service-account": "Google service account",
    "azure.workload.identity/client-id": "Azure identity",
}
"""Annotation of a ServiceAccount -> what it stands for in the cloud."""

_GATEWAY: Final = "gateway.networking.k8s.io"
_ROUTES: Final = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")


def _services(estate: Estate) -> Seen:
    """The Services that are open to the outside by their type, or by addresses of their own choice."""
    found: list[Fact] = []
    undecided = 0
    kinds: dict[str, int] = {}
    for service in of_kinds(estate, ("", "Service")):
        kind = dig(service.tree, "spec", "type")
        external = dig(service.tree, "spec", "externalIPs")
        if not settled(kind):
            undecided += 1
        elif kind in ("LoadBalancer", "NodePort"):
            kinds[str(kind)] = kinds.get(str(kind), 0) + 1
            found.append(Fact(f"{called(service)} is a {kind}", service, ("spec", "type")))
        elif isinstance(external, Unknown):
            undecided += 1
        elif external:
            kinds["external IP"] = kinds.get("external IP", 0) + 1
            found.append(Fact(f"{called(service)} has external IPs", service, ("spec", "externalIPs")))
    told = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items()))
    return Seen(told, len(found), undecided=undecided, facts=first(found))


def _ingress(estate: Estate) -> Seen:
    found = of_kinds(estate, ("networking.k8s.io", "Ingress"), ("extensions", "Ingress"))
    proxies = bringing(estate, "ingress")
    with_tls = sum(bool(items(dig(ingress.tree, "spec", "tls"))) for ingress in found)
    parts = [f"{counted(len(found), 'Ingress', 'Ingresses')}, {with_tls} with TLS"] if found else []
    parts += [f"proxy: {', '.join(each.product.name for each in proxies)}"] if proxies else []
    return Seen("; ".join(parts), len(found) + len(proxies), facts=first((*facts(found), *seen_of(proxies).facts)))


def _gateway(estate: Estate) -> Seen:
    gateways = of_kinds(estate, (_GATEWAY, "Gateway"))
    routes = of_kinds(estate, *((_GATEWAY, kind) for kind in _ROUTES))
    if not gateways and not routes:
        return Seen()
    told = f"{counted(len(gateways), 'Gateway')}, {counted(len(routes), 'route')}"
    return Seen(told, len(gateways) + len(routes), facts=facts((*gateways, *routes)))


def _metadata(estate: Estate) -> Seen:
    """NetworkPolicies that except the metadata address from what they let out."""
    found = [fact for policy in of_kinds(estate, ("networking.k8s.io", "NetworkPolicy")) for fact in _excepts(policy)]
    told = f"{counted(len(found), 'policy', 'policies')} with an exception for it" if found else ""
    return Seen(told, len(found), complete=False, facts=first(found))


def _excepts(policy: Resource) -> Iterator[Fact]:
    for rule, entry in items(dig(policy.tree, "spec", "egress")):
        for peer, target in items(dig(entry, "to")):
            for index, block in items(dig(target, "ipBlock", "except")):
                if isinstance(block, str) and block.partition("/")[0] in _METADATA:
                    path = ("spec", "egress", rule, "to", peer, "ipBlock", "except", index)
                    yield Fact(f"{called(policy)} leaves out {block}", policy, path)
                    return


def _workload_identity(estate: Estate) -> Seen:
    found = [
        Fact(f"{called(account)}: {what}", account, ("metadata", "annotations", key))
        for account in of_kinds(estate, ("", "ServiceAccount"))
        for key, what in _IDENTITIES.items()
        if key in account.annotations
    ]
    products = bringing(estate, "workload-identity")
    parts = [counted(len(found), "account with an identity of the cloud", "accounts with an identity of the cloud")]
    told = "; ".join((parts if found else []) + [each.product.name for each in products])
    return Seen(told, len(found) + len(products), facts=first((*found, *seen_of(products).facts)))


def _service(estate: Estate) -> Seen:
    found = of_kinds(estate, ("", "Service"))
    return objects(found, "Service") if found else Seen()


PROBES: Final = {
    "service": Probe(_service, ("Service",)),
    "loadbalancer": Probe(_services, ("Service",)),
    "ingress": Probe(_ingress, ("Ingress", "Pod", "Deployment", "DaemonSet")),
    "gateway": Probe(_gateway, ("Gateway", *_ROUTES)),
    "cloud-metadata": Probe(_metadata, ("NetworkPolicy",)),
    "workload-identity": Probe(_workload_identity, ("ServiceAccount",)),
}
"""The mechanisms of the edge, by concept."""
