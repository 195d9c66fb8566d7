"""Discovers the rules: every module of every family folder that has a `RULE` (or `RULES`)."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections.abc import Iterator

import seawall.rules
from seawall.rules.spec import Rule


def _modules() -> Iterator[str]:
    for family in pkgutil.iter_modules(seawall.rules.__path__, "seawall.rules."):
        if family.ispkg:
            package = importlib.import_module(family.name)
            for module in pkgutil.iter_modules(package.__path__, family.name + "."):
                if not module.name.rpartition(".")[2].startswith("_"):
                    yield module.name


@functools.cache
def catalog() -> tuple[Rule, ...]:
    """Every rule, sorted by id.

    Raises:
        ValueError: two rules share an id.
    """
    found: dict[str, Rule] = {}
    for name in _modules():
        module = importlib.import_module(name)
        for rule in getattr(module, "RULES", None) or (module.RULE,):
            if rule.id in found:
                raise ValueError(f"two rules are called {rule.id!r}")
            found[rule.id] = rule
    return tuple(found[rule_id] for rule_id in sorted(found))
