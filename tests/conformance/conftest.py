"""Upstream's data are not in the repository: where they lack, tests are left uncollected, and the summary says so."""

from __future__ import annotations

import pytest
from tests.conformance.pod_security_fixtures import location

_NEEDS_FIXTURES = "test_pod_security.py"
collect_ignore = [] if location() else [_NEEDS_FIXTURES]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _NEEDS_FIXTURES in collect_ignore:
        terminalreporter.write_line(
            f"NOT COLLECTED tests/conformance/{_NEEDS_FIXTURES}: it needs upstream's fixtures, see PSS_TESTDATA there",
            yellow=True,
        )
