"""Seawall: Kubernetes security from the cloud to the code, for the whole team.

The names of `__all__` are the Python API (docs/python-api.md); they are imported when they are first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seawall.api import (
        ConfigError,
        Finding,
        Input,
        Located,
        Options,
        Problem,
        Profile,
        Report,
        Rule,
        SeawallError,
        Severity,
        UsageError,
        Verdict,
        catalog,
        render,
        run,
        scan,
    )

__version__ = "0.1.0"

__all__ = [
    "ConfigError",
    "Finding",
    "Input",
    "Located",
    "Options",
    "Problem",
    "Profile",
    "Report",
    "Rule",
    "SeawallError",
    "Severity",
    "UsageError",
    "Verdict",
    "__version__",
    "catalog",
    "render",
    "run",
    "scan",
]


def __getattr__(name: str) -> object:
    """Imports the API when a name of it is first asked for: the command needs only the version here."""
    if name not in __all__:
        raise AttributeError(f"module 'seawall' has no attribute {name!r}")
    import importlib

    value = globals()[name] = getattr(importlib.import_module("seawall.api"), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
