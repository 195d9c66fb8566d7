"""A role sends the traffic of Services to addresses of its choice.

Why: `endpoints` and `endpointslices` are where a Service's traffic goes: written by hand they lead to a pod of another
    namespace, past its policies, or to a server that takes the clients' passwords. The address in `services/status`
    makes nodes send the traffic for any IP of the outside to that Service.
Instead: leave them to Kubernetes' own controllers: a Service with a selector. A load-balancer controller has an
    account of its own.
Breaks: load balancers and operators that keep endpoints by hand.
Check: kubectl auth can-i update endpointslices.discovery.k8s.io --as=SUBJECT -n NAMESPACE
Source: Kubernetes, "Using RBAC Authorization", "Write access for EndpointSlices and Endpoints"; CVE-2021-25740;
    CVE-2020-8554.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, WRITES, Power, Right, Weight, powers
from seawall.rules.spec import LOW, MEDIUM, Evidence, Rule, fails, passes, unknown

POWER = Power(
    (
        Right("endpoints", WRITES),
        Right("endpointslices", WRITES, "discovery.k8s.io"),
        Right("services/status", ("update", "patch")),
    ),
    Weight(MEDIUM, role=LOW),
    "leave these to the cluster's own controllers, or name the objects in resourceNames",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-traffic-redirect",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=MEDIUM,
    otherwise=POWER.weight.otherwise,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: ["", discovery.k8s.io]
                  resources: [endpoints, endpointslices]
                  verbs: [get, list, watch, delete]
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [endpoints], resourceNames: [leader], verbs: [update]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [create, update]}
            """,
            at="rules[0].resources",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [discovery.k8s.io], resources: [endpointslices], verbs: [get, list, watch]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [services/status], verbs: [patch]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [endpoints], verbs: ["*"]}
            """,
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: ["${WHAT}"], verbs: [update]}
            """,
            at="rules[0].resources[0]",
        ),
    ),
)
