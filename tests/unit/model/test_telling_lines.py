"""Lines that a report must not quote."""

from __future__ import annotations

import pytest

from seawall.model.secrets import tells_a_credential


@pytest.mark.parametrize(
    "line",
    [
        "        password: hunter2-and-more",
        "env: [{name: DB_PASSWORD, value: hunter2x}]",
        '{"containers": [{"name": "web", "env": [{"name": "API_TOKEN", "value": "q8Zr2LmX"}]}]}',
        "url: postgres://app:s3cr3t-pw@db/shop",
    ],
)
def test_a_line_with_a_credential_tells(line: str) -> None:
    assert tells_a_credential(line)


@pytest.mark.parametrize(
    "line",
    [
        "        image: registry.example/web:1.0",
        "env: [{name: DB_PASSWORD, value: $(FROM_SECRET)}]",
        "env: [{name: LOG_LEVEL, value: info}]",
        "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]",
    ],
)
def test_other_lines_are_shown(line: str) -> None:
    assert not tells_a_credential(line)
