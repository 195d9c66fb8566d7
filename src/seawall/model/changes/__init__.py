"""What a change of an estate widens, and what it narrows: the engines asked twice, and the answers compared."""

from __future__ import annotations

import msgspec

from seawall.model.changes.accounts import changed_accounts
from seawall.model.changes.admission import changed_admission
from seawall.model.changes.change import Aspect, Change, workload
from seawall.model.changes.data import changed_data
from seawall.model.changes.flows import changed_flows
from seawall.model.changes.images import changed_images
from seawall.model.changes.permissions import changed_permissions
from seawall.model.changes.pods import changed_pods
from seawall.model.changes.ways_in import changed_exposure
from seawall.model.estate import Estate

__all__ = ["Aspect", "Change", "changes", "workload"]


def changes(old: Estate, new: Estate) -> tuple[Change, ...]:
    """All of them, those that are wider first, then in the order of `Aspect`.

    Where something of the new estate could not be read, what narrowed is said with a "perhaps": it may stand there.
    """
    found = [
        *changed_pods(old, new),
        *changed_admission(old, new),
        *changed_images(old, new),
        *changed_data(old, new),
        *changed_permissions(old.access, new.access),
        *changed_accounts(old, new),
        *changed_flows(old, new),
        *changed_exposure(old, new),
    ]
    if new.inventory.hidden is not None or any(each.cause != "chosen" for each in new.inventory.unread):
        found = [row if row.wider else msgspec.structs.replace(row, text=f"perhaps {row.text}") for row in found]
    order = list(Aspect)
    return tuple(sorted(found, key=lambda each: (not each.wider, order.index(each.aspect), each.subject, each.text)))
