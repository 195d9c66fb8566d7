"""A pod gets a token for the API server that nothing shows it needs.

Why: whoever gets into the container reads the token and asks the API server in the pod's name; every right that the
    service account has, or is given later by mistake, is the attacker's.
Instead: set `automountServiceAccountToken: false` on the pod or on its ServiceAccount.
Breaks: programs that call the Kubernetes API; give those a service account of their own and bind what they need.
Check: kubectl get pods -A -o custom-columns=NAME:.metadata.name,MOUNTS:.spec.automountServiceAccountToken
Source: Kubernetes docs, "Configure Service Accounts for Pods"; NSA and CISA Kubernetes Hardening Guide 1.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Unknown
from seawall.model import PodTemplate, View
from seawall.model.access import account
from seawall.model.bindings import EVERYONE, members_of
from seawall.rules.pod._helpers import service_account_of
from seawall.rules.spec import (
    DEVELOPER_OWNS,
    LOW,
    MEDIUM,
    Evidence,
    Fix,
    Rule,
    Set,
    fail,
    fails,
    passes,
    unknown,
    unsure,
)

_WHERE: Final = "automountServiceAccountToken"


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    own = pod.spec.get(_WHERE)
    name = service_account_of(pod)
    if isinstance(own, Unknown):
        yield unsure(own, _WHERE)
    elif own is False:
        return
    elif isinstance(name, Unknown):
        yield unsure(name, "serviceAccountName")
    else:
        yield from _mounted(name, pod, view)


def _mounted(name: str, pod: PodTemplate, view: View) -> Iterator[Evidence]:
    """What is said of a pod that does not refuse the token."""
    bound = _is_bound(name, pod, view)
    if bound and not _is_in_vain(name, pod, view):
        return
    if pod.spec.get(_WHERE) is True:
        why = "the bindings of that account give it no right" if bound else "no binding here gives that account a right"
        yield fail(
            f'mounts a token of ServiceAccount "{name}" though {why}; set automountServiceAccountToken: false',
            _WHERE,
            value=True,
            severity=LOW,
        )
    else:
        what = "whose bindings give it no right" if bound else "which nothing here shows it needs"
        yield from _by_account(name, what, pod, view)


def _is_in_vain(name: str, pod: PodTemplate, view: View) -> bool:
    """Whether the bindings of the account give nothing, since their roles are empty or missing; of a whole cluster."""
    space = pod.resource.namespace
    if not view.whole or space is None:
        return False
    who, access = account(space, name), view.access
    spaces = ("", *access.grants.spaces(who))
    return not any(
        (held.grant.member.kind, held.grant.member.name) not in EVERYONE
        for each in spaces
        for held in access.held(who, each)
    )


def _by_account(name: str, what: str, pod: PodTemplate, view: View) -> Iterator[Evidence]:
    """What the pod gets when it does not say itself: the account decides, and an account that says nothing mounts."""
    accounts = view.named("ServiceAccount", pod.resource.namespace, name)
    if not accounts and name != "default":
        yield unsure(Unknown("", f'ServiceAccount "{name}", which decides it, was not read'), _WHERE)
        return
    # Overlays that are read together may have an account of this name each: the worst one decides.
    mounts = [account.tree.get(_WHERE) for account in accounts] or [None]
    later = next((each for each in mounts if isinstance(each, Unknown)), None)
    if any(not isinstance(each, Unknown) and each is not False for each in mounts):
        yield fail(
            f'mounts a token of ServiceAccount "{name}", {what}; set automountServiceAccountToken: false',
            _WHERE,
        )
    elif later is not None:
        yield unsure(later, _WHERE)


def _is_bound(name: str, pod: PodTemplate, view: View) -> bool:
    """Whether a binding gives the account something to use the token for."""
    homes = view.once(_bound).get(name)
    home = pod.resource.namespace
    # Bases of overlays leave the namespace out, and the overlay puts it in on both sides.
    return homes is not None and (home is None or None in homes or home in homes)


def _bound(view: View) -> dict[str, set[str | None]]:
    """The namespaces of the accounts that some binding names, by the account's name; None where none is said."""
    table: dict[str, set[str | None]] = {}
    for binding in (*view.of("RoleBinding"), *view.of("ClusterRoleBinding")):
        for member in members_of(binding):
            if member.unknown is None and member.kind == "ServiceAccount":
                where = member.namespace if isinstance(member.namespace, str) else binding.namespace
                table.setdefault(member.name, set()).add(where)
    return table


def fix(evidence: Evidence) -> Fix:
    return Fix("Do not mount the token", (Set(evidence.path, False),))


def _bound_to(kind: str, subject: str = "kind: ServiceAccount, name: feed") -> str:
    return f"""
{{apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {{name: feed, namespace: shop}},
 roleRef: {{kind: {kind}, name: view, apiGroup: rbac.authorization.k8s.io}},
 subjects: [{{{subject}}}]}}
---
{{apiVersion: v1, kind: Pod, metadata: {{name: feed, namespace: shop}},
 spec: {{serviceAccountName: feed, automountServiceAccountToken: true, containers: [{{name: feed, image: feed:1}}]}}}}
"""


RULE = Rule(
    id="sa-token-automount",
    on=PodTemplate,
    check=check,
    fix=fix,
    uses=("ServiceAccount", "RoleBinding", "ClusterRoleBinding"),
    finds_by=("Role", "ClusterRole"),
    severity=MEDIUM,
    otherwise={LOW: "the pod asks for the token itself and its account has no rights"},
    layer=Layer.CONTAINER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(pod="automountServiceAccountToken: false"),
        passes(
            manifest="""
                {apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, namespace: shop},
                 automountServiceAccountToken: false}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: cart, namespace: shop},
                 spec: {serviceAccountName: cart, containers: [{name: cart, image: cart:1}]}}
            """
        ),
        passes(
            manifest="""
                {apiVersion: rbac.authorization.k8s.io/v1, kind: RoleBinding, metadata: {name: feed, namespace: shop},
                 roleRef: {kind: Role, name: feed, apiGroup: rbac.authorization.k8s.io},
                 subjects: [{kind: ServiceAccount, name: feed}]}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: feed, namespace: shop},
                 spec: {serviceAccountName: feed, containers: [{name: feed, image: feed:1}]}}
            """
        ),
        fails(
            pod="enableServiceLinks: false",
            at="spec.automountServiceAccountToken",
            after_fix="""
                enableServiceLinks: false
                automountServiceAccountToken: false
            """,
        ),
        fails(pod="automountServiceAccountToken: true", at="spec.automountServiceAccountToken"),
        fails(
            manifest="""
                {apiVersion: v1, kind: ServiceAccount, metadata: {name: cart, namespace: shop}}
                ---
                {apiVersion: v1, kind: Pod, metadata: {name: cart, namespace: shop},
                 spec: {serviceAccountName: cart, containers: [{name: cart, image: cart:1}]}}
            """
        ),
        # A role that does not exist gives nothing to use the token for.
        fails(manifest=_bound_to("Role"), estate=True),
        passes(manifest=_bound_to("ClusterRole"), estate=True),
        passes(manifest=_bound_to("Role")),
        passes(manifest=_bound_to("ClusterRole", "kind: User, name: 'system:serviceaccount:shop:feed'"), estate=True),
        unknown(pod="serviceAccountName: cart"),
        unknown(pod="automountServiceAccountToken: '${MOUNT}'"),
    ),
)
