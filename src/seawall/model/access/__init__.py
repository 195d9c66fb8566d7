"""The one permission core: who can do what, and who may give which right away."""

from seawall.model.access.access import Access, Decision
from seawall.model.access.escalation import Passage, may_write
from seawall.model.access.grants import Grant, Held
from seawall.model.access.identity import Identity, account, member, parse_identity, person
from seawall.model.access.reasons import reasons

__all__ = [
    "Access",
    "Decision",
    "Grant",
    "Held",
    "Identity",
    "Passage",
    "account",
    "may_write",
    "member",
    "parse_identity",
    "person",
    "reasons",
]
