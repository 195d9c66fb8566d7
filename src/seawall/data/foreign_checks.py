"""Which rules find what a check of another scanner finds, so that its suppressions count here too."""

from __future__ import annotations

import functools
import pkgutil
import re
from collections.abc import Mapping
from typing import Final

import msgspec

SCANNERS: Final = {"kube-linter": "kube-linter", "checkov": "Checkov", "trivy": "Trivy"}
"""What the table calls a scanner -> what it calls itself."""

_NUMBERED = re.compile(r"(?:CKV\d?_\w+|(?:AVD-)?KSV-?\d+)\Z", re.IGNORECASE)
_KSV = re.compile(r"(?:AVD-)?KSV-?0*(\d+)\Z", re.IGNORECASE)


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

    def find(self, word: str) -> tuple[str, tuple[str, ...]]:
        """(scanner, rule ids) of a check that a user names, in any of its forms; `("", ())` where it is none."""
        number = trivy_check(word)
        for scanner, checks in self.checks.items():
            for name in (number, word.upper(), word.lower()):
                if name in checks:
                    return scanner, checks[name]
        return "", ()

    def all_rules(self, scanner: str) -> tuple[str, ...]:
        """Every rule behind some check of the scanner, sorted."""
        return tuple(sorted({rule for rules in self.checks[scanner].values() for rule in rules}))


def looks_foreign(word: str) -> bool:
    """Whether a word has the form of a check of Checkov or Trivy, which no rule of Seawall has; in the table or not."""
    return bool(_NUMBERED.match(word))


def trivy_check(word: str) -> str:
    """The table's form of a check of Trivy: `KSV-0014` for `AVD-KSV-0014` and `KSV014`; empty where it is none."""
    number = _KSV.match(word)
    return f"KSV-{int(number[1]):04}" if number else ""


@functools.cache
def foreign_checks() -> ForeignChecks:
    """The table, read once."""
    data = pkgutil.get_data("seawall.data", "foreign_checks.json")
    assert data is not None
    return msgspec.json.decode(data, type=ForeignChecks)
