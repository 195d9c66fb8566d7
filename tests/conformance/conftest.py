"""Upstream's data are not in the repository: where they lack, tests are left uncollected, and the summary says so."""

from __future__ import annotations

import pytest
from tests.conformance.pod_security_fixtures import location

_NEED_FIXTURES = ("test_pod_security.py", "test_pod_rules.py")
collect_ignore = [] if location() else list(_NEED_FIXTURES)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in collect_ignore:
        terminalreporter.write_line(
            f"NOT COLLECTED tests/conformance/{name}: it needs upstream's fixtures, see PSS_TESTDATA there",
            yellow=True,
        )
