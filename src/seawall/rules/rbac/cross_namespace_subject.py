"""A RoleBinding gives rights to an account of another namespace.

Why: whoever may create pods in that other namespace holds these rights too. The two namespaces are then as safe as the
    weaker one, which those who own this one do not see.
Instead: an account in the namespace itself; where a shared program (a monitor, a deployer) has to reach in, keep the
    role small and its namespace closed.
Breaks: the program of the other namespace.
Check: kubectl get rolebindings -n NAMESPACE -o wide
Source: Kubernetes, "RBAC good practices", "Isolation"; Kubernetes, "Using RBAC Authorization", "Referring to subjects".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.inventory import text_of
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Binding
from seawall.model.access.bootstrap import is_as_made
from seawall.model.bindings import members_of
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(binding: Binding) -> Iterator[Evidence]:
    own = binding.resource.namespace
    if binding.resource.kind != "RoleBinding" or own is None or is_as_made(binding.resource):
        return
    for member in members_of(binding.resource):
        path = ("subjects", member.index, "namespace")
        if member.unknown is not None:
            yield unsure(member.unknown, *member.where)
        elif member.kind != "ServiceAccount" or text_of(member.namespace) in (own, ""):
            continue
        elif isinstance(member.namespace, Unknown):
            yield unsure(member.namespace, *path)
        elif has_placeholder(own):
            yield unsure(Unknown(own), "metadata", "namespace")
        else:
            yield fail(
                f'gives rights in "{own}" to {member.text}; prefer an account of this namespace',
                *path,
                value=member.namespace,
            )


def _signer(account: str) -> str:
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: "system:controller:bootstrap-signer", namespace: kube-public}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: "system:controller:bootstrap-signer"}}
subjects: [{{kind: ServiceAccount, {account}}}]"""


RULE = Rule(
    id="cross-namespace-subject",
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    on=Binding,
    profile=STRICT,
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: cart, namespace: shop}
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: cart, namespace: ops}
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: cart}
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: "${NAMESPACE}"}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: cart, namespace: "${NAMESPACE}"}
            """,
        ),
        # What every API server makes for itself is nobody's mistake.
        passes(manifest=_signer("name: bootstrap-signer, namespace: kube-system")),
        fails(manifest=_signer("name: signer, namespace: kube-system")),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: prometheus, namespace: monitoring}
            """,
            at="subjects[0].namespace",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: ServiceAccount, name: cart, namespace: "${NAMESPACE}"}
            """,
        ),
    ),
)
