"""Small worlds of pods and network policies as Hypothesis draws them, and the ports that are worth asking about.

As with roles, the alphabets are small, and hold what is easily got wrong: named ports that pods declare for another
number or protocol, `ports: [{}]`, `policyTypes: []`, an `egress: []` that isolates nothing by itself, NotIn and
DoesNotExist, IPv6, `except`, Pass, a namespace without labels.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

Tree = dict[str, Any]
Strategy = st.SearchStrategy[Any]

NAMESPACES = ("shop", "bank", "ops")
OFTEN = ("shop", "shop", *NAMESPACES)
"""Namespaces as they are drawn for pods and policies, so that these meet."""
KEYS, VALUES = ("app", "tier"), ("web", "db")
OWN_NAME = "kubernetes.io/metadata.name"
PROTOCOLS = ("TCP", "UDP", "SCTP")
NUMBERS = (1, 53, 80, 8080, 8081, 65535)
PORT_NAMES = ("http", "dns", "other")
BLOCKS: tuple[Tree, ...] = (
    {"cidr": "0.0.0.0/0"},
    {"cidr": "::/0"},
    {"cidr": "203.0.113.0/24"},
    {"cidr": "203.0.113.0/24", "except": ["203.0.113.128/25"]},
    {"cidr": "0.0.0.0/0", "except": ["203.0.113.0/24", "198.51.100.7/32"]},
    {"cidr": "203.0.113.5/32"},
    {"cidr": "2001:db8::/64"},
    {"cidr": "2001:db8::/32", "except": ["2001:db8::/64"]},
)
OUTSIDE: tuple[Tree, ...] = tuple(
    {"ip": ip} for ip in ("203.0.113.5", "203.0.113.200", "198.51.100.7", "2001:db8::5", "2001:db8:1::5")
)


def optional(required: Mapping[str, Strategy], **fields: Strategy) -> st.SearchStrategy[Tree]:
    return st.fixed_dictionaries(dict(required), optional=fields)


def selectors(*keys: str, values: Sequence[str] = VALUES) -> st.SearchStrategy[Tree]:
    """A label selector; many are empty, so that policies meet pods."""
    key = st.sampled_from(keys)
    some = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True)
    wishes = st.one_of(
        st.fixed_dictionaries({"key": key, "operator": st.sampled_from(("Exists", "DoesNotExist"))}),
        st.fixed_dictionaries({"key": key, "operator": st.sampled_from(("In", "NotIn")), "values": some}),
    )
    return st.one_of(
        st.just({}),
        st.fixed_dictionaries({"matchLabels": st.dictionaries(key, st.sampled_from(values), max_size=1)}),
        optional(
            {"matchExpressions": st.lists(wishes, max_size=2)},
            matchLabels=st.dictionaries(key, st.sampled_from(values), max_size=1),
        ),
    )


pod_selectors = selectors(*KEYS)
namespace_selectors = st.one_of(
    selectors("team", values=("a", "b")), selectors(OWN_NAME, values=NAMESPACES), selectors("team", OWN_NAME)
)
labels = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(VALUES), max_size=2)
container_ports = st.lists(
    optional(
        {"containerPort": st.sampled_from(NUMBERS)},
        name=st.sampled_from(PORT_NAMES),
        protocol=st.sampled_from(PROTOCOLS),
    ),
    max_size=3,
    unique_by=(lambda port: port.get("name", str(port)), lambda port: (port["containerPort"], port.get("protocol"))),
)


@st.composite
def pods(draw: st.DrawFn) -> list[Tree]:
    spaces = draw(st.lists(st.sampled_from(OFTEN), min_size=2, max_size=3))
    return [
        {"namespace": space, "name": f"pod-{number}", "labels": draw(labels), "ports": draw(container_ports)}
        for number, space in enumerate(spaces)
    ]


numbered = st.one_of(
    st.fixed_dictionaries({"port": st.sampled_from(NUMBERS)}),
    st.fixed_dictionaries({"port": st.sampled_from((1, 53, 8080)), "endPort": st.sampled_from((8080, 8081, 65535))}),
)
ports = st.one_of(
    st.tuples(optional({}, protocol=st.sampled_from(PROTOCOLS)), numbered).map(lambda both: {**both[0], **both[1]}),
    optional({"port": st.sampled_from(PORT_NAMES)}, protocol=st.sampled_from(PROTOCOLS)),
    optional({}, protocol=st.sampled_from(PROTOCOLS)),
)
peers = st.one_of(
    st.fixed_dictionaries({"podSelector": pod_selectors}),
    st.fixed_dictionaries({"namespaceSelector": namespace_selectors}),
    st.fixed_dictionaries({"podSelector": pod_selectors, "namespaceSelector": namespace_selectors}),
)
blocks = st.fixed_dictionaries({"ipBlock": st.sampled_from(BLOCKS)})


def rules(key: str, with_blocks: bool) -> st.SearchStrategy[list[Tree]]:
    kinds = st.one_of(peers, peers, blocks) if with_blocks else peers
    return st.lists(optional({}, ports=st.lists(ports, max_size=2), **{key: st.lists(kinds, max_size=2)}), max_size=2)


@st.composite
def network_policies(draw: st.DrawFn, name: str, with_blocks: bool = True) -> Tree:
    spec = draw(
        optional(
            {"podSelector": pod_selectors},
            ingress=rules("from", with_blocks),
            egress=rules("to", with_blocks),
            policyTypes=st.sampled_from([[], ["Ingress"], ["Egress"], ["Ingress", "Egress"]]),
        )
    )
    return {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": draw(st.sampled_from(OFTEN))},
        "spec": spec,
    }


subjects = st.one_of(
    st.fixed_dictionaries({"namespaces": namespace_selectors}),
    st.fixed_dictionaries(
        {"pods": st.fixed_dictionaries({"namespaceSelector": namespace_selectors, "podSelector": pod_selectors})}
    ),
)
networks = st.fixed_dictionaries(
    {"networks": st.lists(st.sampled_from([block["cidr"] for block in BLOCKS]), min_size=1, max_size=2, unique=True)}
)
spans = st.sampled_from([{"start": 1, "end": 53}, {"start": 53, "end": 8080}, {"start": 8080, "end": 65535}])
alpha_ports = st.one_of(
    st.fixed_dictionaries(
        {"portNumber": optional({"port": st.sampled_from(NUMBERS)}, protocol=st.sampled_from(PROTOCOLS))}
    ),
    st.tuples(spans, optional({}, protocol=st.sampled_from(PROTOCOLS))).map(
        lambda both: {"portRange": {**both[0], **both[1]}}
    ),
)
alpha_named = st.fixed_dictionaries({"namedPort": st.sampled_from(PORT_NAMES)})
beta_ports = st.builds(
    lambda protocol, port: {protocol.lower(): {"destinationPort": port}},
    st.sampled_from(PROTOCOLS),
    st.one_of(st.fixed_dictionaries({"number": st.sampled_from(NUMBERS)}), st.fixed_dictionaries({"range": spans})),
)
beta_named = st.fixed_dictionaries({"destinationNamedPort": st.sampled_from(PORT_NAMES)})


@st.composite
def admin_rules(draw: st.DrawFn, newer: bool, direction: str, actions: Sequence[str], with_blocks: bool) -> Tree:
    kinds = st.one_of(subjects, subjects, networks) if direction == "egress" and with_blocks else subjects
    others = draw(st.lists(kinds, min_size=1, max_size=2))
    numbers, named = (beta_ports, beta_named) if newer else (alpha_ports, alpha_named)
    # The CRD refuses a name next to a network, which has none.
    allowed = numbers if any("networks" in other for other in others) else st.one_of(numbers, numbers, named)
    found = draw(st.lists(allowed, max_size=2))
    return {
        "action": draw(st.sampled_from(actions)),
        "from" if direction == "ingress" else "to": others,
        **({"protocols" if newer else "ports": found} if found else {}),
    }


@st.composite
def admin_policies(draw: st.DrawFn, newer: bool, tier: str, priority: int, with_blocks: bool) -> Tree:
    """A cluster-wide policy of this tier; older ones have a kind for each tier, and no Pass in the baseline."""
    actions = ["Accept" if newer else "Allow", "Deny", *(["Pass"] if newer or tier == "Admin" else [])]
    spec: Tree = {"subject": draw(subjects)}
    for direction in ("ingress", "egress"):
        spec[direction] = draw(st.lists(admin_rules(newer, direction, actions, with_blocks), max_size=2))
    if newer:
        kind, version, name, spec = (
            "ClusterNetworkPolicy",
            "v1alpha2",
            f"{tier.lower()}-{priority}",
            {"tier": tier, **spec},
        )
    elif tier == "Admin":
        kind, version, name = "AdminNetworkPolicy", "v1alpha1", f"admin-{priority}"
    else:
        kind, version, name = "BaselineAdminNetworkPolicy", "v1alpha1", "default"
    if newer or tier == "Admin":
        spec = {"priority": priority, **spec}
    return {
        "apiVersion": f"policy.networking.k8s.io/{version}",
        "kind": kind,
        "metadata": {"name": name},
        "spec": {key: value for key, value in spec.items() if value != []},
    }


@st.composite
def worlds(draw: st.DrawFn, with_blocks: bool = True) -> Tree:
    """Namespaces, pods, network policies and one generation of admin policies, each of its own priority."""
    newer = draw(st.booleans())
    found = [draw(network_policies(f"policy-{number}", with_blocks)) for number in range(draw(st.integers(0, 3)))]
    admin = draw(st.lists(st.integers(0, 1000), max_size=2, unique=True))
    found += [draw(admin_policies(newer, "Admin", priority, with_blocks)) for priority in admin]
    base = draw(st.lists(st.integers(0, 1000), max_size=2 if newer else 1, unique=True))
    found += [draw(admin_policies(newer, "Baseline", priority, with_blocks)) for priority in base]
    teams = st.sampled_from(({"team": "a"}, {"team": "b"}, {}))
    return {
        "namespaces": {name: draw(teams) for name in NAMESPACES},
        "pods": draw(pods()),
        "policies": draw(st.permutations(found)),
    }


def manifests(world: Tree) -> list[Tree]:
    """The world as objects for `kubectl apply`."""
    spaces = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labelled}}
        for name, labelled in world["namespaces"].items()
    ]
    return [*spaces, *(pod_manifest(pod) for pod in world["pods"]), *world["policies"]]


def pod_manifest(pod: Tree) -> Tree:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": pod["name"], "namespace": pod["namespace"], "labels": pod["labels"]},
        "spec": {"containers": [{"name": "app", "image": "app:1", "ports": pod["ports"]}]},
    }


def interesting_ports(world: Any) -> list[int]:
    """Every number that stands in the world, its neighbours, and the two ends."""
    found = set(numbers_in(world))
    near = {number + step for number in found for step in (-1, 0, 1)} | {1, 65535}
    return sorted(number for number in near if 1 <= number <= 65535)


def numbers_in(tree: Any) -> Iterator[int]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            if key != "priority":
                yield from numbers_in(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from numbers_in(value)
    elif isinstance(tree, int):
        yield tree


def pairs(world: Tree) -> Iterator[tuple[Tree, Tree]]:
    """All pairs of endpoints of which at least one is a pod."""
    ends = [*world["pods"], *OUTSIDE]
    return ((one, other) for one, other in itertools.product(ends, ends) if "ip" not in one or "ip" not in other)
