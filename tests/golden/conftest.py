"""Goldens are rewritten by one command: `pytest tests/golden --update-golden`."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known when this folder is named on the command line, which is the only time that it is wanted."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden reports")
