"""A role deletes namespaces or stored data everywhere.

Why: to delete a namespace deletes all that is in it; to delete claims, volumes or snapshots may delete the data, and
    the copies from which it would come back. One stolen token, or one mistaken script, is enough.
Instead: a Role in the namespaces that it works in, or the objects' names in `resourceNames`; volumes with the reclaim
    policy `Retain`.
Breaks: programs that clean up after themselves in namespaces that nobody wrote down.
Check: kubectl auth can-i delete namespaces --as=SUBJECT
Source: Microsoft Threat Matrix for Kubernetes, "Data destruction"; Kubernetes, "RBAC good practices", "Least
    privilege".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, Power, Right, Weight, powers
from seawall.rules.spec import LOW, STRICT, Evidence, Rule, fails, passes, unknown

_DELETES = ("delete", "deletecollection")

POWER = Power(
    (
        Right("namespaces", _DELETES[:1], cluster=True),
        Right("persistentvolumes", _DELETES, cluster=True),
        Right("persistentvolumeclaims", _DELETES),
        Right("volumesnapshots", _DELETES, "snapshot.storage.k8s.io"),
        Right("volumesnapshotcontents", _DELETES, "snapshot.storage.k8s.io", cluster=True),
    ),
    Weight(LOW, role=None),
    "give it by Roles, where it is used",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-data-delete",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=LOW,
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
                - apiGroups: [""]
                  resources: [persistentvolumeclaims, namespaces]
                  verbs: [get, list, create]
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [persistentvolumeclaims], verbs: [delete]}
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [namespaces], verbs: [deletecollection]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [namespaces], verbs: [get, delete]}
            """,
            at="rules[0].resources",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [""]
                  resources: [namespaces]
                  resourceNames: [preview]
                  verbs: [get, delete]
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [snapshot.storage.k8s.io], resources: ["*"], verbs: ["*"]}
            """,
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [persistentvolumes], verbs: ["${VERB}"]}
            """,
            at="rules[0].verbs[0]",
        ),
    ),
)
