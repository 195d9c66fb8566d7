"""Lines that a report must not quote."""

from __future__ import annotations

import pytest

from seawall.model.telling import tells_a_credential


@pytest.mark.parametrize(
    "line",
    [
        "        password: hunter2-and-more",
        "env: [{name: DB_PASSWORD, value: hunter2x}]",
        '{"containers": [{"name": "web", "env": [{"name": "API_TOKEN", "value": "q8Zr2LmX"}]}]}',
        "command: [mysqladmin, ping, -phunter22]",
        "args: [--requirepass, hunter22]",
        "{exec: {command: [curl, -u, 'admin:hunter22', http://web/]}}",
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
        "command: [mysqladmin, ping, -p$(PASSWORD)]",
        "command: [mkdir, -p, /data]",
        "env: [{name: LOG_LEVEL, value: info}]",
        "env: [{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: db, key: password}}}]",
    ],
)
def test_other_lines_are_shown(line: str) -> None:
    assert not tells_a_credential(line)


@pytest.mark.parametrize("piece", ['{"password": null,"a":[1,2]},', "name: a, value ", "key: ", "key{"])
def test_a_very_long_line_is_not_quoted_and_takes_no_time(piece: str) -> None:
    assert tells_a_credential(f"token {piece * 5000}")
    assert not tells_a_credential("replicas " * 5000)
