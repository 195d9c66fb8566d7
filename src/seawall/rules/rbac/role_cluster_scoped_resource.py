"""A Role is about resources that stand in no namespace.

Why: nodes, volumes, cluster roles and users stand in no namespace, so that a Role never allows anything on them. It
    looks as if the right was given and narrow; when it is missed, a ClusterRoleBinding with more than that comes in a
    hurry.
Instead: a ClusterRole with these resources, bound by a ClusterRoleBinding, if they are needed; or leave them out.
Breaks: nothing; the Role gives nothing on them today.
Check: kubectl api-resources --namespaced=false
Source: Kubernetes, "Using RBAC Authorization", "Role and ClusterRole".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role
from seawall.model.access.void import outside_namespaces
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(role: Role) -> Iterator[Evidence]:
    if role.resource.kind != "Role":
        return
    for index, rule in enumerate(role.rules):
        for at, entry in outside_namespaces(role.tree, index, rule):
            yield fail(
                f"allows nothing on {entry}, which stand in no namespace; write a ClusterRole or leave them out",
                *("rules", index, "resources", at),
                value=entry,
            )
        if rule.unknown is not None:
            yield unsure(rule.unknown, *rule.where)


def _role(resources: str, verbs: str = "get, list", groups: str = '""', kind: str = "Role") -> str:
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata: {{name: reader{", namespace: shop" if kind == "Role" else ""}}}
rules:
- {{apiGroups: [{groups}], resources: [{resources}], verbs: [{verbs}]}}"""


_RBAC = "rbac.authorization.k8s.io"

RULE = Rule(
    id="role-cluster-scoped-resource",
    on=Role,
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(manifest=_role("nodes", kind="ClusterRole")),
        passes(manifest=_role("pods, namespaces, '*'")),
        passes(manifest=_role("nodes", groups="'*'")),
        # A RoleBinding to a ClusterRole asks for the verb in its namespace.
        passes(manifest=_role("clusterroles", "bind", _RBAC)),
        fails(
            manifest=_role("pods, nodes"),
            at="rules[0].resources[1]",
            instead=_role("pods"),
        ),
        # Up to 1.24 a pod might use a policy by a Role of its namespace.
        passes(manifest=_role("podsecuritypolicies", "use", "policy")),
        # To get a Namespace is asked in it, to list them is not.
        fails(manifest=_role("namespaces", "list, watch")),
        fails(manifest=_role("clusterroles", groups=_RBAC)),
        fails(manifest=_role("users", "impersonate")),
        unknown(manifest=_role("'${WHAT}'")),
    ),
)
