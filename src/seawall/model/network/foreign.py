"""Policy objects of network plugins and meshes that Seawall does not work out: they leave what they touch unknown."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from seawall.core import dig
from seawall.inventory import Resource
from seawall.inventory.resources import CLUSTER_SCOPED
from seawall.model.network.index import Index
from seawall.model.network.policies import EGRESS, INGRESS, PodPeer

_BOTH: Final = (INGRESS, EGRESS)


class _Kind(msgspec.Struct, frozen=True):
    """How far the objects of a kind reach."""

    directions: tuple[str, ...] = _BOTH
    opens: bool = True
    """Whether they can let through what other policies forbid; a mesh only forbids more."""
    cluster: bool = False
    """Whether they are about every namespace."""
    selector: tuple[str, ...] = ()
    """Where a label selector of their pods stands; empty: each pod of the namespace may be touched."""
    nodes: bool = False
    """Whether they may touch what shares the network of a node."""


_CALICO: Final = {
    "NetworkPolicy": _Kind(),
    "GlobalNetworkPolicy": _Kind(cluster=True, nodes=True),
    "HostEndpoint": _Kind(cluster=True, nodes=True),
}
_MESH: Final = _Kind((INGRESS,), opens=False, selector=("spec", "selector"))
_ANTREA: Final = {"NetworkPolicy": _Kind(), "ClusterNetworkPolicy": _Kind(cluster=True, nodes=True)}
_EVERYWHERE: Final = _Kind(cluster=True)
KINDS: Final[dict[str, dict[str, _Kind]]] = {
    "cilium.io": {
        "CiliumNetworkPolicy": _Kind(selector=("spec", "endpointSelector")),
        "CiliumClusterwideNetworkPolicy": _Kind(cluster=True, nodes=True),
    },
    "projectcalico.org": _CALICO,
    "crd.projectcalico.org": _CALICO,
    "crd.antrea.io": _ANTREA,
    "security.antrea.tanzu.vmware.com": _ANTREA,
    "security.istio.io": {"AuthorizationPolicy": _MESH, "PeerAuthentication": _MESH},
    "networking.istio.io": {"Sidecar": _Kind((EGRESS,), opens=False, selector=("spec", "workloadSelector"))},
    "policy.linkerd.io": {
        "Server": _Kind((INGRESS,), opens=False),
        "AuthorizationPolicy": _Kind((INGRESS,), opens=False),
        "ServerAuthorization": _Kind((INGRESS,), opens=False),
    },
    "kuma.io": {
        "MeshTrafficPermission": _Kind((INGRESS,), opens=False, cluster=True),
        "TrafficPermission": _Kind((INGRESS,), opens=False, cluster=True),
    },
    "consul.hashicorp.com": {"ServiceIntentions": _Kind((INGRESS,), opens=False, cluster=True)},
    "k8s.ovn.org": {"EgressFirewall": _Kind((EGRESS,), opens=False)},
    "network.openshift.io": {"EgressNetworkPolicy": _Kind((EGRESS,), opens=False)},
    "networking.k8s.aws": {"ApplicationNetworkPolicy": _Kind(), "ClusterNetworkPolicy": _EVERYWHERE},
    "networking.gke.io": {"FQDNNetworkPolicy": _Kind((EGRESS,))},
}
"""API group -> kind -> how far it reaches. Sources: the documentation of each project, read in November 2026."""
_ROOTS: Final = frozenset({"istio-system", "istio-config"})
"""Namespaces of which the policies of a mesh are about every namespace; a mesh may be given another."""
_STANDARD: Final = ("NetworkPolicy", "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy")


class Foreign(msgspec.Struct, frozen=True, eq=False):
    """Something that may decide and that is not worked out."""

    text: str
    """A sentence of why: `CiliumNetworkPolicy "shop/web" may select it and is not worked out`."""
    touched: int
    """The pods that it may be about."""
    directions: tuple[str, ...]
    opens: bool
    resource: Resource | None = None
    """None where objects of a kind could not be read."""


def foreign(index: Index) -> Iterator[Foreign]:
    """Everything of an estate that may decide and is not worked out, with what could not be read."""
    for group, kinds in KINDS.items():
        for name, kind in kinds.items():
            for resource in index.estate.of(name):
                if resource.group == group:
                    yield _object(resource, kind, index)
    for unread in index.estate.inventory.unread:
        third = KINDS.get(unread.group, {}).get(unread.kind)
        if third is None and unread.kind not in _STANDARD:
            continue
        cluster = not unread.namespace or (third is not None and third.cluster)
        touched = index.all if cluster else index.in_namespace(unread.namespace).may
        where = f' of namespace "{unread.namespace}"' if unread.namespace else ""
        directions, opens = (third.directions, third.opens) if third else (_BOTH, True)
        why = f" ({unread.why})" if unread.why else ""
        yield Foreign(f"{unread.kind} objects{where} were not read{why}", touched, directions, opens)


def _object(resource: Resource, kind: _Kind, index: Index) -> Foreign:
    namespace = resource.namespace or "default"
    cluster = kind.cluster or resource.kind in CLUSTER_SCOPED or (not kind.opens and namespace in _ROOTS)
    touched = index.all if cluster else index.in_namespace(namespace).may
    selector = dig(resource.tree, *kind.selector) if kind.selector else None
    # Selectors of Cilium may name where a label comes from, as in `k8s:app`.
    if selector is not None and ":" not in repr([*_keys(selector)]):
        touched &= index.selected(PodPeer(None if cluster else namespace, {}, _plain(selector))).may
    if not kind.nodes:
        touched &= ~index.hosts.must
    name = resource.name if cluster and resource.namespace is None else f"{namespace}/{resource.name}"
    text = f'{resource.kind} "{name}" ({resource.group}) may decide: Seawall does not work it out'
    return Foreign(text, touched, kind.directions, kind.opens, resource)


def _plain(selector: object) -> object:
    """A label selector; Istio's Sidecar says `labels` for `matchLabels`."""
    labels = dig(selector, "labels")
    return {"matchLabels": labels} if labels is not None else selector


def _keys(selector: object) -> Iterator[object]:
    for field in ("matchLabels", "labels"):
        held = dig(selector, field)
        yield from held if isinstance(held, dict) else ()
    expressions = dig(selector, "matchExpressions")
    if isinstance(expressions, list):
        yield from (dig(entry, "key") for entry in expressions)
