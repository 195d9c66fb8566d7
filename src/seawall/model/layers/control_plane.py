"""What an estate shows of the control plane: its own pods with their flags, and the files that they read.

Source: Kubernetes reference, kube-apiserver and kubelet; configuration APIs `apiserver.config.k8s.io`, `audit.k8s.io`,
`kubelet.config.k8s.io`, `kubeadm.k8s.io`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from seawall.core import Path, Unknown, dig, items
from seawall.inventory import Resource
from seawall.model.estate import Estate
from seawall.model.facts import Fact
from seawall.model.images import Image, parse_image
from seawall.model.layers.sighting import Probe, Seen, called, counted, facts, first, objects, of_kinds, once, settled
from seawall.model.subjects import Container

_SERVER: Final = "kube-apiserver"
_FILES: Final = "apiserver.config.k8s.io"


class Flag(msgspec.Struct, frozen=True, eq=False):
    """One flag of the API server."""

    name: str
    value: str
    resource: Resource
    path: Path


def flags(estate: Estate) -> tuple[Flag, ...]:
    """The flags of every API server whose pod, or whose kubeadm settings, were read."""
    return once(estate, _flags)


def _flags(estate: Estate) -> tuple[Flag, ...]:
    return (*_of_pods(estate), *_of_kubeadm(estate))


def _of_pods(estate: Estate) -> Iterator[Flag]:
    for container in running(estate, _SERVER):
        for field in ("command", "args"):
            for index, word in items(container.spec.get(field)):
                if isinstance(word, str) and word.startswith("--"):
                    name, _, value = word[2:].partition("=")
                    yield Flag(name, value, container.resource, (*container.path, field, index))


def _of_kubeadm(estate: Estate) -> Iterator[Flag]:
    """`apiServer.extraArgs`: a mapping up to v1beta3, a list of names and values from v1beta4 on."""
    for resource in of_kinds(estate, ("kubeadm.k8s.io", "ClusterConfiguration")):
        where: Path = ("apiServer", "extraArgs")
        found = dig(resource.tree, *where)
        for name, value in found.items() if isinstance(found, dict) else ():
            yield Flag(str(name), _text(value), resource, (*where, str(name)))
        for index, entry in items(found):
            yield Flag(_text(dig(entry, "name")), _text(dig(entry, "value")), resource, (*where, index))


def _text(value: object) -> str:
    return value.text if isinstance(value, Unknown) else str(value or "")


def running(estate: Estate, program: str) -> tuple[Container, ...]:
    """The containers that run a part of the control plane, by their command or the end of their image's name."""
    return tuple(
        container
        for _, pods in estate.pods
        for pod in pods
        for container in pod.containers
        if program in (_program(container), _image(container.spec.get("image")))
    )


def _program(container: Container) -> str:
    word: Any = dig(container.spec, "command", 0)
    return word.rpartition("/")[2] if isinstance(word, str) else ""


def _image(text: object) -> str:
    image = parse_image(text) if isinstance(text, str) else None
    repository = image.repository if isinstance(image, Image) else ""
    return repository.rpartition("/")[2] if isinstance(repository, str) else ""


def _told(estate: Estate, wanted: tuple[str, ...], *kinds: tuple[str, str]) -> Seen:
    """A mechanism that flags of the API server turn on, or files of some kinds that it reads."""
    on = [flag for flag in flags(estate) if flag.name in wanted and flag.value != ""]
    files = of_kinds(estate, *kinds)
    parts = [f"--{flag.name}" for flag in on] + [resource.kind for resource in files]
    places = (Fact(f"--{flag.name} of {called(flag.resource)}", flag.resource, flag.path) for flag in on)
    found = (*first(places), *facts(files))
    return Seen(", ".join(dict.fromkeys(parts)), len(on) + len(files), facts=first(found))


def _holding(estate: Estate, name: str, word: str) -> Seen:
    """A word in the list that a flag of the API server takes."""
    on = [flag for flag in flags(estate) if flag.name == name and word in flag.value.split(",")]
    places = (Fact(f"--{name} of {called(flag.resource)}", flag.resource, flag.path) for flag in on)
    return Seen(f"--{name} names {word}" if on else "", len(on), facts=first(places))


def _authentication(estate: Estate) -> Seen:
    wanted = ("authentication-config", "oidc-issuer-url", "authentication-token-webhook-config-file", "client-ca-file")
    return _told(estate, wanted, (_FILES, "AuthenticationConfiguration"))


def _node_authorizer(estate: Estate) -> Seen:
    return _holding(estate, "authorization-mode", "Node")


def _node_restriction(estate: Estate) -> Seen:
    return _holding(estate, "enable-admission-plugins", "NodeRestriction")


def _encryption(estate: Estate) -> Seen:
    files = of_kinds(estate, (_FILES, "EncryptionConfiguration"))
    seen = _told(estate, ("encryption-provider-config",), (_FILES, "EncryptionConfiguration"))
    if not files:
        return seen
    first_ones = sorted({_provider(resource) for resource in files})
    complete = "identity" not in first_ones
    return Seen(
        f"{seen.summary}; new data is written with {', '.join(first_ones)}", seen.count, complete, 0, seen.facts
    )


def _provider(resource: Resource) -> str:
    """The provider that the first rule writes with: the first of its list. `identity` encrypts nothing."""
    provider = dig(resource.tree, "resources", 0, "providers", 0)
    if isinstance(provider, Unknown) or not isinstance(provider, dict) or not provider:
        return "what is filled in later"
    return str(next(iter(provider)))


def _audit(estate: Estate) -> Seen:
    wanted = ("audit-policy-file", "audit-log-path", "audit-webhook-config-file")
    return _told(estate, wanted, ("audit.k8s.io", "Policy"))


def _control_plane(estate: Estate) -> Seen:
    parts = (_SERVER, "kube-controller-manager", "kube-scheduler")
    found = {part: running(estate, part) for part in parts}
    files = of_kinds(estate, ("kubeadm.k8s.io", "ClusterConfiguration"))
    names = [part for part in parts if found[part]] + [resource.kind for resource in files]
    resources = [container.resource for part in parts for container in found[part]] + files
    return Seen(", ".join(dict.fromkeys(names)), len(resources), facts=facts(resources))


def _etcd(estate: Estate) -> Seen:
    found = [each.resource for each in running(estate, "etcd")]
    return Seen(counted(len(found), "etcd container") if found else "", len(found), facts=facts(found))


def _kubelet(estate: Estate) -> Seen:
    found = of_kinds(estate, ("kubelet.config.k8s.io", "KubeletConfiguration"))
    return objects(found, "KubeletConfiguration") if found else Seen()


def _nodes(estate: Estate) -> Seen:
    found = of_kinds(estate, ("", "Node"))
    return objects(found, "Node") if found else Seen()


def _container_runtime(estate: Estate) -> Seen:
    where: Path = ("status", "nodeInfo", "containerRuntimeVersion")
    found: dict[str, list[Resource]] = {}
    for node in of_kinds(estate, ("", "Node")):
        version = dig(node.tree, *where)
        if isinstance(version, str) and settled(version):
            found.setdefault(version, []).append(node)
    places = (Fact(f"{called(nodes[0])}: {version}", nodes[0], where) for version, nodes in found.items())
    told = ", ".join(f"{version} on {counted(len(nodes), 'node')}" for version, nodes in sorted(found.items()))
    return Seen(told, sum(map(len, found.values())), facts=first(places))


PROBES: Final = {
    "api-authentication": Probe(_authentication, ("Pod",)),
    "node-authorizer": Probe(_node_authorizer, ("Pod",)),
    "noderestriction": Probe(_node_restriction, ("Pod",)),
    "encryption-at-rest": Probe(_encryption, ("Pod",)),
    "audit-log": Probe(_audit, ("Pod",)),
    "control-plane": Probe(_control_plane, ("Pod",)),
    "etcd": Probe(_etcd, ("Pod",)),
    "kubelet": Probe(_kubelet),
    "node": Probe(_nodes, ("Node",)),
    "container-runtime": Probe(_container_runtime, ("Node",)),
}
"""The mechanisms of the control plane and the nodes, by concept."""
