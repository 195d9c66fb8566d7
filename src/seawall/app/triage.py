"""What is accepted outside of the manifests: the settings' relaxations and severities, a baseline, and the date."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from seawall.app.config import Resolved
from seawall.rules.catalog import catalog
from seawall.triage.accept import Policy


def inline_policy() -> Policy:
    """Only what stands in the manifests counts."""
    return Policy(today=today(), known=frozenset(rule.id for rule in catalog()))


def policy_of(resolved: Resolved, paths: Sequence[str]) -> Policy:
    """What the settings accept in a scan of `paths`.

    Raises:
        ConfigError: the baseline cannot be read.
    """
    from seawall.app.baseline import read

    settings, file = resolved.settings, resolved.file
    return Policy(
        today=today(),
        known=frozenset(rule.id for rule in catalog()),
        severity=settings.severity,
        relax=settings.relax,
        file=file,
        folder=str(Path.cwd()),
        covered=file is not None and any(_holds(path, file.folder) for path in paths),
        baseline=read(settings.baseline) if settings.baseline else None,
        baseline_file=settings.baseline,
    )


def today() -> datetime.date:
    """In UTC, so that a relaxation ends for the whole team at once."""
    return datetime.datetime.now(datetime.UTC).date()


def _holds(path: str, folder: str) -> bool:
    return path != "-" and Path(folder).is_relative_to(Path(path).resolve())
