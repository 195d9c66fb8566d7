"""A role opens shells in pods it does not name.

Why: `exec`, `attach` and ephemeral containers run commands inside a pod with its mounts, network and account;
    `portforward` goes around NetworkPolicy and Ingress. Pod Security looks at ephemeral containers only, and `get` is
    enough for `exec` over WebSockets on API servers before 1.35.
Instead: keep it to a Role in the namespaces people support, bound to people, not to programs; better a break-glass
    group that is watched in the audit log. `kubectl debug` on a copy of the pod needs none of it.
Breaks: `kubectl exec`, `attach`, `port-forward` and `debug` of everyone who holds the role.
Check: kubectl auth can-i create pods --subresource=exec --as=SUBJECT -n NAMESPACE
Source: Kubernetes, "RBAC good practices"; Microsoft Threat Matrix MS-TA9006; MITRE ATT&CK T1609.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, Power, Right, Weight, powers
from seawall.rules.spec import HIGH, MEDIUM, Evidence, Rule, fails, passes, unknown

_BY_CREATE_ONLY = 35
"""Before this minor version, `get` was enough for the first three, over a WebSocket."""


def _power(*verbs: str) -> Power:
    return Power(
        (
            *(Right(f"pods/{sub}", verbs) for sub in ("exec", "attach", "portforward")),
            Right("pods/ephemeralcontainers", ("update", "patch")),
        ),
        Weight(HIGH, role=MEDIUM),
        "keep it to people, in a Role of the namespace they support",
        in_role="keep it to people who support the namespace",
    )


POWER, POWER_BEFORE = _power("create"), _power("create", "get")


def check(role: Role, view: View) -> Iterator[Evidence]:
    return powers(role, POWER if view.kube_version.minor >= _BY_CREATE_ONLY else POWER_BEFORE, view)


RULE = Rule(
    id="rbac-pod-exec",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    versioned=True,
    severity=HIGH,
    otherwise=POWER.weight.otherwise,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: support}
                rules:
                - {apiGroups: [""], resources: [pods, pods/log], verbs: [get, list, watch]}
            """
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: support}
                rules:
                - {apiGroups: [""], resources: [pods, pods/*], verbs: ["*"]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: support}
                rules:
                - {apiGroups: [""], resources: [pods/exec, pods/portforward], verbs: [create]}
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: debug, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [pods/ephemeralcontainers], verbs: [patch]}
            """,
            at="rules[0].resources",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: support}
                rules:
                - {apiGroups: [""], resources: ["*/exec"], verbs: ["*"]}
            """,
            at="rules[0].resources",
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: support, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [pods/exec], verbs: [get]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: support, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [pods/exec], verbs: [get]}
            """,
            kube="1.34",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: support}
                rules:
                - {apiGroups: [""], resources: [pods/exec], verbs: ["${VERB}"]}
            """
        ),
    ),
)
