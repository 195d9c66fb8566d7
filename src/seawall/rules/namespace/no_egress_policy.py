"""No NetworkPolicy of a namespace limits where its pods connect to.

Why: an intruder needs a way out: to fetch tools, to send data, to reach the cloud's metadata address or a database
    next door. Policies on ingress alone leave it open.
Instead: a policy with `policyTypes: [Egress]` for all pods that allows DNS, and policies for the destinations that the
    applications need.
Breaks: each outgoing connection that no policy allows: databases, queues, APIs outside; list them first.
Check: kubectl get networkpolicies -n NAMESPACE -o custom-columns=NAME:.metadata.name,TYPES:.spec.policyTypes
Source: NSA and CISA, Kubernetes Hardening Guide, network policies; OWASP Kubernetes Top Ten 2025, K05.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown, dig
from seawall.inventory import Resource
from seawall.model import NamespaceScope, View
from seawall.rules.namespace._common import runs_pods
from seawall.rules.namespace._policies import CLUSTER_WIDE, perhaps_covered
from seawall.rules.spec import ARCHITECT_OWNS, MEDIUM, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(scope: NamespaceScope, view: View) -> Iterator[Evidence]:
    if not runs_pods(scope) or scope.of("CiliumNetworkPolicy"):
        return
    limits = [_limits_egress(policy) for policy in scope.of("NetworkPolicy")]
    undecided = next((limit for limit in limits if isinstance(limit, Unknown)), None)
    if any(limit is True for limit in limits):
        return
    covered = perhaps_covered(view)
    if undecided is not None:
        yield unsure(undecided)
    elif covered is not None:
        yield covered
    else:
        yield fail("lets its pods connect to everything; add a NetworkPolicy with policyTypes: [Egress]")


def _limits_egress(policy: Resource) -> bool | Unknown:
    """Without `policyTypes` a policy limits egress when it has egress rules; Calico's own kind calls them `types`."""
    for field in ("policyTypes", "types"):
        types = dig(policy.tree, "spec", field)
        if isinstance(types, Unknown):
            return types
        if isinstance(types, list) and types:
            holes = [entry for entry in types if isinstance(entry, Unknown)]
            known = [entry for entry in types if not isinstance(entry, Unknown)]
            return holes[0] if holes and "Egress" not in known else "Egress" in known
    egress = dig(policy.tree, "spec", "egress")
    return egress if isinstance(egress, Unknown) else bool(egress)


RULE = Rule(
    id="no-egress-policy",
    check=check,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    on=NamespaceScope,
    needs=("NetworkPolicy",),
    uses=CLUSTER_WIDE,
    profile=STRICT,
    examples=(
        passes(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
                ---
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: np, namespace: shop}
                spec: {podSelector: {}, policyTypes: [Ingress, Egress]}
            """,
            estate=True,
        ),
        passes(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
                ---
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: np, namespace: shop}
                spec: {podSelector: {}, egress: [{ports: [{port: 53}]}]}
            """,
            estate=True,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
                ---
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: np, namespace: shop}
                spec: {podSelector: {}, policyTypes: [Ingress]}
            """,
            estate=True,
            instead="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
                ---
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: np, namespace: shop}
                spec:
                  podSelector: {}
                  policyTypes: [Ingress, Egress]
                  egress:
                  - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
                    ports: [{port: 53, protocol: UDP}, {port: 53}]
                  - to: [{podSelector: {}}]
            """,
        ),
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
            """,
            estate=True,
        ),
        unknown(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
            """,
        ),
        unknown(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
                ---
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: np, namespace: shop}
                spec: {podSelector: {}, policyTypes: ["${TYPE}"]}
            """,
            estate=True,
        ),
    ),
)
