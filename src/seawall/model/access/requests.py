"""What people write of a request, as the API server would see it: `get deployments.apps/scale web`.

Source: Kubernetes, "Authorization", "Request attributes"; k8s.io/apiserver `pkg/endpoints/request/requestinfo.go`.
"""

from __future__ import annotations

import functools
import re
from typing import Final

import msgspec

from seawall.core import dig
from seawall.core.spelling import closest
from seawall.data.api import api_types
from seawall.errors import UsageError
from seawall.inventory import Inventory
from seawall.inventory.resources import CLUSTER_SCOPED
from seawall.model.permissions import Request

_SHORT: Final = {
    "cj": "cronjobs",
    "cm": "configmaps",
    "crd": "customresourcedefinitions",
    "crds": "customresourcedefinitions",
    "csr": "certificatesigningrequests",
    "deploy": "deployments",
    "ds": "daemonsets",
    "ep": "endpoints",
    "ev": "events",
    "hpa": "horizontalpodautoscalers",
    "ing": "ingresses",
    "limits": "limitranges",
    "netpol": "networkpolicies",
    "no": "nodes",
    "ns": "namespaces",
    "pc": "priorityclasses",
    "pdb": "poddisruptionbudgets",
    "po": "pods",
    "pv": "persistentvolumes",
    "pvc": "persistentvolumeclaims",
    "quota": "resourcequotas",
    "rc": "replicationcontrollers",
    "rs": "replicasets",
    "sa": "serviceaccounts",
    "sc": "storageclasses",
    "sts": "statefulsets",
    "svc": "services",
}
"""kubectl's short names -> resources (`kubectl api-resources`)."""
_VERBS_ONLY: Final = {
    "groups": ("", False),
    "users": ("", False),
    "userextras": ("authentication.k8s.io", False),
    "uids": ("authentication.k8s.io", False),
    "signers": ("certificates.k8s.io", False),
}
"""Resources that no object has and verbs are checked on: impersonate, approve, sign -> (group, has a namespace)."""
_REVIEWS: Final = frozenset({"SelfSubjectAccessReview", "SelfSubjectReview", "SelfSubjectRulesReview"}) | {
    "ComponentStatus",
    "SubjectAccessReview",
    "TokenReview",
}
"""Kinds without a namespace that no object of an estate has."""
SUBRESOURCES: Final = {
    "pods": (
        "attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "portforward", "proxy", "resize",
        "status",
    ),
    "services": ("proxy", "status"),
    "nodes": ("configz", "healthz", "log", "metrics", "pods", "proxy", "spec", "stats", "status"),
    "namespaces": ("finalize", "status"),
    "serviceaccounts": ("token",),
    "certificatesigningrequests": ("approval", "status"),
    "replicationcontrollers": ("scale", "status"),
    "deployments": ("rollback", "scale", "status"),
    "replicasets": ("scale", "status"),
    "statefulsets": ("scale", "status"),
}  # fmt: skip
"""The subresources of those of Kubernetes' own resources that have others than `status`.

Source: Kubernetes API reference v1.37; `nodes`: Kubernetes, "Kubelet authentication/authorization".
"""
VERBS: Final = frozenset({
    "*", "approve", "attest", "bind", "create", "delete", "deletecollection", "escalate", "get", "head", "impersonate",
    "list", "options", "patch", "post", "put", "sign", "update", "use", "watch",
})  # fmt: skip
"""The verbs that the API server, or Kubernetes' own components, ask about."""
_VERSION = re.compile(r"v\d+(?:(?:alpha|beta)\d+)?\.")


class Target(msgspec.Struct, frozen=True, gc=False):
    """A resource, or a path that is about no resource."""

    resource: str = ""
    group: str = ""
    subresource: str = ""
    namespaced: bool = True
    """Whether its objects stand in namespaces; a custom resource of which nothing is known is taken to."""
    url: str | None = None
    """The path; None for a resource."""

    @property
    def entry(self) -> str:
        """What a rule's `resources` calls it: `deployments/scale`."""
        return f"{self.resource}/{self.subresource}" if self.subresource else self.resource

    @property
    def text(self) -> str:
        """`deployments.apps/scale`, `/metrics`."""
        if self.url is not None:
            return self.url
        own = f"{self.resource}.{self.group}" if self.group and self.resource != "*" else self.resource
        return f"{own}/{self.subresource}" if self.subresource else own


def parse_target(text: str, inventory: Inventory) -> Target:
    """Reads `RESOURCE[.GROUP][/SUBRESOURCE]`, a short name, a kind, or a path such as `/metrics`.

    A custom resource may leave out its group where its definition is among the resources.

    Raises:
        UsageError: nothing of that name is known, and no group is given.
    """
    if text.startswith("/"):
        return Target(url=text)
    named, _, sub = text.partition("/")
    resource, dot, group = named.partition(".")
    group = _VERSION.sub("", f"{group}.").removesuffix(".") if dot else ""
    resource = _SHORT.get(resource.casefold(), resource.casefold())
    if not resource:
        raise UsageError(f"'{text}' is no resource", "Write RESOURCE[.GROUP][/SUBRESOURCE], such as pods/exec")
    if resource == "*":
        return Target("*", group if dot else "*", sub)
    found = _known(resource, group if dot else None, sub, inventory) or _guessed(text, resource, group, sub, dot)
    if sub:
        _check_subresource(found)
    return found


def _check_subresource(target: Target) -> None:
    """A name behind a slash, as kubectl takes it, is no subresource; of a custom resource nobody knows.

    Raises:
        UsageError: a resource of Kubernetes' own has no such subresource.
    """
    known = SUBRESOURCES.get(target.resource, ("status",))
    if (target.resource, target.group) not in builtin_resources() or target.subresource in (*known, "*"):
        return
    close = closest(target.subresource, known, 1)
    own = msgspec.structs.replace(target, subresource="").text
    hint = f"Did you mean {own}/{close[0]}? " if close else f"It has {', '.join(known)}. "
    named = f"The name of an object is an argument of its own: {own} {target.subresource}"
    raise UsageError(f"{own} has no subresource '{target.subresource}'", hint + named)


def _known(resource: str, group: str | None, sub: str, inventory: Inventory) -> Target | None:
    for table in (builtin_resources(), _custom(inventory)):
        for (name, own), (plural, namespaced) in table.items():
            if name == resource and group in (None, own):
                return Target(plural, own, sub, namespaced)
    return None


def _guessed(text: str, resource: str, group: str, sub: str, dot: str) -> Target:
    elsewhere = sorted({own for name, own in builtin_resources() if name == resource})
    if dot and not (elsewhere and "." not in group.removesuffix(".k8s.io")):
        return Target(resource, group, sub)
    if elsewhere:
        groups = " or ".join(f"{resource}.{own}" if own else resource for own in elsewhere)
        raise UsageError(f"the API group '{group}' has no {resource}", f"Did you mean {groups}?")
    close = closest(resource, (name for name, _ in builtin_resources().values()), 1)
    hint = f"Did you mean '{close[0]}'? " if close else ""
    message = f"no resource '{text}' is known"
    raise UsageError(message, f"{hint}A custom resource is written with its group: {resource}.example.com")


@functools.cache
def builtin_resources() -> dict[tuple[str, str], tuple[str, bool]]:
    """(plural or singular, group) -> (plural, whether it has a namespace), of Kubernetes' own; the core group first."""
    found: dict[tuple[str, str], tuple[str, bool]] = {}
    for key in sorted(api_types().kinds, key=lambda key: (key.count("/"), _OLD.get(key.partition("/")[0], 0), key)):
        api_version, _, kind = key.rpartition("/")
        group = api_version.rpartition("/")[0]
        name, namespaced = plural(kind), kind not in CLUSTER_SCOPED and kind not in _REVIEWS
        for word in (name, kind.lower()):
            found.setdefault((word, group), (name, namespaced))
    for name, (group, namespaced) in _VERBS_ONLY.items():
        found.setdefault((name, group), (name, namespaced))
    return found


_OLD: Final = {"extensions": 2, "events.k8s.io": 1, "admission.k8s.io": 3}
"""Groups that come after others of the same resource: those are what kubectl takes."""


def plural(kind: str) -> str:
    """The resource of a built-in kind: `NetworkPolicy` -> `networkpolicies`."""
    word = kind.lower()
    if word.endswith("endpoints"):
        return word
    if word.endswith("s"):
        return f"{word}es"
    return f"{word[:-1]}ies" if word.endswith("y") and word[-2] not in "aeiou" else f"{word}s"


def _custom(inventory: Inventory) -> dict[tuple[str, str], tuple[str, bool]]:
    """The same of the CustomResourceDefinitions that were read."""
    found: dict[tuple[str, str], tuple[str, bool]] = {}
    for resource in inventory.resources:
        if resource.kind != "CustomResourceDefinition":
            continue
        spec = resource.tree.get("spec")
        group, name = dig(spec, "group"), dig(spec, "names", "plural")
        if not isinstance(group, str) or not isinstance(name, str):
            continue
        scope = dig(spec, "scope")
        namespaced = not (isinstance(scope, str) and scope == "Cluster")
        short = dig(spec, "names", "shortNames")
        words = (name, dig(spec, "names", "singular"), *(short if isinstance(short, list) else ()))
        for word in words:
            if isinstance(word, str):
                found.setdefault((word.casefold(), group), (name, namespaced))
    return found


def request_of(verb: str, target: Target, name: str, namespace: str) -> Request:
    """The request as the authorizer sees it; what carries no name or namespace there carries none here.

    `namespace` is empty for a question across all of them. A request about one Namespace stands in that namespace.
    """
    if target.url is not None:
        return Request(verb=verb, non_resource_url=target.url)
    nameless = not target.subresource and verb in ("create", "deletecollection")
    if target.resource == "namespaces" and not target.group:
        namespace = name
    elif not target.namespaced:
        namespace = ""
    return Request(
        verb=verb,
        group=target.group,
        resource=target.resource,
        subresource=target.subresource,
        name="" if nameless else name,
        namespace=namespace,
    )
