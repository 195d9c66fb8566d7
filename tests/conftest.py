"""Tests of programs that a machine may lack are deselected, with the reason in the summary, never skipped as green."""

from __future__ import annotations

import importlib.util
import os
import shutil

import hypothesis
import pytest

# On a developer's machine every run looks elsewhere; a pipeline must give the same answer for the same commit.
hypothesis.settings.register_profile("ci", derandomize=True, print_blob=True)
if os.environ.get("CI"):
    hypothesis.settings.load_profile("ci")

_UNRUN = pytest.StashKey[dict[str, int]]()


def _lacking(item: pytest.Item) -> str:
    """What `item` needs and this machine has not, or nothing."""
    helm = item.get_closest_marker("helm")
    if helm and "binding" in helm.args:
        return "" if importlib.util.find_spec("helm_python") else "the extra `helm`"
    if helm and not shutil.which("helm"):
        return "`helm` on PATH"
    if item.get_closest_marker("kustomize") and not (shutil.which("kustomize") or shutil.which("kubectl")):
        return "`kustomize` or `kubectl` on PATH"
    if item.get_closest_marker("browser") and not browser():
        return "Chromium or Chrome on PATH"
    return ""


def browser() -> str | None:
    """A browser that runs without a screen; None where this machine has none."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome-headless-shell")
    return next((found for name in names if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    lacking = {item: _lacking(item) for item in items}
    unrun = [item for item, what in lacking.items() if what]
    counts: dict[str, int] = {}
    for item in unrun:
        counts[lacking[item]] = counts.get(lacking[item], 0) + 1
    config.stash[_UNRUN] = counts
    if unrun:
        config.hook.pytest_deselected(items=unrun)
        items[:] = [item for item in items if not lacking[item]]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    for what, count in sorted(config.stash.get(_UNRUN, {}).items()):
        terminalreporter.write_line(f"DESELECTED {count} tests: they need {what}", yellow=True)
