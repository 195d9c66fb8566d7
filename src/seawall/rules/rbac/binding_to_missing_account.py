"""A binding gives rights to a service account that does not exist.

Why: the rights wait for it: whoever may create an account of that name in that namespace, or the namespace itself, has
    them from then on. Most often the account was deleted, or its name or namespace is misspelt.
Instead: create the account with the binding, correct the name or the namespace, or take the subject out.
Breaks: nothing; nobody has the right today.
Check: kubectl get serviceaccount NAME -n NAMESPACE
Source: Kubernetes, "Using RBAC Authorization", "Referring to subjects"; "RBAC good practices", "Periodic review".
"""

from __future__ import annotations

from collections.abc import Iterator

from seawall.core import Layer, Unknown
from seawall.inventory.placeholders import has_placeholder
from seawall.model import Binding, View
from seawall.model.bindings import Member, members_of
from seawall.model.workloads import is_builtin_group
from seawall.rules.rbac._rights import RIGHTS_AUDIENCE
from seawall.rules.spec import LOW, Evidence, Rule, fail, fails, passes, unknown, unsure

_SYSTEM = frozenset({"kube-node-lease", "kube-public", "kube-system"})
"""Namespaces that the cluster itself makes, with accounts for its controllers."""


def check(binding: Binding, view: View) -> Iterator[Evidence]:
    for member in members_of(binding.resource):
        hole = member.unknown if member.unknown is not None else _hole(member.namespace)
        if hole is not None:
            yield unsure(hole, *(member.where or ("subjects", member.index, "namespace")))
        elif member.kind == "ServiceAccount" and isinstance(member.namespace, str) and member.namespace:
            yield from _judged(member, member.namespace, view)


def _hole(value: object) -> Unknown | None:
    if isinstance(value, Unknown):
        return value
    return Unknown(value) if isinstance(value, str) and has_placeholder(value) else None


def _judged(member: Member, namespace: str, view: View) -> Iterator[Evidence]:
    where = ("subjects", member.index, "name")
    spaces = view.once(_namespaces)
    if namespace in _SYSTEM or (member.name == "default" and namespace in spaces):
        return
    # Bases of overlays leave the namespace out.
    if any(view.get("ServiceAccount", space, member.name) for space in (namespace, None)):
        return
    later = view.once(_named_later)
    if later is None:
        later = view.once(_makers).get(namespace)
    if later is not None:
        yield unsure(later, *where)
    else:
        what = "it" if namespace in spaces else "its namespace"
        yield fail(
            f"gives rights to {member.text}, but {what} does not exist: they are whose who creates it; take it out",
            *where,
            value=member.said or member.name,
        )


def _namespaces(view: View) -> frozenset[str]:
    return frozenset(scope.name for scope in view.namespaces) | {"default"}


def _named_later(view: View) -> Unknown | None:
    """An account of which the name or the namespace is filled in later, so that it may be any."""
    for account in view.of("ServiceAccount"):
        for text in (account.name, account.namespace or ""):
            if has_placeholder(text):
                return Unknown(text, "a ServiceAccount is named later and may be this one")
    return None


def _makers(view: View) -> dict[str, Unknown]:
    """Per namespace a custom resource whose operator runs pods there, and makes the accounts that they run as."""
    found: dict[str, Unknown] = {}
    for scope in view.namespaces:
        own = (pod.resource for pod in scope.pods if not is_builtin_group(pod.resource.group))
        maker = min(own, key=lambda each: (each.kind, each.name), default=None)
        if maker is not None:
            found[scope.name] = Unknown("", f'the operator of {maker.kind} "{maker.name}" may make the account')
    return found


def _estate(subject: str, *accounts: str) -> str:
    binding = f"""\
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: example, namespace: shop}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}}
subjects: [{{{subject}}}]"""
    others = (f"\napiVersion: v1\nkind: ServiceAccount\nmetadata: {{{account}}}" for account in accounts)
    return "\n---".join((binding, *others))


_KAFKA = """
---
apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: {name: events, namespace: shop}
spec: {kafka: {template: {pod: {}}}}"""
_CART = "name: cart, namespace: shop"

RULE = Rule(
    id="binding-to-missing-account",
    on=Binding,
    check=check,
    needs=("Namespace", "ServiceAccount"),
    severity=LOW,
    layer=Layer.CLUSTER,
    audience=RIGHTS_AUDIENCE,
    examples=(
        passes(manifest=_estate("kind: ServiceAccount, name: cart", _CART), estate=True),
        passes(manifest=_estate("kind: ServiceAccount, name: default"), estate=True),
        passes(manifest=_estate("kind: ServiceAccount, name: controller, namespace: kube-system"), estate=True),
        passes(manifest=_estate("kind: User, name: cart"), estate=True),
        fails(
            manifest=_estate("kind: ServiceAccount, name: card", _CART),
            at="subjects[0].name",
            estate=True,
            instead=_estate("kind: ServiceAccount, name: cart", _CART),
        ),
        fails(manifest=_estate("kind: ServiceAccount, name: default, namespace: gone"), estate=True),
        fails(manifest=_estate("kind: User, name: 'system:serviceaccount:shop:gone'"), estate=True),
        unknown(manifest=_estate("kind: ServiceAccount, name: '${ACCOUNT}'"), estate=True),
        unknown(
            manifest=_estate("kind: ServiceAccount, name: cart", "name: '${ACCOUNT}', namespace: shop"), estate=True
        ),
        unknown(manifest=_estate("kind: ServiceAccount, name: events-kafka") + _KAFKA, estate=True),
        unknown(manifest=_estate("kind: ServiceAccount, name: cart")),
    ),
)
