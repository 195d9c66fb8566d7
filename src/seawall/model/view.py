"""What a rule may look at besides its subject."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

from seawall.inventory import Resource
from seawall.model.estate import Estate
from seawall.model.subjects import NamespaceScope, PodTemplate

if TYPE_CHECKING:
    from seawall.model.access import Access

T = TypeVar("T")

RBAC_KINDS: Final = ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding")
"""What the permission core reads."""


class View:
    """What a rule declared that it looks at; asking for more is a bug of the rule."""

    def __init__(self, estate: Estate, kinds: Iterable[str]) -> None:
        """`kinds` are those that the rule says it `sees`."""
        self._estate = estate
        self._kinds = frozenset(kinds)
        self.kube_version = estate.kube_version
        self.registries = estate.registries
        self.whole = estate.inventory.whole

    def _allow(self, kind: str) -> None:
        if kind not in self._kinds:
            raise LookupError(f"the rule did not declare that it looks at {kind}")

    def of(self, kind: str) -> tuple[Resource, ...]:
        """All resources of a declared kind."""
        self._allow(kind)
        return self._estate.of(kind)

    def within(self, kind: str, namespace: str | None) -> Sequence[Resource]:
        """The resources of a declared kind that say this namespace."""
        self._allow(kind)
        return self._estate.within(kind, namespace)

    def once(self, build: Callable[[View], T]) -> T:
        """A table that a rule makes of what it may look at: built when it is first asked for, then kept.

        `build` is a function of a module, so that it is the same one each time.
        """
        tables = self._estate.tables
        if build not in tables:
            tables[build] = build(self)
        table: T = tables[build]
        return table

    def get(self, kind: str, namespace: str | None, name: str) -> Resource | None:
        """One resource of a declared kind; None when the input has none."""
        self._allow(kind)
        return self._estate.get(kind, namespace, name)

    def named(self, kind: str, namespace: str | None, name: str) -> Sequence[Resource]:
        """All resources of a declared kind, namespace and name, of which overlays read together have several."""
        self._allow(kind)
        return self._estate.named(kind, namespace, name)

    @property
    def access(self) -> Access:
        """Who can do what; for rules that declared the four kinds of RBAC."""
        for kind in RBAC_KINDS:
            self._allow(kind)
        return self._estate.access

    @property
    def namespaces(self) -> tuple[NamespaceScope, ...]:
        """The namespaces; for rules that declared `Namespace`."""
        self._allow("Namespace")
        return self._estate.namespaces

    @property
    def pods(self) -> tuple[PodTemplate, ...]:
        """All pod templates; for rules that declared `Pod`."""
        self._allow("Pod")
        return tuple(pod for _, pods in self._estate.pods for pod in pods)

    def pods_of(self, resource: Resource) -> tuple[PodTemplate, ...]:
        """The pod templates of one resource; for rules that declared `Pod`."""
        self._allow("Pod")
        return self._estate.pods_of(resource)
