"""A role decides which server answers for a part of the API.

Why: an APIService sends every request of an API group to a Service of one's choice. That server reads what clients
    write, and answers what it likes to controllers and autoscalers. To delete one takes the whole group away.
Instead: name the one APIService in `resourceNames`; `create` cannot be limited by name, so install it with the
    operator's manifests.
Breaks: operators that register their own API server.
Check: kubectl auth can-i update apiservices.apiregistration.k8s.io --as=SUBJECT
Source: Kubernetes, "Kubernetes API Aggregation Layer" and "Configure the Aggregation Layer".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, WRITES, Power, Right, Weight, powers
from seawall.rules.spec import HIGH, Evidence, Rule, fails, passes, unknown

_GROUP = "apiregistration.k8s.io"

POWER = Power(
    (Right("apiservices", (*WRITES, "delete", "deletecollection"), _GROUP, cluster=True),),
    Weight(HIGH, role=None),
    "name the operator's own APIService in resourceNames",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-api-service-write",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=HIGH,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [apiregistration.k8s.io]
                  resources: [apiservices]
                  verbs: [get, list, watch]
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [apiregistration.k8s.io], resources: [apiservices], verbs: [update]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [apiregistration.k8s.io], resources: [apiservices], verbs: [patch]}
            """,
            at="rules[0].resources",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [apiregistration.k8s.io]
                  resources: [apiservices]
                  resourceNames: [v1.shop.example]
                  verbs: [patch]
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [apiregistration.k8s.io]
                  resources: [apiservices]
                  resourceNames: [v1.shop.example]
                  verbs: [create]
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [apiregistration.k8s.io], resources: ["*"], verbs: ["*"]}
            """,
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [apiregistration.k8s.io], resources: [apiservices], verbs: ["${VERB}"]}
            """,
            at="rules[0].verbs[0]",
        ),
    ),
)
