"""Who holds a role, in the words that a message ends with; the verdict never depends on it."""

from __future__ import annotations

from seawall.inventory import Resource
from seawall.model import View
from seawall.model.access.reasons import named
from seawall.model.access.recipients import Recipient, Recipients

_SHOWN = 3


def given_to(role: Resource, view: View) -> str:
    """`; given to group "dev" (ClusterRoleBinding "dev") and 2 more`; empty where that is not known."""
    table = view.once(_recipients)
    every = table.of(role)
    told = list(dict.fromkeys(_text(each) for each in every if each.grant.doubt is None))
    if told:
        more = f" and {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
        return f"; given to {', '.join(told[:_SHOWN])}{more}"
    return "; given to nobody here" if table.complete and not every else ""


def _text(recipient: Recipient) -> str:
    grant = recipient.grant
    through = f' to ClusterRole "{recipient.via}"' if recipient.via else ""
    return f"{grant.member.text} ({named(grant.binding)}{through})"


def _recipients(view: View) -> Recipients:
    return Recipients(view.access)
