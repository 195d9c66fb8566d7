"""A role creates PersistentVolumes.

Why: a PersistentVolume may be a `hostPath` or `local` directory of a node. Pod Security looks at the pod, which only
    names a claim, so this is a way to the node's files around every level.
Instead: let a StorageClass and its provisioner create volumes; people create PersistentVolumeClaims.
Breaks: volumes that are set up by hand; do that with an administrator's account.
Check: kubectl auth can-i create persistentvolumes --as=SUBJECT
Source: CIS Kubernetes Benchmark 5.1.9; Kubernetes, "RBAC good practices", "Persistent volume creation".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, Power, Right, Weight, powers
from seawall.rules.spec import MEDIUM, Evidence, Rule, fails, passes, unknown

POWER = Power(
    (Right("persistentvolumes", ("create",), cluster=True),),
    Weight(MEDIUM, role=None),
    "leave volumes to a provisioner and create claims",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-pv-create",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [persistentvolumes], verbs: [get, list]}
                - {apiGroups: [""], resources: [persistentvolumeclaims], verbs: [create]}
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [persistentvolumes], verbs: [create]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [persistentvolumes], verbs: [get, create, delete]}
            """,
            at="rules[0].resources",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: ["${RESOURCE}"], verbs: [create]}
            """
        ),
    ),
)
