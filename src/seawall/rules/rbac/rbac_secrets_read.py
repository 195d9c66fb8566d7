"""A role reads Secrets that it does not name.

Why: Secrets hold passwords, keys and tokens of accounts. `list` and `watch` show the content just as `get` does, and
    `update` and `patch` answer with it, so that whoever holds the role holds every credential in its reach.
Instead: a Role in the namespace, with the verb `get` and the Secrets' names in `resourceNames`. An operator that must
    see every Secret gets an account and a namespace of its own.
Breaks: programs that look Secrets up by listing them.
Check: kubectl auth can-i list secrets -n NAMESPACE --as=SUBJECT
Source: CIS Kubernetes Benchmark 5.1.2; Kubernetes, "RBAC good practices", "Listing secrets".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, Power, Right, Weight, powers
from seawall.rules.spec import HIGH, MEDIUM, Evidence, Rule, fails, passes, unknown

POWER = Power(
    (Right("secrets", ("get", "list", "watch", "update", "patch")),),
    Weight(HIGH, role=MEDIUM),
    "list the Secrets it needs in resourceNames, in a Role of their namespace",
    in_role="list the Secrets it needs in resourceNames",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-secrets-read",
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
                kind: Role
                metadata: {name: cart, namespace: shop}
                rules:
                - apiGroups: [""]
                  resources: [secrets]
                  resourceNames: [cart-db]
                  verbs: [get]
                - apiGroups: [""]
                  resources: [secrets]
                  verbs: [create]
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata:
                  name: system:controller:example
                  labels: {kubernetes.io/bootstrapping: rbac-defaults}
                rules:
                - {apiGroups: [""], resources: [secrets], verbs: [get]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: support}
                rules:
                - {apiGroups: [""], resources: [pods], verbs: [get]}
                - {apiGroups: [""], resources: [configmaps, secrets], verbs: [list]}
            """,
            at="rules[1].resources",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: support, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [pods], verbs: [get]}
                - {apiGroups: [""], resources: [configmaps], verbs: [list]}
                - {apiGroups: [""], resources: [secrets], resourceNames: [cart-db], verbs: [get]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: reader}
                rules:
                - {apiGroups: ["*"], resources: ["*"], verbs: [get, list, watch]}
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: deployer, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [secrets], verbs: [patch]}
            """,
            at="rules[0].resources",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: support}
                rules:
                - {apiGroups: [""], resources: ["${RESOURCE}"], verbs: [list]}
            """,
            at="rules[0].resources[0]",
        ),
    ),
)
