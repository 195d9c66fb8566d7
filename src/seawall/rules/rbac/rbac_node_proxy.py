"""A role reaches the kubelets through the API server.

Why: `nodes/proxy` is the kubelet's whole interface: commands in every container of the node, their logs, their
    environment. Neither admission nor the audit log sees what is asked of the kubelet, and `get` alone is enough to run
    commands over a WebSocket.
Instead: `nodes/metrics`, `nodes/stats`, `nodes/log`, `nodes/healthz` or `nodes/configz`, which newer kubelets check one
    by one; for metrics, metrics-server or the kubelet's `/metrics` with `nodes/metrics`.
Breaks: monitoring agents that scrape kubelets through the proxy.
Check: kubectl auth can-i get nodes --subresource=proxy --as=SUBJECT
Source: CIS Kubernetes Benchmark 5.1.10; Kubernetes, "RBAC good practices", "Access to proxy subresource of Nodes".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, Power, Right, Weight, powers
from seawall.rules.spec import HIGH, LOW, Evidence, Rule, fails, passes, unknown

POWER = Power(
    (Right("nodes/proxy", ("get", "create", "update", "patch", "delete"), cluster=True),),
    Weight(HIGH, role=None, named=LOW),
    "ask for nodes/metrics, nodes/stats or nodes/log instead",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-node-proxy",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=HIGH,
    otherwise=POWER.weight.otherwise,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: prometheus}
                rules:
                - {apiGroups: [""], resources: [nodes/metrics, nodes/stats], verbs: [get]}
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: prometheus, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [nodes/proxy], verbs: [get]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: prometheus}
                rules:
                - {apiGroups: [""], resources: [nodes/proxy], verbs: [get]}
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: prometheus}
                rules:
                - {apiGroups: [""], resources: [nodes, "*/proxy"], verbs: [create]}
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: prometheus}
                rules:
                - {apiGroups: [""], resources: [nodes/proxy], resourceNames: [edge-1], verbs: [get]}
            """
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: prometheus}
                rules:
                - {apiGroups: [""], resources: ["${RESOURCE}"], verbs: [get]}
            """
        ),
    ),
)
