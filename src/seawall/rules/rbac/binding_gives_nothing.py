"""A RoleBinding names a ClusterRole that gives nothing in a namespace.

Why: the role is about URLs, or about resources that stand in no namespace, and those are given by a ClusterRoleBinding
    only. Its subjects are refused what somebody meant them to have.
Instead: a ClusterRoleBinding, if the right is needed; otherwise delete the binding.
Breaks: nothing; the binding gives nothing today.
Check: kubectl describe rolebinding NAME -n NAMESPACE
Source: Kubernetes, "Using RBAC Authorization", "RoleBinding and ClusterRoleBinding".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Binding, View
from seawall.model.access.grants import role_key
from seawall.model.access.void import only_outside
from seawall.model.bindings import role_of
from seawall.model.permissions import Answer
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(binding: Binding, view: View) -> Iterator[Evidence]:
    key, hole = role_key(binding.resource)
    if binding.resource.kind != "RoleBinding" or key is None or key[0] != "ClusterRole":
        return
    if hole is not None:
        yield unsure(hole, *role_of(binding.resource).where)
        return
    given = view.access.roles.rules(key)
    role = view.access.roles.named(key)
    if not given or (role is not None and role.tree.get("aggregationRule") is not None and not view.whole):
        return  # what else it gathers is not in sight
    answer = min(only_outside(each.rule) for each in given)
    doubt = next((found for each in given for found in (each.doubt, each.rule.unknown) if found is not None), None)
    if answer is Answer.YES and doubt is None:
        yield fail(
            f'names ClusterRole "{key[2]}", which gives nothing in a namespace; write a ClusterRoleBinding',
            *("roleRef", "name"),
            value=key[2],
        )
    elif answer is not Answer.NO and doubt is not None:
        yield unsure(doubt, "roleRef", "name")


def _binding(role: str, kind: str = "RoleBinding") -> str:
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata: {{name: example{", namespace: shop" if kind == "RoleBinding" else ""}}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {role}}}
subjects: [{{kind: ServiceAccount, name: cart, namespace: shop}}]"""


def _estate(*rules: str) -> str:
    return f"""{_binding("reader")}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: reader}}
rules: [{", ".join(rules)}]"""


_NODES = '{apiGroups: [""], resources: [nodes], verbs: [get]}'
_PODS = '{apiGroups: [""], resources: [pods], verbs: [get]}'
_URLS = "{nonResourceURLs: [/metrics], verbs: [get]}"

RULE = Rule(
    id="binding-gives-nothing",
    on=Binding,
    check=check,
    finds_by=RBAC_KINDS,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(manifest=_binding("view")),
        passes(manifest=_estate(_NODES, _PODS)),
        passes(manifest=_binding("system:auth-delegator", "ClusterRoleBinding")),
        fails(manifest=_estate(_NODES, _URLS), at="roleRef.name", instead=_estate(_PODS)),
        fails(manifest=_binding("system:auth-delegator"), at="roleRef.name"),
        unknown(manifest=_binding("'${ROLE}'")),
        unknown(manifest=_estate(_NODES.replace("nodes", "'${WHAT}'"))),
    ),
)
