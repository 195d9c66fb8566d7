"""The service accounts of an estate: those that are declared, those that pods run as, and each namespace's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from seawall.core import Unknown, dig, items
from seawall.inventory import Inventory, Resource
from seawall.inventory.placeholders import has_placeholder
from seawall.model.access.bootstrap import is_bootstrap
from seawall.model.access.grants import Grant
from seawall.model.subjects import PodTemplate
from seawall.model.workloads import pod_templates


def accounts_of(inventory: Inventory) -> tuple[tuple[str, str], ...]:
    """(namespace, name) of each, sorted; every namespace has one that is called `default`.

    Source: Kubernetes, "Configure Service Accounts for Pods".
    """
    found: set[tuple[str, str]] = set()
    for resource in inventory.resources:
        space = resource.namespace or "default"
        if resource.kind == "ServiceAccount" and not resource.group:
            found.add((space, resource.name))
        elif resource.kind == "Namespace" and not resource.group:
            found.add((resource.name, "default"))
        for pod in pod_templates(resource):
            name = account_name(pod.spec)
            if isinstance(name, str):
                found.add((space, name))
    return tuple(sorted(each for each in found if not any(map(has_placeholder, each))))


def account_name(spec: object) -> str | Unknown:
    """The account that a PodSpec runs as; `default` where it names none."""
    for field in ("serviceAccountName", "serviceAccount"):
        name = dig(spec, field)
        if isinstance(name, Unknown) or (isinstance(name, str) and name):
            return name
    return "default"


def homes(grants: Iterable[Grant]) -> dict[str, str]:
    """The one namespace in which bindings look for an account of a name: where a pod that says none is meant to be.

    What is installed by `kubectl apply -n` leaves the namespace out, but not in a ClusterRoleBinding.
    """
    found: dict[str, set[str]] = {}
    for grant in grants:
        member = grant.member
        if grant.binding.kind == "RoleBinding" and grant.binding.namespace is None:
            continue  # it goes where the pod goes
        if member.kind == "ServiceAccount" and isinstance(member.namespace, str) and not is_bootstrap(grant.binding):
            found.setdefault(member.name, set()).add(member.namespace)
    return {name: min(spaces) for name, spaces in found.items() if len(spaces) == 1}


def account_of_pod(resource: Resource, spec: object, home: Mapping[str, str]) -> tuple[str, str] | None:
    """(namespace, name) of the account that a pod runs as; None where the name is filled in later.

    `home` is what `homes` says: where the account of a pod that says no namespace is meant to be.
    """
    name = account_name(spec)
    return (resource.namespace or home.get(name, "default"), name) if isinstance(name, str) else None


AUTOMOUNT: Final = "automountServiceAccountToken"


def gets_token(pod: PodTemplate, declared: Iterable[Resource]) -> bool | Unknown:
    """Whether a pod gets a token of its account that the API server takes.

    `declared` are the ServiceAccounts of its account's name; overlays that are read together may have several, of which
    the one that gives a token decides.
    """
    own = pod.spec.get(AUTOMOUNT)
    said = [own] if own is not None else [each.tree.get(AUTOMOUNT) for each in declared] or [None]
    if any(not isinstance(each, Unknown) and each is not False for each in said) or _asks_for_one(pod):
        return True
    return next((each for each in said if isinstance(each, Unknown)), False)


def _asks_for_one(pod: PodTemplate) -> bool:
    """Whether a volume brings a token for the API server."""
    return any(
        _is_for_server(dig(source, "serviceAccountToken"))
        for _, volume in items(pod.spec.get("volumes"))
        for _, source in items(dig(volume, "projected", "sources"))
    )


def _is_for_server(token: object) -> bool:
    """Whether a token is for the API server, as one without an audience is; the server takes none of another one's."""
    audience = dig(token, "audience")
    named = isinstance(audience, str) and bool(audience)
    return token is not None and not (named and "kubernetes.default" not in str(audience))
