"""From documents to typed, frozen resources with provenance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from seawall.core import Document, Path, Place, Problem, Unknown, path_text
from seawall.data.api import api_types
from seawall.inventory.kinds import is_typed_list, refusal
from seawall.inventory.settle import Issue, settle

Tree = dict[str, Any]

_NOT_OBJECTS = ("kustomize.config.k8s.io/", "kustomize.toolkit.fluxcd.io/config")
"""API groups of files that kubectl and kustomize read as configuration; no API server ever sees them."""
_KUBECONFIG = ("v1", "Config")


CLUSTER_SCOPED = frozenset(
    [
        "Namespace",
        "Node",
        "PersistentVolume",
        "ClusterRole",
        "ClusterRoleBinding",
        "CustomResourceDefinition",
        "StorageClass",
        "PriorityClass",
        "IngressClass",
        "RuntimeClass",
        "CSIDriver",
        "CSINode",
        "VolumeAttachment",
        "APIService",
        "ValidatingWebhookConfiguration",
        "MutatingWebhookConfiguration",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "MutatingAdmissionPolicy",
        "MutatingAdmissionPolicyBinding",
        "PodSecurityPolicy",
        "CertificateSigningRequest",
        "FlowSchema",
        "PriorityLevelConfiguration",
        "DeviceClass",
        "ResourceSlice",
        "IPAddress",
        "ServiceCIDR",
        "ClusterTrustBundle",
        "GatewayClass",
        "ClusterNetworkPolicy",
        "AdminNetworkPolicy",
        "BaselineAdminNetworkPolicy",
    ]
)
"""Kinds that have no namespace; a kind of a custom resource is taken to have one."""


class Resource(msgspec.Struct, frozen=True, eq=False):
    """One Kubernetes object of one document.

    `tree` is what the API server would get, with an `Unknown` in place of each value that cannot be decided.
    """

    document: Document
    path: Path
    """Where the object stands in its document: `()`, or `("items", 3)` in a List."""
    group: str
    """The API group; empty for the core group."""
    version: str
    kind: str
    namespace: str | None
    """None when the manifest names none (it then lands where it is applied to, or has no namespace at all)."""
    name: str
    """`metadata.name`, or `generateName` followed by `*`; empty when there is neither."""
    tree: Tree
    issues: tuple[Issue, ...] = ()
    """Where the manifest and the API's types disagree: wrong types, unknown fields."""

    @property
    def api_version(self) -> str:
        """`group/version`, or `version` for the core group."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def chosen_namespace(self) -> str | None:
        """The namespace that somebody chose; None where none is said, as in a chart that nobody placed.

        Such a chart is rendered for `default`; an object of it that says another namespace is placed.
        """
        document = self.document
        return None if document.unplaced and self.namespace == document.namespace else self.namespace

    @property
    def metadata(self) -> Tree:
        """`metadata`, empty when it is absent or undecidable."""
        metadata = self.tree.get("metadata")
        return metadata if isinstance(metadata, dict) else {}

    @property
    def is_configuration(self) -> bool:
        """Whether it is a file that a program reads (kind, the kubelet): whatever a cluster keeps has metadata."""
        return "metadata" not in self.tree and api_types().type_of(self.api_version, self.kind) is None

    @property
    def labels(self) -> Tree:
        """`metadata.labels`, empty when absent."""
        labels = self.metadata.get("labels")
        return labels if isinstance(labels, dict) else {}

    @property
    def annotations(self) -> Tree:
        """`metadata.annotations`, empty when absent."""
        annotations = self.metadata.get("annotations")
        return annotations if isinstance(annotations, dict) else {}

    def locate(self, path: Path) -> Place:
        """The place of a path of this object in its file."""
        return self.document.locate(self.path + path)


def text_of(value: object) -> str:
    """A name as people see it: placeholders keep the text of the source."""
    if isinstance(value, Unknown):
        return value.text
    return value if isinstance(value, str) else ""


def is_object(tree: object) -> bool:
    """Whether a document's value is a Kubernetes object: a mapping with `apiVersion` and `kind`."""
    if not isinstance(tree, dict):
        return False
    kind, version = tree.get("kind"), tree.get("apiVersion")
    if not (isinstance(kind, str) and kind and isinstance(version, str) and version):
        return False
    return not version.startswith(_NOT_OBJECTS) and (version, kind) != _KUBECONFIG


def resources(document: Document) -> Iterator[Resource | Problem]:
    """The objects of a document, Lists taken apart, and a Problem for each value that the API server would refuse.

    A document that is no Kubernetes object gives nothing.
    """
    for path, tree in _objects(document.text.value):
        if is_object(tree):
            yield from _resource(document, path, tree)
        else:
            yield _stray_problem(document, path)


def _objects(tree: Any) -> Iterator[tuple[Path, Any]]:
    """What a document holds: itself if it is an object, or all that its List holds, objects or not."""
    stack: list[tuple[Path, Any]] = [((), tree)] if is_object(tree) else []
    while stack:
        where, value = stack.pop()
        holds = is_object(value) and value["kind"].endswith("List") and "items" in value
        members = value["items"] if holds else None
        if holds and (members is None or isinstance(members, list)):
            numbered = reversed(list(enumerate(members or ())))  # kubectl takes null for none
            stack.extend(((*where, "items", i), _typed(value, member)) for i, member in numbered)
        elif holds and _is_list(value, members):
            yield (*where, "items"), members
        else:
            yield where, value


def _is_list(tree: Tree, members: object) -> bool:
    """Whether it is a List by its kind, or another's of which all `items` are filled in later."""
    api_version, kind = tree["apiVersion"], tree["kind"]
    return (api_version, kind) == ("v1", "List") or is_typed_list(api_version, kind) or isinstance(members, str)


def _typed(parent: Tree, member: object) -> object:
    """A typed list (`PodList`) may leave kind and version to its items' container, as `kubectl get --raw` does."""
    if isinstance(member, dict) and parent["kind"] != "List":
        return {"kind": parent["kind"].removesuffix("List"), "apiVersion": parent["apiVersion"], **member}
    return member


def _resource(document: Document, path: Path, tree: Tree) -> Iterator[Resource | Problem]:
    api_version, kind = tree["apiVersion"], tree["kind"]
    settled = settle(tree, kind, api_version)
    group, _, version = api_version.rpartition("/")
    metadata = tree.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    name = _name(metadata.get("name"))
    if not name and (prefix := _name(metadata.get("generateName"))):
        name = prefix + "*"
    namespace = _name(metadata.get("namespace")) or (None if kind in CLUSTER_SCOPED else document.namespace)
    resource = Resource(document, path, group, version, kind, namespace, name, settled.tree, settled.issues)
    yield resource
    refused = refusal(api_version, kind)
    if refused:
        yield _kind_problem(resource, *refused)
    for issue in settled.issues:
        if issue.kind == "type":
            yield _type_problem(resource, issue)


def _name(value: object) -> str:
    """What somebody meant who left the quotes out; the API server refuses it, which is told as a Problem."""
    return str(value) if type(value) is int else text_of(value)


def _stray_problem(document: Document, path: Path) -> Problem:
    place = document.locate(path)
    message = f"{path_text(path)} holds no object with apiVersion and kind: nothing of it was judged"
    hint = "If it is filled in later, render it first; kubectl refuses it as it stands"
    return Problem(place.file, place.span.line, place.span.column, "list", message, hint)


def _kind_problem(resource: Resource, message: str, hint: str) -> Problem:
    place = resource.locate(("kind",))
    return Problem(place.file, place.span.line, place.span.column, "kind", message, hint)


def _type_problem(resource: Resource, issue: Issue) -> Problem:
    place = resource.locate(issue.path)
    return Problem(
        place.file,
        place.span.line,
        place.span.column,
        "type",
        f'{resource.kind} "{resource.name}": {path_text(issue.path)} is {issue.found}, the API takes {issue.expected}',
        issue.hint or "The API server would refuse this object; correct the value",
    )


class Coverage(msgspec.Struct, frozen=True):
    """What was read, and what was left alone and why."""

    files: int = 0
    documents: int = 0
    objects: int = 0
    not_kubernetes: int = 0
    """Files that hold no Kubernetes object; they are left alone."""
    not_looked_at: tuple[tuple[str, str], ...] = ()
    """What was not looked at, and why."""


class Unread(msgspec.Struct, frozen=True, order=True, gc=False):
    """Objects that are, or may be, in the cluster and that nobody could read: whatever needs them is unknown."""

    kind: str
    group: str = ""
    """The API group; empty for the core group."""
    resource: str = ""
    """The kind's plural, as RBAC names it; empty when discovery did not tell."""
    namespace: str = ""
    """The namespace whose objects were not read; empty: all of them."""
    why: str = ""
    """Completes "was not read: ...": `the server forbids it (403)`."""
    cause: str = "failed"
    """`failed`, `refused` (an RBAC rule would let it be read) or `chosen` (nobody asked for it)."""

    @property
    def label(self) -> str:
        """`kind NetworkPolicy (networking.k8s.io)`, with the namespace if it is one's."""
        group = f" ({self.group})" if self.group else ""
        return f"kind {self.kind}{group}" + (f" in namespace {self.namespace}" if self.namespace else "")


class Inventory(msgspec.Struct, frozen=True, eq=False):
    """Everything that was read: resources, problems, coverage."""

    resources: tuple[Resource, ...]
    problems: tuple[Problem, ...] = ()
    coverage: Coverage = Coverage()
    whole: bool = False
    """Whether the input is the whole cluster (`--estate`, or a live source)."""
    read: frozenset[str] = frozenset()
    """The names of the files that were read as they stand, those that hold no object too."""
    unread: tuple[Unread, ...] = ()
    """What a running cluster did not let be read; empty for files."""
    live: bool = False
    """Whether it was read from an API server, whose own objects (bootstrap roles) are then among the resources."""
    server_version: str = ""
    """What that server says its version is, `v1.34.2-gke.1`, or what a snapshot was made for; empty for neither."""

    @property
    def hidden(self) -> Problem | None:
        """The first problem that may have hidden objects; None when all that was named was read."""
        return next((problem for problem in self.problems if problem.hides), None)

    def is_unread(self, kind: str, namespace: str | None = None) -> bool:
        """Whether objects of a kind are missing, in one namespace or (None) in any."""
        return any(
            each.kind == kind and (namespace is None or each.namespace in ("", namespace)) for each in self.unread
        )


def collect(
    documents: Iterable[Document | Problem], *, whole: bool = False, coverage: Coverage | None = None
) -> Inventory:
    """Builds the inventory of a stream of documents, in order."""
    found: list[Resource] = []
    problems: list[Problem] = []
    read = 0
    for document in documents:
        if isinstance(document, Problem):
            problems.append(document)
            continue
        read += 1
        for thing in resources(document):
            (found if isinstance(thing, Resource) else problems).append(thing)  # type: ignore[arg-type]  # split by type
    seen = msgspec.structs.replace(coverage or Coverage(), documents=read, objects=len(found))
    return Inventory(tuple(found), tuple(problems), seen, whole)
