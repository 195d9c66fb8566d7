"""A namespace has pods and no NetworkPolicy.

Why: without one every pod of the cluster may connect to every pod of the namespace, and these to everything: one broken
    application is a way to all the others.
Instead: a policy that denies all ingress and egress to all pods (`podSelector: {}`), then policies that allow what is
    needed, DNS first.
Breaks: each connection that no policy allows; look at the flows before (the network plugin shows them) and begin with
    ingress.
Check: kubectl get networkpolicies -n NAMESPACE
Source: CIS Kubernetes Benchmark 5.3.2; NSA and CISA, Kubernetes Hardening Guide, network policies; OWASP 2025, K05.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import NamespaceScope, View
from seawall.rules.namespace._common import runs_pods
from seawall.rules.namespace._policies import CLUSTER_WIDE, NAMESPACED, perhaps_covered
from seawall.rules.spec import ARCHITECT_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown


def check(scope: NamespaceScope, view: View) -> Iterator[Evidence]:
    if not runs_pods(scope) or any(scope.of(kind) for kind in NAMESPACED):
        return
    covered = perhaps_covered(view)
    if covered is not None:
        yield covered
    else:
        yield fail("has pods and no NetworkPolicy, so everything may connect to them; deny by default, then allow")


RULE = Rule(
    id="no-network-policy",
    check=check,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=ARCHITECT_OWNS,
    on=NamespaceScope,
    needs=("NetworkPolicy",),
    uses=CLUSTER_WIDE,
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
                spec: {podSelector: {}, policyTypes: [Ingress]}
            """,
            estate=True,
        ),
        passes(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: kube-system}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
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
                apiVersion: cilium.io/v2
                kind: CiliumNetworkPolicy
                metadata: {name: np, namespace: shop}
                spec: {endpointSelector: {}}
            """,
            estate=True,
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
        fails(
            manifest="""
                apiVersion: v1
                kind: Pod
                metadata: {name: web, namespace: shop}
                spec: {containers: [{name: web, image: registry.example/web:1.0}]}
                ---
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: np, namespace: other}
                spec: {podSelector: {}}
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
                apiVersion: projectcalico.org/v3
                kind: GlobalNetworkPolicy
                metadata: {name: np}
                spec: {types: [Ingress]}
            """,
            estate=True,
        ),
    ),
)
