"""Worlds of network policies with one value left open, and what may come to stand there."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st
from tests.properties import network_worlds as drawn
from tests.properties.holes import Path, alike, at, field_of, is_leaf, put, values
from tests.properties.network_worlds import PROTOCOLS, Tree

LABELS = (*drawn.VALUES, "a", "b", *drawn.NAMESPACES, "else")
ALPHABETS: Mapping[str, Sequence[Any]] = {
    **dict.fromkeys((*drawn.KEYS, "team", drawn.OWN_NAME, "values"), LABELS),
    "key": (*drawn.KEYS, "team", drawn.OWN_NAME, "else"),
    "operator": ("In", "NotIn", "Exists", "DoesNotExist"),
    "protocol": PROTOCOLS,
    **dict.fromkeys(("containerPort", "number", "start", "end", "endPort"), drawn.NUMBERS),
    "port": (*drawn.NUMBERS, *drawn.PORT_NAMES, "else"),
    **dict.fromkeys(("namedPort", "destinationNamedPort"), (*drawn.PORT_NAMES, "else")),
    "action": ("Allow", "Accept", "Deny", "Pass"),
    "priority": (0, 1, 500, 1000),
    "tier": ("Admin", "Baseline"),
    "namespace": (*drawn.NAMESPACES, "else"),
    "policyTypes": ("Ingress", "Egress"),
    "cidr": [block["cidr"] for block in drawn.BLOCKS],
    "networks": [block["cidr"] for block in drawn.BLOCKS],
}
"""What may stand for a placeholder, by the last word of its path; what makes an object invalid is left out later."""


PLAIN = ("apiVersion", "kind", "metadata")
"""What says what a thing is stays plain."""
MAY_BE_EMPTY = ("ingress", "egress", "labels", "matchLabels", "matchExpressions", "podSelector", "policyTypes")


def alphabet(path: Path) -> Sequence[Any]:
    if path[-1:] == ("name",) and path[-3] == "ports":
        return (*drawn.PORT_NAMES, "else")
    return ALPHABETS.get(field_of(path)[0], ())


def holes(world: Tree) -> st.SearchStrategy[Path | None]:
    """Where a placeholder may stand, in place of a value, a list or an object; None where nothing can be open."""
    found: dict[tuple[str, bool], list[Path]] = {}
    for path, value in values(world):
        is_thing = len(path) < (2 if path[:1] == ("namespaces",) else 3)
        is_name = path[:1] == ("pods",) and path[-1] == "namespace"
        if not (is_thing or is_name or field_of(path)[0] in PLAIN) and (alphabet(path) or not is_leaf(value)):
            found.setdefault(field_of(path), []).append(path)
    if not found:
        return st.none()
    return st.sampled_from(sorted(found)).flatmap(lambda field: st.sampled_from(found[field]))


def fillings(world: Tree, path: Path) -> list[Tree]:
    """The world in each way in which the value at this path may be filled in, as far as an API server takes it."""
    value, candidates = at(world, path), list[Any](alphabet(path))
    if not is_leaf(value):
        candidates = [value, *alike(neighbours(world, path), path[1:])]
        candidates += [type(value)()] if path[-1] in MAY_BE_EMPTY else []
    return [filled for each in candidates if is_valid(filled := put(world, path, each))]


def neighbours(world: Tree, path: Path) -> Any:
    """Where a value might come from: what is of the kind of the thing that a path leads into."""
    if path[0] != "policies":
        return world[str(path[0])]
    kind = at(world, path[:2])["kind"]
    return [policy if policy["kind"] == kind else {} for policy in world["policies"]]


def is_valid(world: Tree) -> bool:
    """Whether an API server takes the objects, as far as a filling may spoil them, and the APIs decide the world."""
    tiers = [
        ("Admin" if policy["kind"] == "AdminNetworkPolicy" else policy["spec"].get("tier"), policy["spec"]["priority"])
        for policy in world["policies"]
        if "priority" in policy["spec"]
    ]
    return len(set(tiers)) == len(tiers) and all(map(is_sound, parts(world)))


def parts(tree: Any) -> Iterator[Tree]:
    if isinstance(tree, dict):
        yield tree
        tree = list(tree.values())
    if isinstance(tree, list):
        for each in tree:
            yield from parts(each)


def is_sound(part: Tree) -> bool:
    if "operator" in part:
        return ("values" in part) is (part["operator"] in ("In", "NotIn"))
    if "endPort" in part:
        return isinstance(part["port"], int) and part["port"] <= part["endPort"]
    if "start" in part:
        return bool(part["start"] < part["end"])
    if "portNumber" in part:
        return isinstance(part["portNumber"]["port"], int)
    if "except" in part:
        outer = ipaddress.ip_network(part["cidr"])
        return all(
            outer.version == inner.version and outer.supernet_of(inner)  # type: ignore[arg-type]
            for inner in map(ipaddress.ip_network, part["except"])
        )
    if "apiVersion" in part and part["kind"] != "NetworkPolicy":
        newer = part["kind"] == "ClusterNetworkPolicy"
        allowed_actions = {"Accept" if newer else "Allow", "Deny", "Pass"}
        if part["kind"] == "BaselineAdminNetworkPolicy":
            allowed_actions.remove("Pass")
        rules = [*part["spec"].get("ingress", ()), *part["spec"].get("egress", ())]
        return all(rule["action"] in allowed_actions for rule in rules)
    if "action" in part and any("networks" in peer for peer in part.get("to", ())):
        ports = [*part.get("ports", ()), *part.get("protocols", ())]
        return not any("namedPort" in port or "destinationNamedPort" in port for port in ports)
    if "ports" in part and "labels" in part:
        names = [port["name"] for port in part["ports"] if "name" in port]
        return len(set(names)) == len(names)
    return True
