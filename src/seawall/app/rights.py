"""Rights of what the user named: reads it, for any number of questions."""

from __future__ import annotations

from seawall.app.load import Input, Progress, judged_version, load, no_progress
from seawall.model.access import Access
from seawall.model.versions import NEWEST


def access_to(wanted: Input, progress: Progress = no_progress) -> Access:
    """Reads what was named; a version newer than known is answered for as the newest known."""
    inventory = load(wanted, progress)
    return Access(inventory, min(judged_version(wanted, inventory), NEWEST))


def notes_on(access: Access) -> tuple[str, ...]:
    """What an answer about who may do a thing leaves out."""
    inventory = access.inventory
    notes = []
    if not inventory.whole:
        notes.append("the input is not said to be the whole cluster (--estate): there may be more")
    kinds = sorted(
        {each.kind for each in inventory.unread} & {"Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"}
    )
    notes += [f"objects of kind {kind} could not be read: there may be more" for kind in kinds]
    if not inventory.live:
        notes.append(f"with the roles and bindings that an API server of Kubernetes {access.version} makes by itself")
    return tuple(notes)
