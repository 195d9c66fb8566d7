"""A workload names a service account that does not exist.

Why: the API server refuses its pods, so that it never runs; or it runs until its pods are made anew. Whoever may
    create an account of that name decides, later, what it is.
Instead: create the account with the workload, or correct the name.
Breaks: nothing; the workload gets no new pods today.
Check: kubectl get serviceaccount NAME -n NAMESPACE
Source: Kubernetes, "Configure Service Accounts for Pods"; "Managing Service Accounts", "ServiceAccount admission
    controller".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.inventory.placeholders import has_placeholder
from seawall.model import PodTemplate, View
from seawall.rules.pod._helpers import service_account_of
from seawall.rules.spec import DEVELOPER_OWNS, MEDIUM, Evidence, Rule, fail, fails, passes, unknown, unsure

_WHERE = "serviceAccountName"
_SYSTEM = frozenset({"kube-system"})
"""Where the cluster itself makes accounts, which stand in no file."""


def check(pod: PodTemplate, view: View) -> Iterator[Evidence]:
    name, space = service_account_of(pod), pod.resource.namespace
    if isinstance(name, Unknown):
        yield unsure(name, _WHERE)
        return
    if name == "default" or space in _SYSTEM:
        return
    # Bases of overlays leave the namespace out, and the overlay puts it in on both sides.
    spaces = view.once(_homes).get(name, frozenset())
    if space in spaces or None in spaces or (space is None and spaces):
        return
    later = Unknown(space) if space is not None and has_placeholder(space) else view.once(_named_later)
    if later is not None:
        yield unsure(later, _WHERE)
    else:
        where = _WHERE if pod.spec.get(_WHERE) else "serviceAccount"
        yield fail(
            f'names ServiceAccount "{name}", which does not exist there, so that its pods are refused; create it',
            where,
            value=name,
        )


def _homes(view: View) -> dict[str, frozenset[str | None]]:
    """The namespaces of the accounts of each name."""
    found: dict[str, frozenset[str | None]] = {}
    for account in view.of("ServiceAccount"):
        found[account.name] = found.get(account.name, frozenset()) | {account.namespace}
    return found


def _named_later(view: View) -> Unknown | None:
    """An account of which the name or the namespace is filled in later, so that it may be any."""
    for account in view.of("ServiceAccount"):
        for text in (account.name, account.namespace or ""):
            if has_placeholder(text):
                return Unknown(text, "a ServiceAccount is named later and may be this one")
    return None


def _estate(name: str, account: str = "name: cart, namespace: shop") -> str:
    return f"""\
apiVersion: v1
kind: Pod
metadata: {{name: cart, namespace: shop}}
spec:
  serviceAccountName: {name}
  automountServiceAccountToken: false
  containers: [{{name: cart, image: registry.example/cart:1.0}}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {{{account}}}"""


RULE = Rule(
    id="workload-account-missing",
    on=PodTemplate,
    check=check,
    needs=("ServiceAccount",),
    severity=MEDIUM,
    layer=Layer.CLUSTER,
    audience=DEVELOPER_OWNS,
    examples=(
        passes(manifest=_estate("cart"), estate=True),
        passes(manifest=_estate("default"), estate=True),
        passes(manifest=_estate("cart", "name: cart"), estate=True),
        fails(manifest=_estate("card"), at="spec.serviceAccountName", estate=True, instead=_estate("cart")),
        fails(manifest=_estate("cart", "name: cart, namespace: other"), estate=True),
        unknown(manifest=_estate("'${ACCOUNT}'"), estate=True),
        unknown(manifest=_estate("card", "name: '${ACCOUNT}', namespace: shop"), estate=True),
        unknown(manifest=_estate("cart")),
    ),
)
