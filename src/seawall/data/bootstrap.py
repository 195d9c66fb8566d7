"""The RBAC objects that an API server of each minor makes for itself (`scripts/refresh_bootstrap_rbac.py`)."""

from __future__ import annotations

import functools
import pkgutil

import msgspec


class Held(msgspec.Struct, frozen=True, array_like=True):
    """An object and the minors in which it is just so."""

    first: int
    last: int
    """The last minor, included; of the minors between, those that `BootstrapRbac.releases` lists are meant."""
    manifest: dict[str, object]
    """Complete: apiVersion, kind, metadata and what the kind has. Shared by all who ask, so nobody may change it."""


class BootstrapRbac(msgspec.Struct, frozen=True):
    """The table: which release spoke for which minor, and every object with the minors in which it held.

    The rules of an aggregated role (`admin`, `edit`, `view`) are not in it: a controller fills them in, from every role
    that its aggregationRule selects. Default feature gates are meant; a server with other gates has other rules.
    A cluster that was upgraded may hold more: a server adds what its roles lack, and takes nothing away.
    """

    source: str
    date: str
    releases: dict[int, str]
    """Minor -> the release that was asked."""
    objects: tuple[Held, ...]

    def nearest(self, minor: int) -> int:
        """The listed minor that speaks for this one: itself, or the nearest, the newer of two equally near."""
        return min(self.releases, key=lambda listed: (abs(listed - minor), -listed))


@functools.cache
def bootstrap_rbac() -> BootstrapRbac:
    """The table, read once."""
    text = pkgutil.get_data("seawall.data", "bootstrap_rbac.json")
    assert text is not None
    return msgspec.json.decode(text, type=BootstrapRbac)


@functools.cache
def bootstrap_objects(minor: int) -> tuple[dict[str, object], ...]:
    """The ClusterRoles, ClusterRoleBindings, Roles and RoleBindings that a server of 1.`minor` starts with.

    A minor that is not listed gets those of the nearest listed one. The manifests are shared: nobody may change them.
    """
    table = bootstrap_rbac()
    listed = table.nearest(minor)
    return tuple(held.manifest for held in table.objects if held.first <= listed <= held.last)
