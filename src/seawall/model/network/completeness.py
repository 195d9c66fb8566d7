"""Whether all that decides about the network was read: what is missing may open, or close, anything."""

from __future__ import annotations

from typing import Final

from seawall.inventory import Inventory

_DECIDING: Final = frozenset({"AuthorizationPolicy", "Namespace", "PeerAuthentication", "Sidecar"})
"""Kinds that decide besides all whose names end in `NetworkPolicy`."""


def lacks(inventory: Inventory) -> str:
    """What keeps an answer from being sure, a sentence without its full stop; empty where nothing does."""
    if not inventory.whole:
        return "the input is not said to be the whole cluster (--estate): other policies may decide"
    kinds = sorted({each.kind for each in inventory.unread if decides(each.kind)})
    if kinds:
        return f"objects of kind {', '.join(kinds)} could not be read: they may decide"
    if inventory.hidden is not None:
        return f"{inventory.hidden.file} could not be read: policies may stand there"
    return ""


def decides(kind: str) -> bool:
    """Whether objects of a kind decide what reaches what."""
    return kind.endswith("NetworkPolicy") or kind in _DECIDING
