"""A credential stands in a command line of a container, or in what its probes and hooks send.

Why: besides everyone who may read the manifest, every process of the node's user sees a command line in `ps`, and
    many programs log it when they start. A probe's is run again and again.
Instead: replace the credential, keep the new one in a Secret, and let the program read a mounted file; where it takes
    a flag only, write `--password=$(DB_PASSWORD)` with a variable that comes from a Secret. In a probe let a shell read
    the variable (`sh -c 'mysqladmin ping -p"$DB_PASSWORD"'`), or ask for a path that needs no login.
Breaks: whatever still uses the old credential once it is replaced.
Check: kubectl get deployments -A -o yaml | grep -iE -- '--?[a-z-]*(password|token|secret|key)[= ]'
Source: kubernetes.io "Good practices for Kubernetes Secrets"; MITRE ATT&CK T1552.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from seawall.core import Layer, Path, Unknown, dig, items
from seawall.inventory import text_of
from seawall.model import Container
from seawall.model.commandlines import credentials_in_words
from seawall.model.secrets import credential_in_header
from seawall.rules.secret._helpers import MILDER, leak
from seawall.rules.spec import ANALYST, CARES, DEVELOPER_OWNS, HIGH, Evidence, Rule, fails, passes, unknown, unsure

_ACTIONS: Final[tuple[tuple[str, ...], ...]] = (
    ("livenessProbe",),
    ("readinessProbe",),
    ("startupProbe",),
    ("lifecycle", "postStart"),
    ("lifecycle", "preStop"),
)


def check(container: Container) -> Iterator[Evidence]:
    yield from _command(container, "command")
    yield from _command(container, "args")
    for action in _ACTIONS:
        if dig(container.spec, *action) is not None:
            yield from _command(container, *action, "exec", "command")
            yield from _headers(container, *action, "httpGet", "httpHeaders")


def _command(container: Container, *path: str) -> Iterator[Evidence]:
    words = dig(container.spec, *path)
    yield from _undecided(words, path)
    where = "its command line" if len(path) == 1 else f"the command of its {path[-3]}"
    for index, found in credentials_in_words([word for _, word in items(words)]):
        yield leak(found, where, "read it from a mounted Secret", *path, index)


def _headers(container: Container, *path: str) -> Iterator[Evidence]:
    headers = dig(container.spec, *path)
    yield from _undecided(headers, path)
    for index, header in items(headers):
        value = dig(header, "value")
        if isinstance(value, Unknown):
            yield unsure(value, *path, index, "value")
        elif isinstance(value, str):
            name = text_of(dig(header, "name"))
            if found := credential_in_header(name, value):
                where = f"header {name} of its {path[-3]}"
                yield leak(found, where, "ask for a path that needs no login", *path, index, "value")


def _undecided(values: object, path: Path) -> Iterator[Evidence]:
    if isinstance(values, Unknown):
        yield unsure(values, *path)
    for index, value in items(values):
        if isinstance(value, Unknown):
            yield unsure(value, *path, index)


RULE = Rule(
    id="secret-in-args",
    on=Container,
    check=check,
    severity=HIGH,
    otherwise=MILDER,
    concept="secret-in-config",
    layer=Layer.CODE,
    audience={**DEVELOPER_OWNS, ANALYST: CARES},
    examples=(
        passes(container="args: [--password=$(DB_PASSWORD), --token-file=/run/token]"),
        passes(container="args: ['--password', '$(DB_PASSWORD)', --secret-name, cart-db-1a2b3c4d5e6f7a8b]"),
        passes(container="args: [--password-file, hunter2, --secure]"),
        fails(
            container="args: [--user=cart, --password=hunter2]",
            at="spec.containers[0].args[1]",
            instead="args: [--user=cart, --password-file=/run/secrets/db/password]",
        ),
        fails(container="args: [--db-password, hunter2]", at="spec.containers[0].args[1]"),
        fails(
            container="command: [sh, -c, 'export DB_PASSWORD=hunter2; exec /app/server']",
            at="spec.containers[0].command[2]",
        ),
        fails(container="args: ['--database=postgres://cart:hunter2@db/shop']"),
        fails(
            container="livenessProbe: {exec: {command: [mysqladmin, ping, --password=hunter22]}}",
            at="spec.containers[0].livenessProbe.exec.command[2]",
        ),
        fails(
            container="lifecycle: {preStop: {exec: {command: [sh, -c, 'export PASSWORD=hunter22; exec /app/stop']}}}",
            at="spec.containers[0].lifecycle.preStop.exec.command[2]",
        ),
        fails(
            container="""
                readinessProbe:
                  httpGet:
                    port: 80
                    httpHeaders: [{name: Authorization, value: Basic YWRtaW46aHVudGVyMg==}]
            """,
            at="spec.containers[0].readinessProbe.httpGet.httpHeaders[0].value",
        ),
        fails(container="args: [--requirepass, hunter22]"),
        fails(container="command: [curl, -u, 'admin:hunter22', 'http://web/']"),
        fails(container="command: [sh, -c, 'mysql -uroot -phunter22 < /sql/shop.sql']"),
        passes(container="command: [sh, -c, 'mysql -uroot -p$MYSQL_ROOT_PASSWORD < /sql/shop.sql']"),
        passes(container="readinessProbe: {httpGet: {port: 80, httpHeaders: [{name: Host, value: shop.example}]}}"),
        unknown(container="args: '${ARGS}'"),
        unknown(container="livenessProbe: '${PROBE}'"),
    ),
)
