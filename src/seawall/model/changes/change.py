"""One thing that became wider or narrower between two estates."""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Iterable
from typing import TypeVar

import msgspec

from seawall.core import Path
from seawall.inventory import Resource

T = TypeVar("T")


class Aspect(enum.Enum):
    """What a reviewer asks about."""

    POD_SECURITY = "pod security"
    ADMISSION = "admission"
    PERMISSIONS = "permissions"
    NETWORK = "network"
    EXPOSURE = "exposure"
    HOST_ACCESS = "host access"
    IMAGES = "images"
    DATA = "data"


class Change(msgspec.Struct, frozen=True, eq=False):
    """A difference, told of the subject that it is about."""

    aspect: Aspect
    wider: bool
    subject: str
    """`shop/Deployment/cart`, `sa:shop/cart`, `namespace shop`."""
    text: str
    """What it may do now and could not before, or the other way round; a sentence without subject and full stop."""
    resource: Resource | None = None
    """The object that says so, of the new estate where it is wider, else of the old one; None where it is gone."""
    path: Path = ()


Key = tuple[str, ...]


def numbered(rows: Iterable[tuple[Key, T]]) -> dict[Key, T]:
    """By their key and, as its last part, how many of the same key came before.

    Overlays that are read together have objects of one name each: each is compared with that of its position.
    """
    seen: Counter[Key] = Counter()
    found: dict[Key, T] = {}
    for key, row in rows:
        found[*key, str(seen[key])] = row
        seen[key] += 1
    return found


def workload(resource: Resource) -> str:
    """`shop/Deployment/cart`, as the command line takes it."""
    return f"{resource.namespace or 'default'}/{resource.kind}/{resource.name}"
