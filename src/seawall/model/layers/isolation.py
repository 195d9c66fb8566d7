"""What keeps the tenants of one cluster apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from seawall.core import Unknown, dig, items
from seawall.inventory import Resource
from seawall.model.estate import Estate
from seawall.model.facts import Fact
from seawall.model.layers.products import bringing, seen_of
from seawall.model.layers.scopes import POD_KINDS, own_pods, with_pods
from seawall.model.layers.sighting import (
    Probe,
    Seen,
    called,
    counted,
    facts,
    first,
    lacking,
    objects,
    of_kinds,
    settled,
    share,
)
from seawall.model.namespaces import SYSTEM
from seawall.model.subjects import NamespaceScope

_OTHERS: Final = (
    ("cilium.io", "CiliumNetworkPolicy"),
    ("cilium.io", "CiliumClusterwideNetworkPolicy"),
    ("crd.projectcalico.org", "NetworkPolicy"),
    ("crd.projectcalico.org", "GlobalNetworkPolicy"),
    ("projectcalico.org", "NetworkPolicy"),
    ("projectcalico.org", "GlobalNetworkPolicy"),
)
_CLUSTER_WIDE: Final = tuple(
    ("policy.networking.k8s.io", kind)
    for kind in ("ClusterNetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy")
)


def _namespaces(estate: Estate) -> Seen:
    scopes = [scope for scope in estate.namespaces if scope.name not in SYSTEM]
    missing = sum(scope.namespace is None for scope in scopes)
    told = counted(len(scopes), "namespace") + (f", {missing} without a manifest" if missing else "")
    named = sorted(scopes, key=lambda scope: scope.namespace is None)
    places = (
        Fact(called(scope.resource) if scope.namespace else f"{called(scope.resource)} is in one", scope.resource)
        for scope in named
    )
    return Seen(told, len(scopes), facts=first(places)) if scopes else Seen()


def _network_policies(estate: Estate) -> Seen:
    """Policies, and the namespaces with pods in which one isolates every pod and lets not everybody in."""
    own = of_kinds(estate, ("networking.k8s.io", "NetworkPolicy"))
    others = of_kinds(estate, *_OTHERS)
    if not own and not others:
        return Seen()
    scopes = with_pods(estate)
    closed, undecided = _closed(own)
    covered = [scope for scope in scopes if scope.name in closed]
    told = counted(len(own), "policy", "policies")
    told += f", {counted(len(others), 'policy', 'policies')} of Cilium or Calico" if others else ""
    told += f"; every pod is isolated for ingress in {share(len(covered), len(scopes), 'namespaces')}" if scopes else ""
    told += _without(
        estate,
        "NetworkPolicy",
        [scope.name for scope in scopes if scope not in covered and scope.name not in undecided],
    )
    places = [
        *(Fact(f"{called(closed[scope.name])} isolates every pod", closed[scope.name], ("spec",)) for scope in covered),
        *facts((*own, *others)),
    ]
    open_ = sum(scope.name in undecided and scope.name not in closed for scope in scopes)
    return Seen(told, len(own) + len(others), len(covered) == len(scopes), open_, first(places))


def _without(estate: Estate, kind: str, names: list[str]) -> str:
    """Which namespaces lack objects of a kind; said only where no file and no server may hold more of them."""
    inventory = estate.inventory
    sure = inventory.whole and not inventory.is_unread(kind) and not any(each.hides for each in inventory.problems)
    return lacking(names) if sure else ""


def _closed(policies: list[Resource]) -> tuple[dict[str, Resource], set[str]]:
    """The first policy of each namespace that isolates all of its pods for ingress; and where one perhaps does."""
    found: dict[str, Resource] = {}
    undecided: set[str] = set()
    for policy in policies:
        answer = _isolates(policy)
        if answer is None:
            undecided.add(policy.namespace or "default")
        elif answer:
            found.setdefault(policy.namespace or "default", policy)
    return found, undecided


def _isolates(policy: Resource) -> bool | None:
    """Whether a policy selects every pod for ingress and has no rule for everybody; None where it is not decided."""
    spec = policy.tree.get("spec")
    selector, types, rules = (dig(spec, key) for key in ("podSelector", "policyTypes", "ingress"))
    wanted = [dig(selector, name) for name in ("matchLabels", "matchExpressions")]
    names = [name for _, name in items(types)]
    peers = [dig(rule, "from") for _, rule in items(rules)]
    if any(not isinstance(value, Unknown) and value for value in wanted):
        return False
    if not all(map(settled, (spec, selector, types, rules, *wanted, *names, *peers))):
        return None
    if names and "Ingress" not in names:
        return False
    return all(peers) and not any(_is_everybody(peer) for one in peers for _, peer in items(one))


def _is_everybody(peer: object) -> bool:
    """Whether one entry of `from` is every pod of the cluster, or every address."""
    if not isinstance(peer, dict):
        return False
    spaces, pods, block = (peer.get(name) for name in ("namespaceSelector", "podSelector", "ipBlock"))
    if isinstance(spaces, dict) and not spaces:
        return not isinstance(pods, Unknown) and not pods
    cidr = dig(block, "cidr")
    return isinstance(cidr, str) and cidr in ("0.0.0.0/0", "::/0")


def _cluster_policies(estate: Estate) -> Seen:
    found = of_kinds(estate, *_CLUSTER_WIDE)
    return objects(found, "policy", "policies") if found else Seen()


def _within(kind: str, one: str, holds: Callable[[Resource], bool | None]) -> Callable[[Estate], Seen]:
    """A mechanism that each namespace with pods should have an object of; one that has it counts without pods too."""

    def look(estate: Estate) -> Seen:
        scopes = [scope for scope in estate.namespaces if scope.name not in SYSTEM and (scope.pods or scope.of(kind))]
        having, undecided, lacking_it = [], 0, []
        for scope in scopes:
            found = [(each, holds(each)) for each in scope.of(kind) if not each.group]
            sure = [each for each, answer in found if answer]
            having += sure[:1]
            perhaps = not sure and any(answer is None for _, answer in found)
            undecided += perhaps
            lacking_it += [] if sure or perhaps else [scope.name]
        told = f"{one} in {share(len(having), len(scopes), 'namespaces')}" if scopes else "no namespace has pods"
        told += _without(estate, kind, lacking_it) if having else ""
        return Seen(told, len(having), len(having) == len(scopes), undecided, facts(having))

    return look


def _limits(field: str) -> Callable[[Resource], bool | None]:
    def holds(resource: Resource) -> bool | None:
        value = dig(resource.tree, "spec", field)
        return None if isinstance(value, Unknown) else bool(value)

    return holds


def _runtime_classes(estate: Estate) -> Seen:
    classes = of_kinds(estate, ("node.k8s.io", "RuntimeClass"))
    pods = own_pods(estate)
    using = [pod for pod in pods if settled(name := pod.spec.get("runtimeClassName")) and name]
    undecided = sum(not settled(pod.spec.get("runtimeClassName")) for pod in pods)
    if not classes and not using:
        return Seen(undecided=undecided)
    told = f"{counted(len(classes), 'class', 'classes')}, used by {share(len(using), len(pods), 'pods')}"
    places = [
        *(Fact(f"{called(pod.resource)} asks for one", pod.resource, (*pod.path, "runtimeClassName")) for pod in using),
        *facts(classes),
    ]
    return Seen(told, len(classes) + len(using), len(using) == len(pods), undecided, first(places))


def _mesh(estate: Estate) -> Seen:
    """Products, and the namespaces and pods that join."""
    products = bringing(estate, "service-mesh")
    joined = [scope for scope in with_pods(estate) if _joins(scope)]
    parts = [each.product.name for each in products]
    scopes = with_pods(estate)
    parts += [f"joined by {share(len(joined), len(scopes), 'namespaces')}"] if joined else []
    places = (*seen_of(products).facts, *facts([scope.namespace for scope in joined if scope.namespace is not None]))
    complete = len(joined) == len(scopes)
    return Seen(", ".join(parts), len(products) + len(joined), complete, facts=first(places))


def _joins(scope: NamespaceScope) -> bool:
    namespace = scope.namespace
    if namespace is None:
        return False
    marks = (
        (namespace.labels.get("istio-injection"), "enabled"),
        (namespace.labels.get("istio.io/dataplane-mode"), "ambient"),
        (namespace.annotations.get("linkerd.io/inject"), "enabled"),
        (namespace.labels.get("kuma.io/sidecar-injection"), "enabled"),
    )
    revision = namespace.labels.get("istio.io/rev")
    return any(settled(value) and value == wanted for value, wanted in marks) or (settled(revision) and bool(revision))


PROBES: Final = {
    "namespace": Probe(_namespaces, ("Namespace",)),
    "networkpolicy": Probe(_network_policies, ("NetworkPolicy", *(kind for _, kind in _OTHERS))),
    "cluster-network-policy": Probe(_cluster_policies, tuple(kind for _, kind in _CLUSTER_WIDE)),
    "service-mesh": Probe(_mesh, ("Namespace", "CustomResourceDefinition")),
    "resourcequota": Probe(_within("ResourceQuota", "a quota", _limits("hard")), ("ResourceQuota", *POD_KINDS)),
    "limitrange": Probe(_within("LimitRange", "a LimitRange", _limits("limits")), ("LimitRange", *POD_KINDS)),
    "runtimeclass": Probe(_runtime_classes, ("RuntimeClass", *POD_KINDS)),
}
"""The mechanisms of isolation, by concept."""
