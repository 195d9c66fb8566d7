"""A role has entries that no request ever matches.

Why: `pods/*`, a plural that is none, a resource in another API group or a verb such as `read` allow nothing. Whoever
    reads the role believes otherwise, and what is missing is found in production, or is given in a hurry by a
    wildcard.
Instead: write the entry as the API has it (`kubectl api-resources -o wide` names each resource, its group and its
    verbs), or leave it out.
Breaks: nothing; the entry gives nothing today.
Check: kubectl api-resources -o wide
Source: Kubernetes, "Using RBAC Authorization", "Referring to resources"; "Authorization", "Request verbs and
    authorization".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role
from seawall.model.access.void import void_entries
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, is_clusters_own
from seawall.rules.spec import LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(role: Role) -> Iterator[Evidence]:
    if is_clusters_own(role.resource):
        return
    for index, rule in enumerate(role.rules):
        for void in void_entries(role.tree, index, rule):
            said = f'"{void.value}"' if isinstance(void.value, str) else "resourceNames"
            yield fail(f"has an entry that does nothing: {said} {void.text}", *void.path, value=void.value)
        if rule.unknown is not None:
            yield unsure(rule.unknown, *rule.where)


def _role(groups: str, resources: str, verbs: str, names: str = "") -> str:
    limit = f", resourceNames: [{names}]" if names else ""
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: operator}}
rules:
- {{apiGroups: [{groups}], resources: [{resources}]{limit}, verbs: [{verbs}]}}"""


RULE = Rule(
    id="rbac-rule-matches-nothing",
    on=Role,
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(manifest=_role('"", apps', "pods, pods/log, deployments/scale, '*/status'", "get, list, watch")),
        passes(manifest=_role("shop.example", "carts, cart", "read")),
        passes(manifest=_role("extensions", "ingresses, networkpolicies", "get")),
        passes(manifest=_role('""', "secrets", "create, get", "cart")),
        passes(manifest=_role('""', "serviceaccounts/token", "create", "cart")),
        fails(
            manifest=_role('""', "pods, 'pods/*'", "get"),
            at="rules[0].resources[1]",
            instead=_role('""', "pods, pods/log", "get"),
        ),
        fails(manifest=_role('""', "deployments", "get"), at="rules[0].resources[0]"),
        fails(manifest=_role('""', "secret", "get"), at="rules[0].resources[0]"),
        fails(manifest=_role('""', "configmaps", "read"), at="rules[0].verbs[0]"),
        fails(manifest=_role("apps", "deployments", "get, Watch"), at="rules[0].verbs[1]"),
        fails(manifest=_role('""', "configmaps", "create", "cart"), at="rules[0].resourceNames"),
        fails(manifest=_role("v1", "pods", "get"), at="rules[0].apiGroups[0]"),
        fails(manifest=_role("apps/v1", "deployments", "get"), at="rules[0].apiGroups[0]"),
        fails(manifest=_role('"*.shop.example"', "carts", "get"), at="rules[0].apiGroups[0]"),
        fails(manifest=_role('""', "secrets", "get", "'cart-*'"), at="rules[0].resourceNames[0]"),
        passes(manifest=_role("certificates.k8s.io", "signers", "sign", "'shop.example/*'")),
        unknown(manifest=_role("'${GROUP}'", "deployments", "get")),
    ),
)
