"""A role approves certificate requests.

Why: an approved request of the signer `kubernetes.io/kube-apiserver-client` is a client certificate for the user and
    the groups that it names, and no certificate can be revoked. With `approve` on the signer this is the way to be
    anyone but `system:masters`.
Instead: `update` on `certificatesigningrequests/approval` for the one controller that approves, and `approve` on its
    own signer's name in `resourceNames`.
Breaks: controllers that approve requests, such as those for serving certificates of nodes.
Check: kubectl auth can-i update certificatesigningrequests --subresource=approval --as=SUBJECT
Source: CIS Kubernetes Benchmark 5.1.11; Kubernetes, "RBAC good practices", "CSRs and certificate issuing".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, Power, Right, Weight, powers
from seawall.rules.spec import HIGH, LOW, Evidence, Rule, fails, passes, unknown

POWER = Power(
    (
        Right(
            "certificatesigningrequests/approval",
            ("update", "patch"),
            "certificates.k8s.io",
            cluster=True,
        ),
    ),
    Weight(HIGH, role=None, named=LOW),
    "leave it to the controller of one signer",
)


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER, view)


RULE = Rule(
    id="rbac-csr-approve",
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
                - apiGroups: [certificates.k8s.io]
                  resources: [certificatesigningrequests]
                  verbs: [get, list, create]
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [certificates.k8s.io]
                  resources: [certificatesigningrequests/approval]
                  verbs: [update]
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - {apiGroups: [certificates.k8s.io], resources: ["*"], verbs: ["*"]}
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: [certificates.k8s.io]
                  resources: [certificatesigningrequests/approval]
                  resourceNames: [feeds-client]
                  verbs: [update]
            """
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: operator}
                rules:
                - apiGroups: ["${GROUP}"]
                  resources: [certificatesigningrequests/approval]
                  verbs: [update]
            """
        ),
    ),
)
