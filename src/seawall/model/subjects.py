"""What rules are asked about: one narrow subject at a time.

A subject knows its resource, its path in it and its own tree; evidence paths are relative to the subject.
"""

from __future__ import annotations

import enum
import functools
from typing import Any, ClassVar

import msgspec

from seawall.core import NOTHING, Path, Unknown, dig, items
from seawall.inventory import Resource, Tree
from seawall.model.permissions import PolicyRule, rules_of

_RBAC = "rbac.authorization.k8s.io"
_NET = "networking.k8s.io"
_HOOKS = "admissionregistration.k8s.io"


class ContainerClass(enum.Enum):
    """The four kinds of container of a pod."""

    INIT = "init"
    SIDECAR = "sidecar"
    """An init container with `restartPolicy: Always`: it runs as long as the pod does."""
    APP = "app"
    EPHEMERAL = "ephemeral"


class Subject(msgspec.Struct, frozen=True, eq=False):
    """Anything a rule may be asked about."""

    resource: Resource

    @property
    def path(self) -> Path:
        """Where the subject stands in its resource."""
        return ()

    @property
    def tree(self) -> Tree:
        """The subject's own part of the resource's tree."""
        return self.resource.tree

    @property
    def label(self) -> str:
        """How a message names the subject."""
        return f'{self.resource.kind} "{self.resource.name}"'


class Object(Subject, frozen=True, eq=False):
    """Any resource; a rule on it sees every kind."""

    KINDS: ClassVar[frozenset[tuple[str, str]]] = frozenset()
    """(group, kind) of the resources that are this subject; empty means every resource."""


def _kinds(group: str, *kinds: str) -> frozenset[tuple[str, str]]:
    return frozenset((group, kind) for kind in kinds)


class Role(Object, frozen=True, eq=False, dict=True):
    """A Role or a ClusterRole."""

    KINDS = _kinds(_RBAC, "Role", "ClusterRole")

    @functools.cached_property
    def rules(self) -> tuple[PolicyRule, ...]:
        """Its PolicyRules, read once for all who ask (`seawall.model.permissions.rules_of`)."""
        return rules_of(self.resource.tree)

    @functools.cached_property
    def words(self) -> frozenset[str] | None:
        """All entries of `resources` of its rules; None where one is undecided, so that it may be any."""
        lists = [rule.resources for rule in self.rules]
        if any(words.unknown is not None for words in lists):
            return None
        return frozenset(word for words in lists for word in words.known)


class Binding(Object, frozen=True, eq=False):
    """A RoleBinding or a ClusterRoleBinding."""

    KINDS = _kinds(_RBAC, "RoleBinding", "ClusterRoleBinding")


class NamespaceObject(Object, frozen=True, eq=False):
    """A Namespace manifest (for what is *in* a namespace see `NamespaceScope`)."""

    KINDS = _kinds("", "Namespace")


class Service(Object, frozen=True, eq=False):
    """A Service."""

    KINDS = _kinds("", "Service")


class Ingress(Object, frozen=True, eq=False):
    """An Ingress, of any API version."""

    KINDS = _kinds(_NET, "Ingress") | _kinds("extensions", "Ingress")


class NetworkPolicy(Object, frozen=True, eq=False):
    """A NetworkPolicy v1."""

    KINDS = _kinds(_NET, "NetworkPolicy")


class ServiceAccount(Object, frozen=True, eq=False):
    """A ServiceAccount."""

    KINDS = _kinds("", "ServiceAccount")


class ConfigMap(Object, frozen=True, eq=False):
    """A ConfigMap."""

    KINDS = _kinds("", "ConfigMap")


class Secret(Object, frozen=True, eq=False):
    """A Secret."""

    KINDS = _kinds("", "Secret")


class PersistentVolume(Object, frozen=True, eq=False):
    """A PersistentVolume."""

    KINDS = _kinds("", "PersistentVolume")


class PodDisruptionBudget(Object, frozen=True, eq=False):
    """A PodDisruptionBudget."""

    KINDS = _kinds("policy", "PodDisruptionBudget")


class WebhookConfiguration(Object, frozen=True, eq=False):
    """A ValidatingWebhookConfiguration or MutatingWebhookConfiguration."""

    KINDS = _kinds(_HOOKS, "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration")


class ApiService(Object, frozen=True, eq=False):
    """An APIService: a part of the API that another program serves."""

    KINDS = _kinds("apiregistration.k8s.io", "APIService")


class WebhookClient(Object, frozen=True, eq=False):
    """What makes the API server call a webhook: for admission, or to convert objects of a custom resource."""

    KINDS = WebhookConfiguration.KINDS | _kinds("apiextensions.k8s.io", "CustomResourceDefinition")


class Workload(Object, frozen=True, eq=False):
    """A built-in controller of pods, judged for what stands outside its pod template (replicas, strategy, ...)."""

    KINDS = _kinds("apps", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet") | _kinds("batch", "Job", "CronJob")


class Mounting(Object, frozen=True, eq=False):
    """What tells a volume's driver how to mount: a built-in kind with pods, a PersistentVolume or a StorageClass."""

    KINDS = (
        Workload.KINDS
        | _kinds("", "Pod", "PodTemplate", "ReplicationController", "PersistentVolume")
        | _kinds("storage.k8s.io", "StorageClass")
    )


class PodTemplate(Subject, frozen=True, eq=False, dict=True):
    """A pod, or the template of one, wherever it stands: Pod, Deployment, CronJob, a custom resource."""

    where: Path
    """Where the object that holds `metadata` and `spec` stands in the resource."""
    spec: Tree
    """The PodSpec; for a partial one (`partial`) a missing key reads as an `Unknown`."""
    metadata: Tree
    containers: tuple[Container, ...] = ()
    partial: bool = False
    """Whether the resource holds only a part of a pod's specification; what it leaves out is unknown, not absent."""
    spec_key: str | None = "spec"
    """The key of the PodSpec below `where`; None where the PodSpec stands at `where` itself."""

    @property
    def path(self) -> Path:
        """Where the PodSpec stands; evidence of a rule on PodTemplate is relative to it."""
        return self.where if self.spec_key is None else (*self.where, self.spec_key)

    @property
    def tree(self) -> Tree:
        """The PodSpec."""
        return self.spec

    @property
    def security(self) -> Any:
        """The pod's `securityContext`: a mapping (empty when absent) or an `Unknown`."""
        return security_of(self.spec)

    @functools.cached_property
    def by_place(self) -> dict[Path, Container]:
        """Its containers by where they stand in the resource."""
        return {container.path: container for container in self.containers}

    @property
    def windows(self) -> bool | Unknown:
        """Whether `spec.os.name` says Windows; admission looks at nothing else."""
        os = self.spec.get("os")
        name = os.get("name") if isinstance(os, dict) else os
        return name if isinstance(name, Unknown) else name == "windows"


class Container(Subject, frozen=True, eq=False):
    """One container of a pod template, of any class."""

    pod: PodTemplate
    kind: ContainerClass
    where: Path
    """Where it stands in the resource."""
    spec: Tree
    name: str

    @property
    def path(self) -> Path:
        """Where it stands in the resource."""
        return self.where

    @property
    def tree(self) -> Tree:
        """The container's own specification."""
        return self.spec

    @property
    def security(self) -> Any:
        """The container's `securityContext`: a mapping (empty when absent) or an `Unknown`."""
        return security_of(self.spec)

    @property
    def label(self) -> str:
        """`container "web"`, `init container "setup"`."""
        prefix = "" if self.kind is ContainerClass.APP else f"{self.kind.value} "
        return f'{prefix}container "{self.name}"' if self.name else f"unnamed {prefix}container"

    @property
    def runs_on(self) -> bool:
        """Whether it runs as long as the pod does: an app or a sidecar container."""
        return self.kind in (ContainerClass.APP, ContainerClass.SIDECAR)


def security_of(spec: Tree) -> Any:
    """The `securityContext` of a pod or container: a mapping (empty when absent) or an `Unknown`."""
    security = spec.get("securityContext")
    return security if isinstance(security, (dict, Unknown)) else NOTHING


def _has_a_controller(resource: Resource) -> bool:
    return any(dig(owner, "controller") is True for _, owner in items(resource.metadata.get("ownerReferences")))


class NamespaceScope(msgspec.Struct, frozen=True, eq=False):
    """Everything of one namespace; only judged when the input is the whole cluster."""

    name: str
    namespace: Resource | None
    """The Namespace's own manifest; None when the input has none."""
    members: tuple[Resource, ...]
    pods: tuple[PodTemplate, ...]

    @property
    def resource(self) -> Resource:
        """The object that a finding of the namespace points at: its manifest, else a workload, else any member.

        Of several the first by kind and name that no controller made: a fingerprint must depend neither on the order
        of the input nor on what runs today.
        """
        if self.namespace is not None:
            return self.namespace
        candidates = [pod.resource for pod in self.pods] or self.members
        return min(candidates, key=lambda resource: (_has_a_controller(resource), resource.kind, resource.name))

    @property
    def path(self) -> Path:
        """Evidence of a namespace is about the whole object."""
        return ()

    @property
    def label(self) -> str:
        """How a message names it."""
        return f'namespace "{self.name}"'

    def of(self, kind: str) -> tuple[Resource, ...]:
        """Its members of a kind, in input order."""
        return tuple(member for member in self.members if member.kind == kind)
