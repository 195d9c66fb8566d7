"""A role changes the definitions of custom resources.

Why: a definition may name a conversion webhook, which then reads and rewrites every object of that kind, credentials
    among them; to delete a definition deletes all objects of its kind in all namespaces.
Instead: name the operator's own definitions in `resourceNames`; install them with its manifests, since `create` cannot
    be limited by name.
Breaks: operators that install or upgrade their definitions themselves.
Check: kubectl auth can-i patch customresourcedefinitions --as=SUBJECT
Source: Kubernetes, "Versions in CustomResourceDefinitions", "Webhook conversion"; "Extend the Kubernetes API with
    CustomResourceDefinitions", "Delete a CustomResourceDefinition".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, Power, Right, Weight, powers
from seawall.rules.spec import MEDIUM, STRICT, Evidence, Rule, fails, passes, unknown

_GROUP = "apiextensions.k8s.io"

POWER = Power(
    (Right("customresourcedefinitions", ("update", "patch", "delete", "deletecollection"), _GROUP, cluster=True),),
    Weight(MEDIUM, role=None),
    "name the operator's own definitions in resourceNames",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-crd-write",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=MEDIUM,
    profile=STRICT,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [apiextensions.k8s.io]
                  resources: [customresourcedefinitions]
                  verbs: [get, list, watch, create]
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [apiextensions.k8s.io], resources: [customresourcedefinitions], verbs: ["*"]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [apiextensions.k8s.io]
                  resources: [customresourcedefinitions]
                  verbs: [update]
            """,
            at="rules[0].resources",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [apiextensions.k8s.io]
                  resources: [customresourcedefinitions]
                  resourceNames: [carts.shop.io]
                  verbs: [update]
            """,
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: ["${GROUP}"], resources: [customresourcedefinitions], verbs: [delete]}
            """,
            at="rules[0].apiGroups[0]",
        ),
    ),
)
