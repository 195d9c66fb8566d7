"""Somebody's rights, taken together, equal cluster-admin.

Why: who may write bindings and `bind` any role gives themselves `cluster-admin`; who may rewrite their own role and
    `escalate` puts everything into it; who may impersonate `system:masters`, or make tokens of an account that may do
    all this, is that account. No single role says so, and nobody who looks for `cluster-admin` finds it.
Instead: take one of the two rights away, or name in `resourceNames` the roles that may be bound and the accounts that
    may be acted as.
Breaks: operators that set up rights for others; what they may give stays possible where it is named.
Check: kubectl auth can-i --list --as=SUBJECT
Source: Kubernetes, "Using RBAC Authorization", "Privilege escalation prevention and bootstrapping"; "RBAC good
    practices", "Kubernetes RBAC - privilege escalation risks".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer
from seawall.model import Binding, View
from seawall.model.access.grants import Grant
from seawall.model.access.identity import of_member
from seawall.model.access.might import Admins, Chain
from seawall.model.access.reasons import reasons
from seawall.model.facts import Fact
from seawall.model.permissions import Answer, grants_everything, owns_core
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE, is_clusters_own
from seawall.rules.spec import CRITICAL, ESSENTIAL, HIGH, Evidence, Rule, fail, fails, passes, unknown, unsure

Key = tuple[int, int]
"""The `id()` of a binding, and the index of one of its subjects."""


def check(binding: Binding, view: View) -> Iterator[Evidence]:
    if is_clusters_own(binding.resource):
        return
    for grant, chain in view.once(_found).get(id(binding.resource), ()):
        where = grant.member.where or ("subjects", grant.member.index, "name")
        if chain.answer is Answer.YES:
            yield fail(
                f"gives {grant.member.text} what equals cluster-admin: it {chain.text} ({chain.through}); "
                "take one of these rights away",
                *where,
                value=grant.member.name,
                severity=HIGH if grant.member.is_person else CRITICAL,
            )
        elif chain.doubt is not None:
            yield unsure(chain.doubt, *where)


def because(binding: Binding, view: View, evidence: Evidence) -> Iterator[Fact]:
    for grant, chain in view.once(_found).get(id(binding.resource), ()):
        if evidence.path[:2] == ("subjects", grant.member.index):
            for held in chain.held:
                yield from reasons(held)


def _found(view: View) -> dict[int, list[tuple[Grant, Chain]]]:
    """By the `id()` of a binding its subjects that equal cluster-admin, each told at one binding only."""
    admins = view.once(admins_of)
    found: dict[int, list[tuple[Grant, Chain]]] = {}
    for grant in admins.access.grants.grants:
        who = of_member(grant.member, ())  # what a person holds through groups is told of the groups
        if grant.namespace is not None or (who is not None and who.is_master):
            continue
        chain = admins.of(who) if who is not None else admins.filled_in(grant)
        if chain is not None and chain.held[0].grant is grant and not _is_told(chain):
            found.setdefault(id(grant.binding), []).append((grant, chain))
    return found


def admins_of(view: View) -> Admins:
    """Who equals cluster-admin."""
    return Admins(view.access)


def _is_told(chain: Chain) -> bool:
    """Whether one rule allows everything: cluster-admin-binding and rbac-admin-equivalent tell of it."""
    rule = chain.held[0].given.rule
    return max(grants_everything(rule), owns_core(rule)) is not Answer.NO


def _estate(*rules: str, names: str = "") -> str:
    lines = "\n".join(f"- {{{rule}}}" for rule in rules)
    return f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {{name: tenants}}
rules:
{lines}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {{name: tenants}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tenants}}
subjects: [{names or "{kind: ServiceAccount, name: tenants, namespace: ops}"}]"""


def _on(resource: str, *verbs: str, names: str = "") -> str:
    limit = f", resourceNames: [{names}]" if names else ""
    return f"apiGroups: [rbac.authorization.k8s.io], resources: [{resource}]{limit}, verbs: [{', '.join(verbs)}]"


def _as(resource: str, names: str = "") -> str:
    limit = f', resourceNames: ["{names}"]' if names else ""
    return f'apiGroups: [""], resources: [{resource}]{limit}, verbs: [impersonate]'


_PERSON = "{kind: User, name: jane, apiGroup: rbac.authorization.k8s.io}"
_WRITE, _BIND = _on("clusterrolebindings", "create"), _on("clusterroles", "bind")
_TOKENS = """
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: ci}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tokens}
subjects: [{kind: ServiceAccount, name: ci, namespace: ops}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: tokens}
rules: [{apiGroups: [""], resources: [serviceaccounts/token], verbs: [create]}]"""

RULE = Rule(
    id="subject-equals-cluster-admin",
    check=check,
    because=because,
    severity=CRITICAL,
    otherwise={HIGH: "a person holds it"},
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    on=Binding,
    finds_by=RBAC_KINDS,
    profile=ESSENTIAL,
    concept="cluster-admin-binding",
    examples=(
        passes(manifest=_estate(_WRITE)),
        passes(manifest=_estate(_BIND)),
        passes(manifest=_estate(_WRITE, _on("clusterroles", "bind", names="view, edit"))),
        passes(manifest=_estate(_on("clusterroles", "create", "escalate"))),
        passes(manifest=_estate(_as("groups"))),
        passes(manifest=_estate(_as("users"), _as("groups", "dev"))),
        fails(
            manifest=_estate(_WRITE, _BIND),
            at="subjects[0].name",
            instead=_estate(_WRITE, _on("clusterroles", "bind", names="view")),
        ),
        fails(manifest=_estate(_WRITE, _BIND, names=_PERSON)),
        fails(manifest=_estate(_on("clusterroles", "update", "escalate"))),
        fails(manifest=_estate(_as("users, groups"))),
        fails(manifest=_estate(_as("users", "jane"), _as("groups", "system:masters"))),
        fails(manifest=_estate(_WRITE, _BIND) + _TOKENS),
        unknown(manifest=_estate(_on("clusterrolebindings", '"${VERB}"'), _BIND)),
    ),
)
