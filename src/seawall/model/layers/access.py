"""Who may ask the API for what."""

from __future__ import annotations

from typing import Final

from seawall.core import Unknown, dig
from seawall.inventory import Resource
from seawall.model.estate import Estate
from seawall.model.facts import Fact
from seawall.model.layers.products import bringing, seen_of
from seawall.model.layers.scopes import POD_KINDS
from seawall.model.layers.sighting import Probe, Seen, called, counted, facts, first, objects, of_kinds, settled, share

_RBAC: Final = "rbac.authorization.k8s.io"
_BOOTSTRAP: Final = "kubernetes.io/bootstrapping"
"""The label of the roles and bindings that every API server makes for itself."""


def _rbac(estate: Estate) -> Seen:
    every_role = of_kinds(estate, (_RBAC, "Role"), (_RBAC, "ClusterRole"))
    every_binding = of_kinds(estate, (_RBAC, "ClusterRoleBinding"), (_RBAC, "RoleBinding"))
    if not every_role and not every_binding:
        return Seen()
    roles = [role for role in every_role if _BOOTSTRAP not in role.labels]
    bindings = [binding for binding in every_binding if _BOOTSTRAP not in binding.labels]
    builtin = len(every_role) + len(every_binding) - len(roles) - len(bindings)
    admins = [binding for binding in bindings if _gives_all(binding)]
    told = f"{counted(len(roles), 'role')}, {counted(len(bindings), 'binding')}"
    told += f", of which {len(admins)} to cluster-admin" if admins else ""
    told += f"; {builtin} more of Kubernetes' own" if builtin else ""
    places = (
        *facts(admins, ("roleRef", "name"), " gives cluster-admin"),
        *facts([each for each in bindings if each not in admins]),
        *facts(roles),
    )
    return Seen(told, len(every_role) + len(every_binding), facts=first((*places, *facts(every_binding))))


def _gives_all(binding: Resource) -> bool:
    kind, name = (dig(binding.tree, "roleRef", key) for key in ("kind", "name"))
    return (
        not isinstance(kind, Unknown)
        and not isinstance(name, Unknown)
        and (kind, name) == ("ClusterRole", "cluster-admin")
    )


def _accounts(estate: Estate) -> Seen:
    """Accounts, and the pods that run under one that somebody chose: every pod has one, `default` if need be."""
    accounts = of_kinds(estate, ("", "ServiceAccount"))
    names = [
        pod.spec.get("serviceAccountName", pod.spec.get("serviceAccount"))
        for _, pods in estate.pods
        for pod in pods
        if not pod.partial
    ]
    undecided = sum(not settled(name) for name in names)
    own = sum(settled(name) and name not in (None, "", "default") for name in names)
    told = f"{counted(len(accounts), 'account')}; {share(own, len(names), 'pods')} run under another than default"
    complete = own == len(names)
    return Seen(told if names or accounts else "", len(accounts) + len(names), complete, undecided, facts(accounts))


def _certificates(estate: Estate) -> Seen:
    managed = of_kinds(estate, ("cert-manager.io", "Certificate"))
    secrets = [
        secret
        for secret in of_kinds(estate, ("", "Secret"))
        if settled(kind := secret.tree.get("type")) and kind == "kubernetes.io/tls"
    ]
    asked = of_kinds(estate, ("certificates.k8s.io", "CertificateSigningRequest"))
    products = bringing(estate, "certificate")
    parts = [
        counted(len(found), one)
        for found, one in ((managed, "Certificate"), (secrets, "TLS Secret"), (asked, "signing request"))
        if found
    ]
    parts += [each.product.name for each in products]
    places = (*facts((*managed, *secrets, *asked)), *seen_of(products).facts)
    return Seen(", ".join(parts), len(managed) + len(secrets) + len(asked) + len(products), facts=first(places))


def _fairness(estate: Estate) -> Seen:
    group = "flowcontrol.apiserver.k8s.io"
    found = of_kinds(estate, (group, "FlowSchema"), (group, "PriorityLevelConfiguration"))
    return objects(found, "FlowSchema or priority level", "FlowSchemas and priority levels") if found else Seen()


def _nothing(_: Estate) -> Seen:
    """What stands in no object of a cluster."""
    return Seen()


def _tokens(estate: Estate) -> Seen:
    """Tokens of the old kind, which stand in a Secret and never end."""
    found = [
        Fact(f"{called(secret)} holds a token that never ends", secret, ("type",))
        for secret in of_kinds(estate, ("", "Secret"))
        if settled(kind := secret.tree.get("type")) and kind == "kubernetes.io/service-account-token"
    ]
    off = [
        Fact(f"{called(account)} mounts none by itself", account, ("automountServiceAccountToken",))
        for account in of_kinds(estate, ("", "ServiceAccount"))
        if account.tree.get("automountServiceAccountToken") is False
    ]
    parts = [f"{counted(len(found), 'token')} that never ends"] if len(found) == 1 else []
    parts = [f"{len(found)} tokens that never end"] if len(found) > 1 else parts
    parts += [f"{counted(len(off), 'account')} without a mounted token"] if off else []
    return Seen("; ".join(parts), len(found) + len(off), facts=first((*found, *off)))


PROBES: Final = {
    "rbac": Probe(_rbac, ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")),
    "serviceaccount": Probe(_accounts, ("ServiceAccount", *POD_KINDS)),
    "tokenrequest": Probe(_tokens, ("ServiceAccount", "Secret")),
    "certificate": Probe(_certificates, ("Secret", "Certificate", "CertificateSigningRequest")),
    "priority-and-fairness": Probe(_fairness, ("FlowSchema", "PriorityLevelConfiguration")),
    "kubeconfig": Probe(_nothing),
}
"""The mechanisms of access, by concept."""
