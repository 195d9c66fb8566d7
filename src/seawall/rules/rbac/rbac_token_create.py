"""A role makes tokens of accounts it does not name.

Why: `create` on `serviceaccounts/token` gives out a credential of the account, with all of its rights, to be used from
    anywhere. The account's own pods see nothing of it.
Instead: name the accounts in `resourceNames`; for this subresource, `create` does look at them.
Breaks: external programs, such as secret stores, that ask for tokens of any account.
Check: kubectl auth can-i create serviceaccounts --subresource=token --as=SUBJECT -n NAMESPACE
Source: CIS Kubernetes Benchmark 5.1.13; Kubernetes, "RBAC good practices", "Token request".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, Power, Right, Weight, powers
from seawall.rules.spec import HIGH, MEDIUM, Evidence, Rule, fails, passes, unknown

POWER = Power(
    (Right("serviceaccounts/token", ("create",)),),
    Weight(HIGH, role=MEDIUM),
    "name the accounts in resourceNames",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-token-create",
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
                metadata: {name: operator}
                rules:
                - apiGroups: [""]
                  resources: [serviceaccounts/token]
                  resourceNames: [vault]
                  verbs: [create]
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [serviceaccounts], verbs: [create, get]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: operator, namespace: shop}
                rules:
                - {apiGroups: [""], resources: ["*/token"], verbs: [create]}
            """,
            at="rules[0].resources",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: ["${GROUP}"], resources: [serviceaccounts/token], verbs: [create]}
            """,
            at="rules[0].apiGroups[0]",
        ),
    ),
)
