"""Which rules find what a check of another scanner finds, so that its suppressions count here too."""

from __future__ import annotations

import functools
import pkgutil
from collections.abc import Mapping

import msgspec


class ForeignChecks(msgspec.Struct, frozen=True):
    """The table, its sources and the day on which they were read."""

    date: str
    verified: bool
    """Whether each row was checked against the sources on that day."""
    sources: tuple[str, ...]
    checks: Mapping[str, Mapping[str, tuple[str, ...]]]
    """Scanner -> check -> rule ids."""

    def rules(self, scanner: str, check: str) -> tuple[str, ...]:
        """The rules behind a check; empty where none finds the same."""
        return self.checks[scanner].get(check, ())

    def all_rules(self, scanner: str) -> tuple[str, ...]:
        """Every rule behind some check of the scanner, sorted."""
        return tuple(sorted({rule for rules in self.checks[scanner].values() for rule in rules}))


@functools.cache
def foreign_checks() -> ForeignChecks:
    """The table, read once."""
    data = pkgutil.get_data("seawall.data", "foreign_checks.json")
    assert data is not None
    return msgspec.json.decode(data, type=ForeignChecks)
