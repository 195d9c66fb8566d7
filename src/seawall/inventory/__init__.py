"""Documents become typed, frozen resources with provenance: `Inventory` is resources, problems and coverage."""

from seawall.inventory.resources import (
    Coverage,
    Inventory,
    Resource,
    Tree,
    Unread,
    collect,
    is_object,
    resources,
    text_of,
)

__all__ = ["Coverage", "Inventory", "Resource", "Tree", "Unread", "collect", "is_object", "resources", "text_of"]
