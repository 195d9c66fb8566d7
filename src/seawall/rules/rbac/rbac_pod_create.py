"""A role decides what pods run: it creates or rewrites them, or what creates them.

Why: a pod may run as any account of its namespace, mount any Secret, ConfigMap and claim in it, and, where Pod Security
    does not stop it, the node itself. So the right to create a Deployment is the right to all of these. `update` and
    `patch` on pods put another image into one that runs, with all that this pod has.
Instead: a Role in the one namespace that is deployed to, and an enforced Pod Security level there.
Breaks: deploy pipelines and operators that work in many namespaces; give them a RoleBinding per namespace.
Check: kubectl auth can-i create deployments.apps --as=SUBJECT -n NAMESPACE
Source: CIS Kubernetes Benchmark 5.1.4; Kubernetes, "RBAC good practices", "Workload creation".
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
        Right("pods", WRITES),
        Right("replicationcontrollers", WRITES),
        *(Right(kind, WRITES, "apps") for kind in ("deployments", "daemonsets", "statefulsets", "replicasets")),
        *(Right(kind, WRITES, "batch") for kind in ("jobs", "cronjobs")),
    ),
    Weight(MEDIUM, role=LOW),
    "give it by Roles, in the namespaces that are deployed to",
    in_role="keep it to what deploys there, and enforce a Pod Security level on the namespace",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-pod-create",
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
                - apiGroups: ["", apps]
                  resources: [deployments, pods]
                  verbs: [get, list, watch, delete]
                - apiGroups: [""]
                  resources: [pods/status, pods/resize]
                  verbs: [update, patch]
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [extensions], resources: [deployments], verbs: [create]}
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [apps], resources: [deployments], resourceNames: [cart], verbs: [patch]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [apps], resources: [deployments, statefulsets], verbs: [create, patch]}
            """,
            at="rules[0].resources",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [apps], resources: [deployments, statefulsets], verbs: [get, list, watch]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: deployer, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [pods], verbs: [create]}
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: labeller}
                rules:
                - {apiGroups: [""], resources: [pods], verbs: [get, patch]}
            """,
            at="rules[0].resources",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [batch], resources: [jobs], verbs: ["${VERB}"]}
            """,
            at="rules[0].verbs[0]",
        ),
    ),
)
