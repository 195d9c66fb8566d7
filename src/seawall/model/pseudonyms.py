"""Puts pseudonyms in the place of names: the same one for the same name, so that whatever referred to it still does.

What Kubernetes itself calls things stays, and so do the keys of labels, the names of containers, volumes, ports and
variables, kinds, API groups, addresses in numbers, and every word that is no name of an object, a host, a user or an
image: only whoever wrote a free text knows what else in it is a name.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterable
from typing import Any, Final

from seawall.core import Unknown
from seawall.inventory.placeholders import has_placeholder
from seawall.model.images import Image, parse_image
from seawall.model.well_known import DOMAINS, NAMES, PUBLIC_REGISTRIES, VENDOR_REGISTRIES, WORDS_OF_PATHS

_NAMED: Final = frozenset(
    {
        *(
            "claimName",
            "clusterName",
            "configMapName",
            "externalName",
            "host",
            "hostname",
            "ingressClassName",
            "issuer",
        ),
        *(
            "namespace",
            "nodeName",
            "priorityClassName",
            "runtimeClassName",
            "secretName",
            "serviceAccount",
            "subdomain",
        ),
        *("serviceAccountName", "serviceName", "storageClassName", "user", "username", "volumeName", "policyName"),
        *("gatewayClassName", "controllerName"),
    }
)
"""Fields that hold the name of an object, a host or a user."""
_NAMED_LISTS: Final = frozenset({"groups", "hostnames", "hosts", "namespaces", "resourceNames", "users"})
_OWN_NAMES: Final = frozenset(
    {
        *("conditions", "containers", "env", "ephemeralContainers", "httpHeaders", "initContainers", "matchConditions"),
        *(
            "metrics",
            "options",
            "os",
            "port",
            "ports",
            "resourceClaims",
            "sysctls",
            "validations",
            "variables",
            *("listeners", "versions"),
        ),
        *("volumeDevices", "volumeMounts", "volumes"),
    }
)
"""Fields in whose items `name` names a part of the object itself."""
_LABELS: Final = frozenset({"labels", "matchLabels", "nodeSelector", "selector", "commonLabels"})
_SAYING: Final = re.compile(r"(?:^|\.)(?:k8s|kubernetes)\.io/|^helm\.sh/|^istio-injection$|istio\.io/")
"""Keys of labels whose values Kubernetes or a product gives a meaning."""
_NAMES_IN_LABELS: Final = re.compile(
    r"^app\.kubernetes\.io/|metadata\.name$|/job-name$|pod-name$|service-name$|/hostname$|^helm\.sh/chart$"
)
"""Those among them whose values are names all the same."""
_UNTOUCHED: Final = frozenset({"apiVersion", "apiGroup", "apiGroups", "kind", "resources", "verbs", "nonResourceURLs"})
_KEPT_KINDS: Final = frozenset({"APIService", "CustomResourceDefinition"})
"""Kinds whose names are made of an API group."""
_ANSWERS: Final = frozenset({"conversion", "service"})
"""What of their specification says which Service or address is asked."""
_WORD: Final = re.compile(r"[A-Za-z0-9]+(?:[-.][A-Za-z0-9]+)*")
_QUOTED: Final = re.compile(r'(?<=")[^"\s]+(?=")')
_ADDRESS: Final = re.compile(r"(?<=://)(?:[^\s/@:]*(?::[^\s/@]*)?@)?(?P<host>[A-Za-z0-9.-]+)")
_NUMBERS: Final = re.compile(r"\d+(?:\.\d+){3}(?:/\d+)?|[0-9a-fA-F]*:[0-9a-fA-F:.]*(?:/\d+)?")
"""Addresses of hosts and networks."""
_ACCOUNT: Final = re.compile(r"system:serviceaccounts?:")
_TOKENS: Final = re.compile(r"default-token-[a-z0-9]{5}")
"""What clusters before 1.24 called the tokens that they gave out."""
_LONG: Final = 10
_IN_CLUSTER: Final = re.compile(r"\.svc(?:\.cluster\.local)?\.?$")


class Pseudonyms:
    """Names and what stands for them, by one key: the same for every text of a snapshot, and of all with that key."""

    def __init__(self, key: bytes) -> None:
        """Without the key nobody can try names."""
        self._key = key
        self._known: set[str] = set()

    def learn(self, trees: Iterable[Any]) -> None:
        """Takes note of the objects' and namespaces' names, which free texts may hold too."""
        for tree in trees:
            metadata = tree.get("metadata") if isinstance(tree, dict) else None
            for key in ("name", "namespace"):
                name = metadata.get(key) if isinstance(metadata, dict) else None
                if isinstance(name, str) and self.name(name) != name:
                    self._known.add(name)

    def name(self, name: str) -> str:
        """What stands for a name; the name itself where Kubernetes, or everybody, calls something so."""
        bare = name.removesuffix("-")
        if not bare or bare in NAMES or _TOKENS.fullmatch(bare) or has_placeholder(name) or _is_a_number(bare):
            return name
        if bare.startswith(("system:", "kubeadm:")):
            return self._account(name)
        return self._drawn(bare) + name[len(bare) :]

    def host(self, host: str) -> str:
        """A host, label by label: its top level stays, and so does what makes it a wildcard or one of the cluster."""
        if _NUMBERS.fullmatch(host) or has_placeholder(host) or host in NAMES:
            return host
        if "." not in host:
            return self.name(host)
        inside = _IN_CLUSTER.search(host)
        end = inside[0] if inside else next((f".{domain}" for domain in DOMAINS if host.endswith(f".{domain}")), "")
        end = end or "." + host.rpartition(".")[2]
        labels = host.removesuffix(end).split(".")
        return ".".join(label if label == "*" else self.name(label) for label in labels) + end

    def image(self, image: str) -> str:
        """An image reference: tag, digest, public registries and official images stay."""
        if not isinstance(parse_image(image), Image) or has_placeholder(image):
            return image
        path, at, digest = image.partition("@")
        folder, slash, last = path.rpartition("/")
        repository, colon, tag = last.partition(":")
        parts = [*(folder.split("/") if folder else []), repository]
        registry = parts.pop(0) if slash and re.search(r"[.:]|^localhost$", parts[0]) else ""
        if registry not in VENDOR_REGISTRIES and not (registry in ("", "docker.io") and _is_official(parts)):
            parts = [self.name(part) for part in parts]
        if registry and registry not in PUBLIC_REGISTRIES:
            name, port, number = registry.partition(":")
            registry = self.host(name) + port + number
        return "/".join([registry, *parts] if registry else parts) + colon + tag + at + digest

    def path(self, path: str) -> str:
        """The name of a file, folder by folder; what many projects call theirs stays, and so do endings."""
        return "/".join(self._path_part(part) for part in path.split("/"))

    def text(self, text: str) -> str:
        """A free text: hosts of addresses, and the objects' names where they cannot be other words."""
        if text in self._known:
            return self.name(text)
        text = _ADDRESS.sub(self._of_address, text)
        text = _QUOTED.sub(lambda found: self.name(found[0]) if found[0] in self._known else found[0], text)
        return _WORD.sub(lambda found: self._word(found[0]), text)

    def tree(self, value: Any, key: str = "", within: str = "") -> Any:
        """A copy of what stands under `key`, which itself stands in (the items of) `within`."""
        if isinstance(value, dict):
            return self._mapping(value, key, within)
        if isinstance(value, list):
            return [self._item(item, key) for item in value]
        if isinstance(value, Unknown):
            return Unknown(self.text(value.text), value.why)
        return self._leaf(value, key, within) if isinstance(value, str) else value

    def _mapping(self, value: dict[str, Any], key: str, within: str) -> dict[str, Any]:
        if key in _LABELS and all(isinstance(item, str) for item in value.values()):
            return {name: self._label(name, item) for name, item in value.items()}
        if value.get("kind") in _KEPT_KINDS and "metadata" in value:
            return self._definition(value)
        place = within if key == "" else key
        if {"key", "operator", "values"} <= value.keys() and isinstance(value["values"], list):
            label = str(value["key"])
            named = [self._label(label, item) if isinstance(item, str) else item for item in value["values"]]
            return {**value, "values": named}
        return {name: self.tree(item, name, place) for name, item in value.items()}

    def _definition(self, value: dict[str, Any]) -> dict[str, Any]:
        """A definition of a kind or of a group: what it is called stays, and not who answers for it."""
        metadata, spec = value["metadata"], value.get("spec")
        kept = {**value, "metadata": self.tree(metadata, "metadata")}
        if isinstance(metadata, dict) and "name" in metadata and isinstance(kept["metadata"], dict):
            kept["metadata"] = {**kept["metadata"], "name": metadata["name"]}
        if isinstance(spec, dict):
            kept["spec"] = {
                key: self.tree(item, key, "spec") if key in _ANSWERS else item for key, item in spec.items()
            }
        return kept

    def _item(self, item: Any, key: str) -> Any:
        if isinstance(item, str):
            if key in _NAMED_LISTS:
                return self._named(item)
            return item if key in _UNTOUCHED else self._leaf(item, key, "")
        return self.tree(item, "", key)

    def _leaf(self, value: str, key: str, within: str) -> str:
        if key in _UNTOUCHED:
            return value
        if key == "image":
            return self.image(value)
        if key in _NAMED or (key in ("name", "generateName") and within not in _OWN_NAMES):
            return self._named(value)
        return self.text(value)

    def _named(self, value: str) -> str:
        """A name, or a host if it has dots."""
        if "*" in value:
            # Where a star means something it still does, and where it means nothing it still does not.
            return "*".join(self._named(part) if part else "" for part in value.split("*"))
        if ":" in value or "@" in value or "." not in value:
            return self.name(value)
        return self.host(value)

    def _label(self, key: str, value: str) -> str:
        if _SAYING.search(key) and not _NAMES_IN_LABELS.search(key):
            return value
        return self._named(value)

    def _account(self, name: str) -> str:
        """`system:serviceaccount:NAMESPACE:NAME` and its group hold names; whatever else begins so is Kubernetes'."""
        found = _ACCOUNT.match(name)
        return found[0] + ":".join(self.name(part) for part in name[found.end() :].split(":")) if found else name

    def _drawn(self, name: str) -> str:
        digest = hmac.digest(self._key, name.encode(), "sha256")
        return "n" + base64.b32encode(digest)[:11].decode().lower()

    def _of_address(self, found: re.Match[str]) -> str:
        return found[0].removesuffix(found["host"]) + self.host(found["host"])

    def _word(self, word: str) -> str:
        if word in self._known and ("-" in word or "." in word):
            return self.name(word)
        if "." not in word:
            return word
        return ".".join(self.name(part) if part in self._known else part for part in word.split("."))

    def _path_part(self, part: str) -> str:
        kind, colon, name = part.partition(":")
        if colon and kind == "cluster":
            return f"{kind}:{name if name in WORDS_OF_PATHS else self.name(name)}"
        stem, dot, end = part.partition(".")
        return part if not stem or stem in WORDS_OF_PATHS else self.name(stem) + dot + end


def _is_a_number(name: str) -> bool:
    """Whether a name is a small number, a port or a version, which tells of nobody; an account's number is long."""
    return not any(map(str.isalpha, name)) and len(name) < _LONG


def _is_official(parts: list[str]) -> bool:
    """Whether Docker itself publishes the image."""
    return len(parts) == 1 or (len(parts) == 2 and parts[0] == "library")
