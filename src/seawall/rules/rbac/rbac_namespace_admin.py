"""A Role allows everything in its namespace.

Why: every verb on every resource, now and in later versions: it reads the Secrets, enters the pods, acts as any account
    of the namespace and makes tokens of them. Bound to an account of a program, one flaw of that program is enough.
Instead: the built-in ClusterRole `admin` or `edit`, bound by a RoleBinding, for people; for programs a Role with what
    they use.
Breaks: whatever relies on a right that nobody wrote down; find it in the audit log first.
Check: kubectl auth can-i --list -n NAMESPACE --as=SUBJECT
Source: CIS Kubernetes Benchmark 5.1.3; Kubernetes, "RBAC good practices", "Least privilege".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role, View
from seawall.model.permissions import Answer, grants_everything, owns_core
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._holders import given_to
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, is_clusters_own
from seawall.rules.spec import HIGH, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(role: Role, view: View) -> Iterator[Evidence]:
    if role.resource.kind != "Role" or is_clusters_own(role.resource):
        return
    for index, rule in enumerate(role.rules):
        answer = owns_core(rule)
        if answer is Answer.YES:
            whole = grants_everything(rule) is Answer.YES
            reach = "" if whole else " of the core API group"
            holders = given_to(role.resource, view)
            message = f"allows every verb on every resource{reach} in its namespace{holders}; write out what is used"
            yield fail(message, "rules", index, "verbs", value="*", severity=HIGH if whole else MEDIUM)
        elif answer is Answer.UNKNOWN and rule.unknown is not None:
            yield unsure(rule.unknown, *rule.where)


RULE = Rule(
    id="rbac-namespace-admin",
    on=Role,
    check=check,
    tells_of=RBAC_KINDS,
    severity=HIGH,
    otherwise={MEDIUM: "it allows everything of the core API group only"},
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    concept="rbac-wildcard",
    # It stands for the narrower rules of the family, as far as their resources have a namespace.
    controls=(*(f"cis-1.12:5.1.{number}" for number in (2, 4, 8, 13)), "kubescape:C-0007"),
    examples=(
        passes(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: apps, namespace: shop}
                rules:
                - {apiGroups: [apps], resources: ["*"], verbs: ["*"]}
                - {apiGroups: [""], resources: [pods], verbs: ["*"]}
            """
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: owner, namespace: shop}
                rules:
                - {apiGroups: [apps, "*"], resources: ["*"], verbs: [get, "*"]}
            """,
            at="rules[0].verbs",
            instead="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: owner, namespace: shop}
                rules:
                - {apiGroups: ["", apps], resources: [pods, pods/log, deployments], verbs: [get, list, watch]}
                - {apiGroups: [""], resources: [configmaps, services], verbs: [get, create, update, patch, delete]}
            """,
        ),
        fails(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: owner, namespace: shop}
                rules:
                - {apiGroups: [""], resources: ["*"], verbs: ["*"]}
            """,
            at="rules[0].verbs",
        ),
        unknown(
            manifest="""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: owner, namespace: shop}
                rules:
                - {apiGroups: ["${GROUP}"], resources: ["*"], verbs: ["*"]}
            """,
            at="rules[0].apiGroups[0]",
        ),
    ),
)
