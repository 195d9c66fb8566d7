"""The model of an inventory: every subject that rules are asked about, and look-ups by kind and name."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from seawall.inventory import Inventory, Resource
from seawall.inventory.resources import CLUSTER_SCOPED
from seawall.model.subjects import NamespaceScope, PodTemplate
from seawall.model.versions import NEWEST, KubeVersion
from seawall.model.workloads import pod_templates

if TYPE_CHECKING:
    from seawall.model.access import Access


class Estate:
    """An inventory and what it means; tables are built when they are first asked for and never change."""

    def __init__(
        self, inventory: Inventory, kube_version: KubeVersion = NEWEST, registries: tuple[str, ...] = ()
    ) -> None:
        """`kube_version` decides API-server defaults and versioned standards.

        `registries` are the approved image registries, each a host or a host with the start of a path
        (`quay.io/acme`); empty means that none were named and any may be used.
        """
        self.inventory = inventory
        self.kube_version = kube_version
        self.registries = registries

    @functools.cached_property
    def tables(self) -> dict[Any, Any]:
        """What rules have worked out of the whole, by the function that worked it out (`View.once`)."""
        return {}

    def prepare(self) -> None:
        """Builds the tables that nearly every judgement asks for, so that processes forked from this one share them."""
        _ = self.pods, self.by_kind, self._by_name, self._by_place, self.namespaces

    @functools.cached_property
    def pods(self) -> tuple[tuple[Resource, tuple[PodTemplate, ...]], ...]:
        """Each resource with its pod templates, in input order."""
        return tuple((resource, pod_templates(resource)) for resource in self.inventory.resources)

    @functools.cached_property
    def _pods_by_id(self) -> dict[int, tuple[PodTemplate, ...]]:
        return {id(resource): pods for resource, pods in self.pods}

    def pods_of(self, resource: Resource) -> tuple[PodTemplate, ...]:
        """The pod templates of one resource of this estate."""
        return self._pods_by_id.get(id(resource), ())

    @functools.cached_property
    def by_kind(self) -> dict[str, tuple[Resource, ...]]:
        """Resources by kind, in input order; kinds of one name in two groups share a row."""
        table: dict[str, list[Resource]] = {}
        for resource in self.inventory.resources:
            table.setdefault(resource.kind, []).append(resource)
        return {kind: tuple(members) for kind, members in table.items()}

    @functools.cached_property
    def access(self) -> Access:
        """Who can do what in it."""
        from seawall.model.access import Access

        return Access(self.inventory, self.kube_version)

    @functools.cached_property
    def _by_name(self) -> dict[tuple[str, str | None, str], list[Resource]]:
        table: dict[tuple[str, str | None, str], list[Resource]] = {}
        for resource in self.inventory.resources:
            table.setdefault((resource.kind, resource.namespace, resource.name), []).append(resource)
        return table

    def of(self, kind: str) -> tuple[Resource, ...]:
        """All resources of a kind."""
        return self.by_kind.get(kind, ())

    @functools.cached_property
    def _by_place(self) -> dict[tuple[str, str | None], list[Resource]]:
        table: dict[tuple[str, str | None], list[Resource]] = {}
        for resource in self.inventory.resources:
            table.setdefault((resource.kind, resource.namespace), []).append(resource)
        return table

    def within(self, kind: str, namespace: str | None) -> Sequence[Resource]:
        """The resources of a kind that say this namespace, in input order."""
        return self._by_place.get((kind, namespace), ())

    def get(self, kind: str, namespace: str | None, name: str) -> Resource | None:
        """One resource by its key; None when the input has none."""
        return next(iter(self.named(kind, namespace, name)), None)

    def named(self, kind: str, namespace: str | None, name: str) -> Sequence[Resource]:
        """All resources of a key, in input order: overlays of one base that are read together share theirs."""
        return self._by_name.get((kind, namespace, name), ())

    @functools.cached_property
    def namespaces(self) -> tuple[NamespaceScope, ...]:
        """What stands in each namespace that the input names or fills, sorted by name."""
        members: dict[str, list[Resource]] = {}
        pods: dict[str, list[PodTemplate]] = {}
        own = {r.name: r for r in self.of("Namespace") if not r.group}
        for resource, templates in self.pods:
            if resource.kind in CLUSTER_SCOPED or resource.is_configuration:
                continue
            name = resource.namespace or "default"
            members.setdefault(name, []).append(resource)
            pods.setdefault(name, []).extend(templates)
        return tuple(self._scopes(own, members, pods))

    @staticmethod
    def _scopes(
        own: dict[str, Resource], members: dict[str, list[Resource]], pods: dict[str, list[PodTemplate]]
    ) -> Iterator[NamespaceScope]:
        for name in sorted({*own, *members}):
            yield NamespaceScope(name, own.get(name), tuple(members.get(name, ())), tuple(pods.get(name, ())))
