"""A role deletes events.

Why: events are where a crash, a refused pod or a pulled image first shows. Who deletes them hides what happened from
    everybody who looks with kubectl.
Instead: leave `delete` and `deletecollection` on events out; they go by themselves after an hour.
Breaks: nothing that runs; clean-up scripts.
Check: kubectl auth can-i delete events --as=SUBJECT -n NAMESPACE
Source: Microsoft Threat Matrix, "Delete Kubernetes events"; MITRE ATT&CK T1070.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, Power, Right, Weight, powers
from seawall.rules.spec import LOW, Evidence, Rule, fails, passes, unknown

POWER = Power(
    tuple(Right("events", ("delete", "deletecollection"), group) for group in ("", "events.k8s.io")),
    Weight(LOW, role=LOW),
    "leave both verbs out, events go by themselves",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-event-delete",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [events], verbs: [create, patch]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [events], verbs: [get, delete]}
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [events.k8s.io], resources: ["*"], verbs: [deletecollection]}
            """,
            at="rules[0].resources",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [events], verbs: ["${VERB}"]}
            """
        ),
    ),
)
