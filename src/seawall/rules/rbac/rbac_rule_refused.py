"""A role has a rule that the API server refuses.

Why: the server refuses the whole role, or keeps the one that it has: what is in the file is not what the cluster does.
Instead: verbs, apiGroups and resources in every rule; `nonResourceURLs` and verbs in a rule of its own, of a
    ClusterRole.
Breaks: nothing; the role is not accepted as it is.
Check: kubectl apply --dry-run=server -f FILE
Source: k8s.io/kubernetes `pkg/apis/rbac/validation` (`ValidatePolicyRule`).
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Role
from seawall.model.access.void import refusals
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import LOW, Evidence, Rule, fail, fails, passes, unknown, unsure


def check(role: Role) -> Iterator[Evidence]:
    for index, rule in enumerate(role.rules):
        for void in refusals(role.tree, index, rule):
            yield fail(f"has a rule that the API server refuses: it {void.text}", *void.path, value=void.value)
        if rule.unknown is not None:
            yield unsure(rule.unknown, *rule.where)


def _role(rule: str, kind: str = "ClusterRole") -> str:
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: {kind}
metadata: {{name: reader{", namespace: shop" if kind == "Role" else ""}}}
rules:
- {{{rule}}}"""


_URLS = "nonResourceURLs: [/metrics], verbs: [get]"

RULE = Rule(
    id="rbac-rule-refused",
    on=Role,
    check=check,
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(manifest=_role(_URLS)),
        passes(manifest=_role('apiGroups: [""], resources: [pods], verbs: [get]', "Role")),
        fails(
            manifest=_role("resources: [configmaps], verbs: [get]", "Role"),
            at="rules[0].apiGroups",
            instead=_role('apiGroups: [""], resources: [configmaps], verbs: [get]', "Role"),
        ),
        fails(manifest=_role(_URLS, "Role"), at="rules[0].nonResourceURLs"),
        fails(manifest=_role(f'apiGroups: [""], resources: [pods], {_URLS}'), at="rules[0].nonResourceURLs"),
        fails(manifest=_role('apiGroups: [""], resources: [pods], verbs: []'), at="rules[0].verbs"),
        fails(manifest=_role('apiGroups: [""], verbs: [get]'), at="rules[0].resources"),
        unknown(manifest=_role("apiGroups: '${GROUPS}', resources: [pods], verbs: [get]")),
    ),
)
