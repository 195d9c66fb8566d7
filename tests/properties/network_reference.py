"""What network policies allow, written slowly and obviously, one port at a time: the judge of `seawall reach`.

Plain dicts in, True or False out. It was written from the published semantics, without a look at `seawall.model`:

- NetworkPolicy: k8s.io/api networking/v1 types.go and the defaults of pkg/apis/networking/v1 (policyTypes, protocol);
- AdminNetworkPolicy, BaselineAdminNetworkPolicy: network-policy-api apis/v1alpha1;
- ClusterNetworkPolicy: network-policy-api apis/v1alpha2 (tiers Admin and Baseline, which replace those two).

A world is `{"namespaces": {name: labels}, "pods": [pod], "policies": [manifest]}`, an endpoint one of its pods or
`{"ip": address}` outside the cluster. A pod is `{"namespace", "name", "labels", "ports": [ContainerPort]}`.

Whether a block of addresses holds a pod is not to be read from manifests: in the world, `"networks_of_pods": [cidr]`
says which networks of admin policies do, and `"blocks_of_pods": [cidr]` which ipBlocks (plugins differ in these). Left
out is what no API decides: pods on the host's network, nodes, domain names, equal priorities, and both generations of
admin policies in one cluster.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

Tree = Mapping[str, Any]
OWN_NAME = "kubernetes.io/metadata.name"


class Traffic(NamedTuple):
    """One connection that is tried: its destination port is a port of the destination's address, after DNAT."""

    source: Tree
    destination: Tree
    port: int
    protocol: str


def allowed(world: Tree, traffic: Traffic) -> bool:
    """Whether policies let this traffic pass: out of its source and into its destination."""
    if traffic.source == traffic.destination:
        return True
    return all(
        "ip" in pod or passes(world, pod, direction, traffic)
        for pod, direction in ((traffic.source, "egress"), (traffic.destination, "ingress"))
    )


def passes(world: Tree, pod: Tree, direction: str, traffic: Traffic) -> bool:
    """Whether this pod's policies of one direction let the traffic pass: tier by tier until one decides."""
    action = first_action(world, admin_policies(world), pod, direction, traffic)
    if action in ("Allow", "Accept", "Deny"):
        return action != "Deny"
    isolating = [each for each in of_kind(world, "NetworkPolicy") if isolates(each, pod, direction)]
    if isolating:
        return any(
            rule_matches(world, policy, rule, direction, traffic)
            for policy in isolating
            for rule in policy["spec"].get(direction) or []
        )
    return first_action(world, baseline_policies(world), pod, direction, traffic) != "Deny"


def of_kind(world: Tree, kind: str) -> Iterator[Tree]:
    return (policy for policy in world["policies"] if policy["kind"] == kind)


def admin_policies(world: Tree) -> list[Tree]:
    """The policies of the Admin tier, those that are asked first in front."""
    admin = [each for each in of_kind(world, "ClusterNetworkPolicy") if each["spec"]["tier"] == "Admin"]
    return sorted([*of_kind(world, "AdminNetworkPolicy"), *admin], key=lambda policy: int(policy["spec"]["priority"]))


def baseline_policies(world: Tree) -> list[Tree]:
    baseline = [each for each in of_kind(world, "ClusterNetworkPolicy") if each["spec"]["tier"] == "Baseline"]
    baseline.sort(key=lambda policy: int(policy["spec"]["priority"]))
    return [*of_kind(world, "BaselineAdminNetworkPolicy"), *baseline]


def first_action(world: Tree, policies: Sequence[Tree], pod: Tree, direction: str, traffic: Traffic) -> str | None:
    """The action of the first rule that matches; None when no rule does. Pass ends the tier as None does."""
    for policy in policies:
        if not is_admin_peer(world, policy["spec"]["subject"], pod):
            continue
        for rule in policy["spec"].get(direction) or []:
            if admin_rule_matches(world, rule, direction, traffic):
                return str(rule["action"])
    return None


def isolates(policy: Tree, pod: Tree, direction: str) -> bool:
    """Whether a NetworkPolicy selects the pod and speaks of this direction."""
    spec = policy["spec"]
    types = spec.get("policyTypes") or (["Ingress", "Egress"] if spec.get("egress") else ["Ingress"])
    return (
        policy["metadata"]["namespace"] == pod["namespace"]
        and direction.capitalize() in types
        and selects(spec.get("podSelector"), pod["labels"])
    )


def rule_matches(world: Tree, policy: Tree, rule: Tree, direction: str, traffic: Traffic) -> bool:
    """Whether a rule of a NetworkPolicy matches; no peers means everyone, no ports means every port."""
    peers = rule.get("from" if direction == "ingress" else "to")
    other = traffic.source if direction == "ingress" else traffic.destination
    return (not peers or any(is_peer(world, policy, peer, other) for peer in peers)) and (
        not rule.get("ports") or any(port_matches(port, traffic) for port in rule["ports"])
    )


def is_peer(world: Tree, policy: Tree, peer: Tree, endpoint: Tree) -> bool:
    if peer.get("ipBlock"):
        block = peer["ipBlock"]
        pods_in = world.get("blocks_of_pods", ())
        return holds(block["cidr"], endpoint, pods_in) and not any(
            holds(each, endpoint, pods_in) for each in block.get("except") or []
        )
    if "ip" in endpoint:
        return False
    if peer.get("namespaceSelector") is None:
        if endpoint["namespace"] != policy["metadata"]["namespace"]:
            return False
    elif not selects(peer["namespaceSelector"], namespace_labels(world, endpoint)):
        return False
    return selects(peer.get("podSelector"), endpoint["labels"])


def holds(cidr: str, endpoint: Tree, pods_in: Collection[str]) -> bool:
    if "ip" not in endpoint:
        return cidr in pods_in
    address, network = ipaddress.ip_address(endpoint["ip"]), ipaddress.ip_network(cidr)
    return address.version == network.version and address in network


def port_matches(port: Tree, traffic: Traffic) -> bool:
    """Whether a NetworkPolicyPort matches; a name is looked up in the destination, where its protocol must agree."""
    if port.get("protocol", "TCP") != traffic.protocol:
        return False
    wanted = port.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, str):
        return is_named(wanted, traffic)
    return bool(wanted <= traffic.port <= port.get("endPort", wanted))


def is_named(name: str, traffic: Traffic) -> bool:
    return any(
        (each.get("name"), each["containerPort"], each.get("protocol", "TCP")) == (name, traffic.port, traffic.protocol)
        for each in traffic.destination.get("ports", ())
    )


def admin_rule_matches(world: Tree, rule: Tree, direction: str, traffic: Traffic) -> bool:
    """Whether a rule of an admin policy of either generation matches."""
    peers, other = (rule["from"], traffic.source) if direction == "ingress" else (rule["to"], traffic.destination)
    ports = rule.get("ports") or rule.get("protocols")
    return any(is_admin_peer(world, peer, other) for peer in peers) and (
        not ports or any(admin_port_matches(port, traffic) for port in ports)
    )


def is_admin_peer(world: Tree, peer: Tree, endpoint: Tree) -> bool:
    """Whether a peer or subject of an admin policy is this endpoint; it has one field."""
    if "networks" in peer:
        return any(holds(cidr, endpoint, world.get("networks_of_pods", ())) for cidr in peer["networks"])
    if "ip" in endpoint:
        return False
    if "namespaces" in peer:
        return selects(peer["namespaces"], namespace_labels(world, endpoint))
    return selects(peer["pods"].get("namespaceSelector"), namespace_labels(world, endpoint)) and selects(
        peer["pods"]["podSelector"], endpoint["labels"]
    )


def admin_port_matches(port: Tree, traffic: Traffic) -> bool:
    name = port.get("namedPort") or port.get("destinationNamedPort")
    if name:
        return is_named(name, traffic)
    if "portNumber" in port or "portRange" in port:
        one = port.get("portNumber") or port["portRange"]
        low, high = (one["port"], one["port"]) if "portNumber" in port else (one["start"], one["end"])
        return bool(one.get("protocol", "TCP") == traffic.protocol and low <= traffic.port <= high)
    one = port.get(traffic.protocol.lower())
    if one is None:
        return False
    number, span = one["destinationPort"].get("number"), one["destinationPort"].get("range")
    return bool(traffic.port == number if number else span["start"] <= traffic.port <= span["end"])


def namespace_labels(world: Tree, pod: Tree) -> Mapping[str, str]:
    return {**world["namespaces"][pod["namespace"]], OWN_NAME: pod["namespace"]}


def selects(selector: Tree | None, labels: Mapping[str, str]) -> bool:
    """Whether a label selector (meta/v1) selects these labels; an absent or empty one selects all."""
    for key, value in ((selector or {}).get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    for wish in (selector or {}).get("matchExpressions") or []:
        value, values = labels.get(wish["key"]), wish.get("values") or []
        met = {
            "In": value is not None and value in values,
            "NotIn": value is None or value not in values,
            "Exists": value is not None,
            "DoesNotExist": value is None,
        }
        if not met[wish["operator"]]:
            return False
    return True
