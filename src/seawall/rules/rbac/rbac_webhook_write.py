"""A role changes admission webhooks or policies that it does not name.

Why: a mutating webhook sees every Secret and rewrites every pod that is written; whoever deletes a validating webhook
    or policy, or lets it fail open, switches the cluster's rules off.
Instead: name the one configuration in `resourceNames`; an operator that injects its own certificate needs `patch` on
    that name only.
Breaks: operators that install their webhooks themselves; `create` cannot be limited by name, so install them with the
    operator's manifests.
Check: kubectl auth can-i update mutatingwebhookconfigurations --as=SUBJECT
Source: CIS Kubernetes Benchmark 5.1.12; Kubernetes, "RBAC good practices", "Control admission webhooks".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, WRITES, Power, Right, Weight, powers
from seawall.rules.spec import HIGH, Evidence, Rule, fails, passes, unknown

_KINDS = (
    "mutatingwebhookconfigurations",
    "validatingwebhookconfigurations",
    "validatingadmissionpolicies",
    "validatingadmissionpolicybindings",
    "mutatingadmissionpolicies",
    "mutatingadmissionpolicybindings",
)

POWER = Power(
    tuple(
        Right(kind, (*WRITES, "delete", "deletecollection"), "admissionregistration.k8s.io", cluster=True)
        for kind in _KINDS
    ),
    Weight(HIGH, role=None),
    "name the operator's own configuration in resourceNames",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-webhook-write",
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
                - apiGroups: [admissionregistration.k8s.io]
                  resources: [validatingwebhookconfigurations]
                  resourceNames: [feed-operator]
                  verbs: [get, update, patch]
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [admissionregistration.k8s.io]
                  resources: [mutatingwebhookconfigurations]
                  verbs: [get, list, watch]
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [admissionregistration.k8s.io]
                  resources: [validatingwebhookconfigurations]
                  verbs: [get, patch]
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [admissionregistration.k8s.io]
                  resources: [validatingadmissionpolicybindings]
                  verbs: [delete]
            """,
            at="rules[0].resources",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [admissionregistration.k8s.io]
                  resources: [mutatingwebhookconfigurations]
                  verbs: ["${VERB}"]
            """
        ),
    ),
)
