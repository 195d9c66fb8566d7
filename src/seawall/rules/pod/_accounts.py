"""The account that a pod runs as, whether it gets the token, and what the account holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from seawall.core import Unknown, dig, items
from seawall.model import PodTemplate, View
from seawall.model.access import Identity, account
from seawall.model.access.accounts import homes
from seawall.model.access.might import Admins, Hold, holds_of
from seawall.model.access.reasons import reasons
from seawall.model.facts import Fact
from seawall.rules.pod._helpers import service_account_of
from seawall.rules.spec import Evidence

_WHERE: Final = "automountServiceAccountToken"


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
    return Runs(account(space, name), name, space, _token(name, pod, view))


def _homes(view: View) -> dict[str, str]:
    return homes(view.access.grants.grants)


def _token(name: str, pod: PodTemplate, view: View) -> bool | Unknown:
    own = pod.spec.get(_WHERE)
    if own is None:
        # Overlays that are read together may have an account of this name each: the worst one decides.
        said = [each.tree.get(_WHERE) for each in view.named("ServiceAccount", pod.resource.namespace, name)] or [None]
        own = next((each for each in said if not isinstance(each, Unknown) and each is not False), said[0])
    if isinstance(own, Unknown):
        return own
    return own is not False or _projected(pod)


def _projected(pod: PodTemplate) -> bool:
    """Whether a volume brings a token for the API server that the pod asks for itself."""
    return any(
        isinstance(source, dict) and _is_for_server(source.get("serviceAccountToken"))
        for _, volume in items(pod.spec.get("volumes"))
        for _, source in items(dig(volume, "projected", "sources"))
    )


def _is_for_server(token: object) -> bool:
    """Whether a token is for the API server, as one without an audience is; the server takes none of another one's."""
    audience = dig(token, "audience")
    named = isinstance(audience, str) and bool(audience)
    return token is not None and not (named and "kubernetes.default" not in str(audience))


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
