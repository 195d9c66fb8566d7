"""How many pods a workload has: what it says, or the bounds of what scales it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from seawall.core import Unknown, dig
from seawall.inventory import Resource
from seawall.model import View
from seawall.rules.pod._helpers import replicas_of

_BOUNDS: Final = {
    "HorizontalPodAutoscaler": (("minReplicas", 1), ("maxReplicas", None)),
    "ScaledObject": (("minReplicaCount", 0), ("maxReplicaCount", 100)),
}
"""Kind -> the fields of the fewest and the most pods, each with its default; None where it has none.

Source: Kubernetes API reference, HorizontalPodAutoscalerSpec v2; KEDA docs, "ScaledObject specification".
"""

AUTOSCALERS: Final = tuple(_BOUNDS)
"""Kinds that set the replicas of a workload."""


class Scale(NamedTuple):
    """The fewest and the most pods of a workload."""

    fewest: int | Unknown
    most: int | Unknown

    @property
    def several(self) -> bool | Unknown:
        """Whether there may be two pods or more at a time."""
        if any(isinstance(count, int) and count > 1 for count in self):
            return True
        return self.most if isinstance(self.most, Unknown) else False


def scale_of(resource: Resource, view: View) -> Scale | None:
    """The pods of a Deployment or StatefulSet; None for other kinds. For rules that declared `AUTOSCALERS`.

    Where several aim at the workload, as overlays that are read together do, the widest bounds.
    """
    replicas = replicas_of(resource)
    if replicas is None:
        return None
    found = _aimed(view, resource)
    if not found:
        return Scale(replicas, replicas)
    fewest, most = zip(*found, strict=True)
    low, high = _undecided(fewest), _undecided(most)
    return Scale(min(fewest) if low is None else low, max(most) if high is None else high)


def is_autoscaled(view: View, resource: Resource) -> bool:
    """Whether an autoscaler of the input sets the replicas. For rules that declared `AUTOSCALERS`."""
    return bool(_aimed(view, resource))


def _aimed(view: View, resource: Resource) -> list[Scale]:
    """The bounds that each autoscaler gives a workload."""
    table = view.once(_scales)
    keys = [(resource.namespace, resource.name, kind) for kind in (None, resource.kind)]
    return [scale for key in keys for scale in table.get(key, ())]


def _undecided(counts: Iterable[int | Unknown]) -> Unknown | None:
    return next((count for count in counts if isinstance(count, Unknown)), None)


def _scales(view: View) -> dict[tuple[str | None, str, str | None], list[Scale]]:
    """(namespace, name, kind or None) of what the input's autoscalers aim at -> the bounds that each gives it."""
    table: dict[tuple[str | None, str, str | None], list[Scale]] = {}
    for scaler in (scaler for kind in AUTOSCALERS for scaler in view.of(kind)):
        target = dig(scaler.tree, "spec", "scaleTargetRef")
        name, kind = dig(target, "name"), dig(target, "kind")
        if isinstance(name, str) and (kind is None or isinstance(kind, str)):
            bounds = [_bound(scaler, field, default) for field, default in _BOUNDS[scaler.kind]]
            table.setdefault((scaler.namespace, name, kind), []).append(Scale(*bounds))
    return table


def _bound(scaler: Resource, field: str, default: int | None) -> int | Unknown:
    value = dig(scaler.tree, "spec", field)
    if isinstance(value, Unknown):
        return value
    if isinstance(value, int):
        return value
    if value is None and default is not None:
        return default
    return Unknown(field, f'{scaler.kind} "{scaler.name}" gives no number for it')
