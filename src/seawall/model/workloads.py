"""Finds every pod template of a resource: built-in kinds by their API, custom resources by structure.

A PodSpec embedded whole in a custom resource (Argo Rollouts, Knative, KServe, Flink, ...) is recognised by its shape:
a mapping with a list `containers` whose items carry a name or an image. Kinds that hold only a part of one, or that
only look like one, are rows of `seawall.model.partial`.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seawall.core import Path, Unknown, Withheld, dig, items
from seawall.inventory import Resource, Tree, text_of
from seawall.inventory.kinds import is_misspelt
from seawall.model.subjects import Container, ContainerClass, PodTemplate

POD_TEMPLATE_ROOTS: dict[tuple[str, str], Path] = {
    ("", "Pod"): (),
    ("", "PodTemplate"): ("template",),
    ("", "ReplicationController"): ("spec", "template"),
    ("apps", "ReplicaSet"): ("spec", "template"),
    ("apps", "Deployment"): ("spec", "template"),
    ("apps", "StatefulSet"): ("spec", "template"),
    ("apps", "DaemonSet"): ("spec", "template"),
    ("extensions", "ReplicaSet"): ("spec", "template"),
    ("extensions", "Deployment"): ("spec", "template"),
    ("extensions", "DaemonSet"): ("spec", "template"),
    ("batch", "Job"): ("spec", "template"),
    ("batch", "CronJob"): ("spec", "jobTemplate", "spec", "template"),
}
"""Where a built-in kind holds the object with a pod's `metadata` and `spec` (Pod Security admission, v1.37)."""

_LISTS = ("initContainers", "containers", "ephemeralContainers")


_BUILTIN = frozenset(
    f"{name}.k8s.io"
    for name in [
        "admissionregistration",
        "apiextensions",
        "apiregistration",
        "authentication",
        "authorization",
        "certificates",
        "coordination",
        "discovery",
        "events",
        "flowcontrol.apiserver",
        "internal.apiserver",
        "networking",
        "node",
        "rbac.authorization",
        "resource",
        "scheduling",
        "storage",
        "storagemigration",
        "metrics",
    ]
) | {"", "apps", "autoscaling", "batch", "extensions", "policy"}


def is_builtin_group(group: str) -> bool:
    """Whether the API group is Kubernetes' own; its kinds hold pods only where `POD_TEMPLATE_ROOTS` says."""
    return group in _BUILTIN


def pod_templates(resource: Resource) -> tuple[PodTemplate, ...]:
    """Every pod template of a resource, outermost first; empty for a kind that carries no pods."""
    root = POD_TEMPLATE_ROOTS.get((resource.group, resource.kind))
    if root is not None:
        holder = dig(resource.tree, *root)
        spec, metadata = (_mapping(dig(holder, key)) for key in ("spec", "metadata"))
        if spec is None:
            return ()
        return (complete(PodTemplate(resource, root, spec, {} if metadata is None else metadata)),)
    if is_builtin_group(resource.group) and not is_misspelt(resource.group, resource.kind):
        return ()
    from seawall.model.partial import custom_templates

    return custom_templates(resource)


def _mapping(value: object) -> Tree | None:
    """The mapping, or one of which everything is undecided because it is filled in as a whole; None for nothing."""
    if isinstance(value, Unknown):
        return Withheld(value)
    return value if isinstance(value, dict) else None


def undecided_containers(pod: PodTemplate) -> tuple[Path, Unknown] | None:
    """Where a list of containers, or an item of one, is filled in later: there are containers that nobody can judge."""
    for key in ("containers", "initContainers", "ephemeralContainers"):
        members = pod.spec.get(key)
        if isinstance(members, Unknown):
            return (key,), members
        for index, member in items(members):
            if isinstance(member, Unknown):
                return (key, index), member
    return None


def complete(pod: PodTemplate) -> PodTemplate:
    """Gives a pod template the containers of its lists; returns the same pod."""
    # A pod and its containers hold each other: this is the one moment at which a frozen value is completed.
    msgspec.structs.force_setattr(pod, "containers", tuple(_containers(pod, pod.path)))
    return pod


def _containers(pod: PodTemplate, path: Path) -> Iterator[Container]:
    for key in _LISTS:
        members = pod.spec.get(key)
        if not isinstance(members, list):
            continue
        for index, spec in enumerate(members):
            if isinstance(spec, dict):
                name = text_of(spec.get("name"))
                yield Container(pod.resource, pod, _class(key, spec), (*path, key, index), spec, name)


def _class(key: str, spec: Tree) -> ContainerClass:
    if key == "containers":
        return ContainerClass.APP
    if key == "ephemeralContainers":
        return ContainerClass.EPHEMERAL
    policy = spec.get("restartPolicy")
    return ContainerClass.SIDECAR if not isinstance(policy, Unknown) and policy == "Always" else ContainerClass.INIT
