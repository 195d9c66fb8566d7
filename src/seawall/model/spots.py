"""Where in an object texts stand that may say anything, and where only what the API gives a meaning."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from seawall.model.suspicion import is_secret_name
from seawall.model.workloads import is_builtin_group

_FREE: Final = frozenset({"annotations", "args", "command", "flexVolume", "httpHeaders", "message", "volumeAttributes"})
"""Fields of built-in kinds that hold whatever their author wants."""
_OF_KINDS: Final = frozenset(
    {("ConfigMap", "data"), ("StorageClass", "parameters"), ("PersistentVolume", "mountOptions"), ("Event", "note")}
)
_ENTRIES: Final = frozenset({"env", "httpHeaders"})
"""Lists of names and values."""
_GIVEN: Final = frozenset({"default", "example", "value"})
"""Fields that hold the value of what is named beside them, or above them."""
_MEANT: Final = frozenset(
    {
        *("apiGroup", "apiVersion", "claimName", "configMapName", "driver", "group", "image", "kind", "namespace"),
        *("labels", "matchLabels", "metadata", "name", "nodeSelector", "podSelector", "selector", "serviceAccountName"),
        *("hosts", "hostnames", "host", "hostname", "matchExpressions", "valueFrom", "envFrom", "remoteRef", "tls"),
        *("automountServiceAccountToken", "topologyKey", "matchLabelKeys", "mismatchLabelKeys", "sessionAffinity"),
    }
)
"""Fields of custom resources that mean what they mean elsewhere: no free text."""
_NAMES_OF_ENTRIES: Final = frozenset({"key", "keys", "property", "secretKey", "passwordKey", "tokenKey", "remoteKey"})
"""Fields that name the entry of a Secret, or a label."""
_ENCRYPTED: Final = frozenset({"SealedSecret", "SopsSecret", "AVPSecret"})


class Spot(msgspec.Struct, frozen=True):
    """A place in an object."""

    free: bool = False
    """Whether a text here may say anything."""
    custom: bool = False
    """Whether it is in an object of a kind that is not Kubernetes' own."""
    names: tuple[str, ...] = ()
    """What a scalar here stands under or beside."""
    beside: tuple[str, ...] = ()
    """What else stands near and may say that a scalar here is a secret; no rule reads it so."""
    annotation: str = ""
    """The key of the annotation that it is the value of."""
    within: str = ""
    """The field that this is, if it is one whose members have a meaning of their own: `annotations`, `env`."""
    binary: bool = False
    """Whether the text is base64 of anything."""

    kind: str = ""
    """The kind of an object that a list of such holds, which need not say it."""

    def item(self, value: Any) -> Spot:
        """That of an item of a list that stands here."""
        return root(value) if _is_object(value) else self

    def into(self, parent: dict[str, Any], key: str, value: Any) -> Spot:
        """That of what the mapping that stands here holds under a key."""
        key = str(key)
        if _is_object(value):
            return root(value)
        if self.within == "annotations":
            return Spot(free=True, names=(key.rpartition("/")[2], key), annotation=key)
        if self.within == "binaryData":
            return Spot(free=True, names=(key,), binary=True)
        if self.within in _ENTRIES and "name" in parent:
            return Spot(free=key == "value", custom=self.custom, names=self._names(parent, key))
        kind = str(parent.get("kind") or self.kind)
        if key == "items" and kind.endswith("List"):
            return Spot(free=self.free, custom=self.custom, kind=kind.removesuffix("List"))
        if key in ("annotations", "binaryData", *_ENTRIES):
            return Spot(free=True, custom=self.custom, names=(key,), within=key)
        beside = tuple(name for name in (*self.names, *self.beside) if is_secret_name(name))
        if (kind, key) == ("ConfigMap", "data") and isinstance(parent.get("metadata"), dict):
            beside = (str(dict.get(parent["metadata"], "name")),)
        is_free = self._is_free(kind, key) or (key in _GIVEN and bool(beside) and not isinstance(value, dict | list))
        passes_on = key in ("data", "stringData", "value") and isinstance(value, dict)
        is_near = passes_on or not isinstance(value, dict | list)
        return Spot(is_free, self.custom, self._names(parent, key), beside if is_near else ())

    def _is_free(self, kind: str, key: str) -> bool:
        if (kind, key) in _OF_KINDS or key in _FREE:
            return True
        if not self.custom:
            return self.free
        if key in _MEANT or key.endswith(("Ref", "Selector")):
            return False
        return self.free or key in ("spec", "status")

    def _names(self, parent: dict[str, Any], key: str) -> tuple[str, ...]:
        name = parent.get("name")
        if key in _GIVEN and isinstance(name, str):
            return (name,)
        if self.custom and key in _NAMES_OF_ENTRIES:
            return ()
        return (key,)


def root(value: Any) -> Spot:
    """The spot of a whole object."""
    if not isinstance(value, dict):
        return Spot(free=True)
    group, slash, _ = str(value.get("apiVersion", "")).rpartition("/")
    custom = bool(slash) and not is_builtin_group(group) and str(value.get("kind")) not in _ENCRYPTED
    return Spot(custom=custom, free=custom)


def _is_object(value: Any) -> bool:
    if not isinstance(value, dict) or "metadata" not in value:
        return False
    return isinstance(dict.get(value, "apiVersion"), str) and isinstance(dict.get(value, "kind"), str)
