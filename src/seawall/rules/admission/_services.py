"""The Service behind a webhook, its pods and its namespace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from seawall.core import Unknown, dig
from seawall.inventory import Resource
from seawall.inventory.placeholders import has_placeholder
from seawall.model import PodTemplate, View
from seawall.model.selectors import Bounds, labelled
from seawall.rules.admission._webhooks import Hook

SYSTEM: Final = frozenset({"kube-system"})
"""A namespace of which a provider brings a part that stands in no file."""
WHERE: Final = ("clientConfig", "service")


class Backend(NamedTuple):
    """What a webhook names as its Service."""

    namespace: str
    name: str
    services: Sequence[Resource]
    """The Services of that name: none where there is none, several where overlays are read together."""

    @property
    def text(self) -> str:
        """How a message names it."""
        return f'Service "{self.namespace}/{self.name}"'


def backend_of(hook: Hook, view: View) -> Backend | Unknown | None:
    """The Service that a webhook is asked at; None where it is asked at an address."""
    service = dig(hook.tree, *WHERE)
    if isinstance(service, Unknown):
        return service
    namespace, name = dig(service, "namespace"), dig(service, "name")
    for value in (namespace, name):
        if isinstance(value, Unknown):
            return value
        if isinstance(value, str) and has_placeholder(value):
            return Unknown(value)
    if not isinstance(namespace, str) or not isinstance(name, str):
        return None
    # Files that are applied with `-n` leave the namespace out where they can.
    return Backend(namespace, name, view.named("Service", namespace, name) or view.named("Service", None, name))


def pods_behind(service: Resource, view: View) -> tuple[Sequence[PodTemplate], Bounds]:
    """The pods of the Service's namespace, and which of them it selects; none where it has no selector."""
    pods = labelled(view, service.namespace)
    selector = dig(service.tree, "spec", "selector")
    if not isinstance(selector, Unknown) and not selector:
        return pods.pods, Bounds(frozenset(), frozenset())
    return pods.pods, pods.selected({"matchLabels": selector})
