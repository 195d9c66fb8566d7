"""The Pod Security Standards: nineteen versioned checks of three-valued verdicts, pure and in one place.

The `pss` command and the rules about pods ask the same functions: `evaluate` for a level, `violations` for one check.
"""

from seawall.model.podsecurity.namespaces import (
    UNSAID,
    NamespaceLevel,
    Obstacle,
    Standing,
    levels_by_namespace,
    strictest_level,
)
from seawall.model.podsecurity.parts import Violation
from seawall.model.podsecurity.registry import (
    CHECKS,
    LEVELS,
    Check,
    Level,
    Result,
    checks_for,
    evaluate,
    verdict_of,
    violations,
)

__all__ = [
    "CHECKS",
    "LEVELS",
    "UNSAID",
    "Check",
    "Level",
    "NamespaceLevel",
    "Obstacle",
    "Result",
    "Standing",
    "Violation",
    "checks_for",
    "evaluate",
    "levels_by_namespace",
    "strictest_level",
    "verdict_of",
    "violations",
]
