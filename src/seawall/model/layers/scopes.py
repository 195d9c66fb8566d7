"""The namespaces and pods that the shares of a mechanism are counted among."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from seawall.core import Verdict
from seawall.model.estate import Estate
from seawall.model.layers.sighting import once
from seawall.model.namespaces import SYSTEM
from seawall.model.podsecurity import Level, evaluate
from seawall.model.subjects import NamespaceScope, PodTemplate
from seawall.model.versions import NEWEST

POD_KINDS: Final = ("Pod", "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")
"""The kinds that most pods stand in: where some could not be read, no share of the pods is sure."""


def own_namespaces(estate: Estate) -> tuple[NamespaceScope, ...]:
    """The namespaces of people's own that have pods, or a manifest."""
    return once(estate, _own)


def with_pods(estate: Estate) -> tuple[NamespaceScope, ...]:
    """The namespaces of people's own that have pods."""
    return tuple(scope for scope in own_namespaces(estate) if scope.pods)


def own_pods(estate: Estate) -> tuple[PodTemplate, ...]:
    """The pods outside of Kubernetes' own namespaces that are whole and not of Windows."""
    return once(estate, _pods)


def judged(estate: Estate) -> tuple[tuple[PodTemplate, Mapping[str, Verdict]], ...]:
    """Each of those pods, with the verdicts of the checks of level restricted that it does not surely pass, by id.

    The newest version of the checks is asked, whatever the cluster's: what a pod sets does not depend on it.
    """
    return once(estate, _judged)


def _own(estate: Estate) -> tuple[NamespaceScope, ...]:
    return tuple(
        scope for scope in estate.namespaces if scope.name not in SYSTEM and (scope.pods or scope.namespace is not None)
    )


def _pods(estate: Estate) -> tuple[PodTemplate, ...]:
    return tuple(
        pod
        for resource, pods in estate.pods
        for pod in pods
        if resource.namespace not in SYSTEM and not pod.partial and pod.windows is not True
    )


def _judged(estate: Estate) -> tuple[tuple[PodTemplate, Mapping[str, Verdict]], ...]:
    return tuple(
        (pod, {result.check.id: result.verdict for result in evaluate(pod, Level.RESTRICTED, NEWEST)})
        for pod in own_pods(estate)
    )
