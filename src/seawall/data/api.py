"""The Kubernetes API's types and lifecycles, as `scripts/refresh_api_data.py` read them from their Go definitions."""

from __future__ import annotations

import functools
import pkgutil

import msgspec


class ApiTypes(msgspec.Struct, frozen=True):
    """Which fields each built-in kind has, and of which type.

    A type expression is `string`, `enum` (a string of a named set), `bool`, `int32`, `int64`, `intOrString`,
    `quantity`, `time`, `bytes` (base64), `any`, `[]X` (list), `{}X` (map with string keys), or the name of a type
    such as `core/v1.PodSpec`. Types are newest first; kinds that were removed since keep the last type they had.
    """

    source: str
    date: str
    kinds: dict[str, str]
    """`apps/v1/Deployment` -> `apps/v1.Deployment`; lists are left out."""
    types: dict[str, dict[str, str]]
    """Type name -> field -> type expression."""
    merge_keys: dict[str, dict[str, list[str]]]
    """Type name -> list field -> the fields that tell its items apart, the most telling first."""

    def type_of(self, api_version: str, kind: str) -> str | None:
        """The type of a kind; None for custom resources and lists."""
        return self.kinds.get(f"{api_version}/{kind}")


class Lifecycle(msgspec.Struct, frozen=True, gc=False):
    """The Kubernetes versions (`1.22`) in which a kind came, was deprecated and went; empty means never."""

    introduced: str = ""
    deprecated: str = ""
    removed: str = ""
    replacement: str = ""
    """What its definition says to use instead, `networking.k8s.io/v1/Ingress`; many leave a later version unsaid."""


class ApiLifecycles(msgspec.Struct, frozen=True):
    """The lifecycle of each built-in kind that has one."""

    source: str
    date: str
    kinds: dict[str, Lifecycle]
    """`networking.k8s.io/v1beta1/Ingress` -> its lifecycle."""


@functools.cache
def api_types() -> ApiTypes:
    """The table of types, read once."""
    return msgspec.json.decode(_read("api_types.json"), type=ApiTypes)


@functools.cache
def api_lifecycles() -> ApiLifecycles:
    """The table of lifecycles, read once."""
    return msgspec.json.decode(_read("api_lifecycle.json"), type=ApiLifecycles)


def _read(name: str) -> bytes:
    # importlib.resources would do the same and costs more to import than the table to read.
    text = pkgutil.get_data("seawall.data", name)
    if text is None:
        raise FileNotFoundError(f"the package seawall.data cannot give its file {name!r}")
    return text
