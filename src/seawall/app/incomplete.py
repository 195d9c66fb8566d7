"""Documents that somebody meant for an object and kubectl refuses: they lack what says which one."""

from __future__ import annotations

import functools

from seawall.core import Document, Path, Problem
from seawall.data.api import api_types
from seawall.inventory import is_object


def incomplete(document: Document) -> Problem | None:
    """What an object without `apiVersion` or without `kind` lacks; None for an object, and for what is none at all.

    A `kind` and `metadata` alone may be anything: the kind has to be one of Kubernetes, and the metadata a name.
    """
    tree = document.text.value
    if is_object(tree) or not isinstance(tree, dict) or not _is_named(tree.get("metadata")):
        return None
    kind, version = tree.get("kind"), tree.get("apiVersion")
    if _is_empty(version) and isinstance(kind, str) and kind in _versions():
        hint = f"Write apiVersion: {' or '.join(_versions()[kind])}"
        return _problem(document, ("kind",), f"{kind} has no apiVersion", hint)
    if _is_empty(kind) and isinstance(version, str) and version and isinstance(tree.get("spec"), dict):
        return _problem(document, ("apiVersion",), f"an object of {version} has no kind", "Write which kind it is")
    return None


def _problem(document: Document, path: Path, what: str, hint: str) -> Problem:
    place = document.locate(path)
    message = f"{what}: kubectl refuses it, and nothing of it was judged"
    return Problem(place.file, place.span.line, place.span.column, "incomplete", message, hint)


def _is_named(metadata: object) -> bool:
    return isinstance(metadata, dict) and not metadata.keys().isdisjoint(("name", "generateName"))


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value)


@functools.cache
def _versions() -> dict[str, tuple[str, ...]]:
    """Built-in kind -> the API versions that have it, those to write first: a stable one hides those before it."""
    table: dict[str, list[str]] = {}
    for key in api_types().kinds:
        api_version, _, kind = key.rpartition("/")
        table.setdefault(kind, []).append(api_version)
    return {kind: tuple(filter(_is_stable, found)) or tuple(found) for kind, found in table.items()}


def _is_stable(api_version: str) -> bool:
    return "alpha" not in api_version and "beta" not in api_version
