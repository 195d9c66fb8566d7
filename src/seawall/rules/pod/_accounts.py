"""The account that a pod runs as, whether it gets the token, and what the account holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from seawall.core import Unknown
from seawall.model import PodTemplate, View
from seawall.model.access import Identity, account
from seawall.model.access.accounts import gets_token, homes
from seawall.model.access.might import Admins, Hold, holds_of
from seawall.model.access.reasons import reasons
from seawall.model.facts import Fact
from seawall.rules.pod._helpers import service_account_of
from seawall.rules.spec import Evidence


class Runs(NamedTuple):
    """Who a pod is to the API server."""

    who: Identity
    name: str
    namespace: str
    token: bool | Unknown
    """Whether the pod gets a token of the account."""


def runs_as(pod: PodTemplate, view: View) -> Runs | Unknown:
    """The account of a pod; for rules that declared `ServiceAccount`."""
    name = service_account_of(pod)
    if isinstance(name, Unknown):
        return name
    space = pod.resource.namespace or view.once(_homes).get(name, "default")
    declared = view.named("ServiceAccount", pod.resource.namespace, name)
    return Runs(account(space, name), name, space, gets_token(pod, declared))


def _homes(view: View) -> dict[str, str]:
    return homes(view.access.grants.grants)


def admins_of(view: View) -> Admins:
    """Who equals cluster-admin; a table for `View.once`."""
    return Admins(view.access)


def why_admin(pod: PodTemplate, view: View, _evidence: Evidence) -> Iterator[Fact]:
    """The bindings and roles by which the account of a pod equals cluster-admin, or may."""
    runs = runs_as(pod, view)
    chain = None if isinstance(runs, Unknown) else view.once(admins_of).of(runs.who)
    for held in chain.held if chain is not None else ():
        yield from reasons(held)


class Holds:
    """What accounts hold over other workloads, each worked out once."""

    def __init__(self, view: View) -> None:
        """For rules that declared the kinds of RBAC."""
        self._access = view.access
        self._admins = view.once(admins_of)
        self._found: dict[Identity, tuple[Hold, ...]] = {}

    def of(self, who: Identity) -> tuple[Hold, ...]:
        """What an account holds; nothing for one that equals cluster-admin, of which workload-cluster-admin tells."""
        if who not in self._found:
            self._found[who] = () if self._admins.of(who) is not None else holds_of(self._access, who)
        return self._found[who]
