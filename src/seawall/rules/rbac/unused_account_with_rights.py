"""A service account has rights and no workload runs as it.

Why: whoever may start a pod in its namespace may start it as this account; nobody would notice that the rights are
    used, or that they are gone.
Instead: delete the account and its bindings; an account that something outside of the cluster uses is better a user of
    its own.
Breaks: programs outside of the cluster that use its tokens, and workloads that stand in no file.
Check: kubectl get pods -n NAMESPACE -o custom-columns=NAME:.metadata.name,ACCOUNT:.spec.serviceAccountName
Source: Kubernetes, "RBAC good practices", "Periodic review".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.model import ServiceAccount, View
from seawall.model.access.accounts import account_name
from seawall.model.access.grants import Grant
from seawall.model.access.reasons import named
from seawall.model.bindings import ACCOUNT_USER
from seawall.model.view import RBAC_KINDS
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import LOW, STRICT, Evidence, Rule, fail, fails, passes, unknown, unsure

_SYSTEM = frozenset({"kube-system"})
"""Where the control plane's own programs have accounts."""


def check(account: ServiceAccount, view: View) -> Iterator[Evidence]:
    space, name = account.resource.namespace or "default", account.resource.name
    used = view.once(_used)
    if space in _SYSTEM or name == "default" or not {(space, name), (None, name)}.isdisjoint(used):
        return
    grants = [grant for grant in _grants(space, name, view) if view.access.grants.given(grant.binding)]
    if not grants:
        return
    later = next((used[place] for place in ((space, None), (None, None)) if place in used), None)
    if later is not None:
        yield unsure(later, "metadata", "name")
    else:
        more = f" and {len(grants) - 1} more" if len(grants) > 1 else ""
        yield fail(
            f"has rights ({named(grants[0].binding)}{more}) and no workload runs as it; delete it and its bindings",
            *("metadata", "name"),
        )


def _grants(space: str, name: str, view: View) -> list[Grant]:
    """What is given to the account itself, and not through a group."""
    table = view.access.grants
    who = ("User", f"{ACCOUNT_USER}{space}:{name}")
    return [grant for place in (None, *sorted(table.spaces_of(who))) for grant in table.to((place, who))]


def _used(view: View) -> dict[tuple[str | None, str | None], Unknown]:
    """The namespace and the account of every pod; without a name where that is filled in later."""
    found: dict[tuple[str | None, str | None], Unknown] = {}
    for pod in view.pods:
        name = account_name(pod.spec)
        hole = name if isinstance(name, Unknown) else Unknown("")
        found.setdefault((pod.resource.namespace, None if isinstance(name, Unknown) else name), hole)
    return found


def _estate(account: str, binding: str = "cart") -> str:
    return f"""\
apiVersion: v1
kind: ServiceAccount
metadata: {{name: cart, namespace: shop}}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: cart, namespace: shop}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}}
subjects: [{{kind: ServiceAccount, name: {binding}, namespace: shop}}]
---
apiVersion: v1
kind: Pod
metadata: {{name: cart, namespace: shop}}
spec: {{serviceAccountName: {account}, containers: [{{name: cart, image: registry.example/cart:1.0}}]}}"""


RULE = Rule(
    id="unused-account-with-rights",
    on=ServiceAccount,
    check=check,
    needs=(*RBAC_KINDS, "Pod"),
    severity=LOW,
    profile=STRICT,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(manifest=_estate("cart"), estate=True),
        passes(manifest=_estate("other", "other"), estate=True),
        fails(manifest=_estate("card"), at="metadata.name", estate=True, instead=_estate("cart")),
        unknown(manifest=_estate("'${ACCOUNT}'"), estate=True),
        unknown(manifest=_estate("card")),
    ),
)
