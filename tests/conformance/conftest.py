"""Upstream's data are not in the repository: where they lack, tests are left uncollected, and the summary says so."""

from __future__ import annotations

import pytest
from tests.conformance import pod_security_fixtures, yaml_probes

_NEED_FIXTURES = ("test_pod_security.py", "test_pod_rules.py")
_NEED_PROBES = ("test_yaml_probes.py",)
collect_ignore = [
    *([] if pod_security_fixtures.location() else _NEED_FIXTURES),
    *([] if yaml_probes.location() else _NEED_PROBES),
]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for name in collect_ignore:
        variable = "YAML_PROBES" if name in _NEED_PROBES else "PSS_TESTDATA"
        terminalreporter.write_line(
            f"NOT COLLECTED tests/conformance/{name}: it needs data for {variable}, see CONTRIBUTING.md",
            yellow=True,
        )
