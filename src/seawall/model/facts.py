"""The steps of a reason: what was read, and where it stands, so that a person can check each by hand."""

from __future__ import annotations

import msgspec

from seawall.core import Path
from seawall.inventory import Resource


class Fact(msgspec.Struct, frozen=True, eq=False):
    """One step of why an answer is what it is."""

    text: str
    """A sentence without its full stop: `RoleBinding "shop/readers" gives ClusterRole "view" to group "dev"`."""
    resource: Resource | None = None
    """The object that says so; None for what Kubernetes does by itself."""
    path: Path = ()
    """Where in the object."""
