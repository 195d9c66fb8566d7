"""One thing that became wider or narrower between two estates."""

from __future__ import annotations

import enum

import msgspec

from seawall.core import Path
from seawall.inventory import Resource


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


def workload(resource: Resource) -> str:
    """`shop/Deployment/cart`, as the command line takes it."""
    return f"{resource.namespace or 'default'}/{resource.kind}/{resource.name}"
