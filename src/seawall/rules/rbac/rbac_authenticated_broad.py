"""Rights are bound to everybody who has any credential.

Why: `system:authenticated` is every user and every account of every pod; on some clouds it is every account of the
    provider. `system:serviceaccounts` is every pod. One leaked token of anything is enough.
Instead: bind the groups and accounts that need the role.
Breaks: whoever used the role without being named.
Check: kubectl get clusterrolebindings,rolebindings -A -o wide | grep -E 'system:(authenticated|serviceaccounts)'
Source: Kubernetes, "RBAC good practices", "Hardening"; CIS Google Kubernetes Engine Benchmark 4.1.10.
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Binding, View
from seawall.model.access.bootstrap import is_as_made
from seawall.model.bindings import EVERYONE, members_of, role_of
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._grants import gives_everything, gives_no_more_than, judged
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import CRITICAL, HIGH, MEDIUM, Evidence, Rule, fails, passes, unknown

_OPEN = frozenset(
    {
        "system:basic-user",
        "system:discovery",
        "system:public-info-viewer",
        "system:service-account-issuer-discovery",
    }
)
"""The ClusterRoles that Kubernetes gives to everybody itself."""


def check(binding: Binding, view: View) -> Iterator[Evidence]:
    members = members_of(binding.resource)
    if not any((member.kind, member.name) in EVERYONE or member.unknown is not None for member in members):
        return iter(())
    made = {role_of(binding.resource).name} if is_as_made(binding.resource) else set()
    if gives_no_more_than(binding, view, _OPEN | made):
        return iter(())
    worst = CRITICAL if gives_everything(binding, view) else HIGH
    return judged(
        binding,
        lambda member: (member.kind, member.name) in EVERYONE,
        'gives the role "{role}" to {member}, which is {reach}; bind who needs it',
        lambda _: MEDIUM if binding.resource.kind == "RoleBinding" else worst,
        ("Group",),
    )


def _bound(rule: str, more: str = "") -> str:
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: example}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: example}}
subjects:
- {{kind: Group, name: system:authenticated, apiGroup: rbac.authorization.k8s.io}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: example, labels: {{all: "true"}}}}
rules: [{{{rule}}}]
{more}"""


_GATHERED = """\
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: gathers}
aggregationRule: {clusterRoleSelectors: [{matchLabels: {all: "true"}}]}
"""


def _bundles(group: str, resource: str, name: str = "system:cluster-trust-bundle-discovery") -> str:
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: "{name}"}}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: ClusterRole
  name: system:cluster-trust-bundle-discovery
subjects:
- {{kind: Group, name: "system:serviceaccounts", apiGroup: rbac.authorization.k8s.io}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: "system:cluster-trust-bundle-discovery"}}
rules: [{{apiGroups: [{group}], resources: [{resource}], verbs: [list]}}]"""


_ALL = 'apiGroups: ["*"], resources: ["*"], verbs: ["*"]'
_REVIEWS = "apiGroups: [authorization.k8s.io], resources: [selfsubjectaccessreviews], verbs: [create]"

RULE = Rule(
    id="rbac-authenticated-broad",
    check=check,
    finds_by=RBAC_KINDS,
    severity=HIGH,
    otherwise={CRITICAL: "it equals cluster-admin", MEDIUM: "a RoleBinding keeps the rights to one namespace"},
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    on=Binding,
    examples=(
        # What every API server makes for itself is nobody's mistake, as long as it is what the server makes.
        passes(manifest=_bundles("certificates.k8s.io", "clustertrustbundles")),
        fails(manifest=_bundles('""', "secrets")),
        fails(manifest=_bundles("certificates.k8s.io", "clustertrustbundles", name="bundles")),
        # What everybody may do by the built-in bindings is no news under another name.
        passes(manifest=_bound(_REVIEWS)),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: Group, name: developers, apiGroup: rbac.authorization.k8s.io}
            """,
        ),
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: system:discovery}
                subjects:
                - {kind: Group, name: system:authenticated, apiGroup: rbac.authorization.k8s.io}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: Group, name: system:authenticated, apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[0].name",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                subjects:
                - {kind: Group, name: system:authenticated, apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[0].name",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: system:discovery}
                subjects:
                - {kind: Group, name: system:authenticated, apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[0].name",
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: example, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reader}
                subjects:
                - {kind: Group, name: system:serviceaccounts, apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[0].name",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: example}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
                subjects:
                - {kind: Group, name: "${GROUP}", apiGroup: rbac.authorization.k8s.io}
            """,
            at="subjects[0].name",
        ),
        fails(manifest=_bound(_ALL)),
        fails(manifest=_bound(_ALL, _GATHERED).replace("ClusterRole, name: example", "ClusterRole, name: gathers")),
    ),
)
